#pragma once

#include <cholmod.h>

#include <SuiteSparseQR_C.h>

#include <utility>

#include "engine/matrix/dense.h"

// Owners of what SuiteSparse allocates, for the .cpp files of this folder. Not installed.

namespace eckart::direct {

/// A workspace of CHOLMOD with 64-bit indices that prints nothing.
class Workspace {
  public:
    Workspace() {
        cholmod_l_start(&common_);
        common_.print = 0;
        common_.error_handler = nullptr;
    }
    ~Workspace() { cholmod_l_finish(&common_); }
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;

    cholmod_common* get() { return &common_; }

  private:
    cholmod_common common_;
};

/// One object of SuiteSparse, freed by `free_it`.
template <class T, int (*free_it)(T**, cholmod_common*)>
class Owned {
  public:
    Owned(T* object, Workspace& workspace) : object_(object), workspace_(&workspace) {}
    ~Owned() { free_it(&object_, workspace_->get()); }
    Owned(Owned&& other) noexcept : object_(std::exchange(other.object_, nullptr)), workspace_(other.workspace_) {}
    Owned(const Owned&) = delete;
    Owned& operator=(const Owned&) = delete;
    Owned& operator=(Owned&&) = delete;

    T* get() const { return object_; }
    T* operator->() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }

  private:
    T* object_;
    Workspace* workspace_;
};

using Sparse = Owned<cholmod_sparse, cholmod_l_free_sparse>;
using Dense = Owned<cholmod_dense, cholmod_l_free_dense>;
using CholeskyOf = Owned<cholmod_factor, cholmod_l_free_factor>;
using QrOf = Owned<SuiteSparseQR_C_factorization, SuiteSparseQR_C_free>;

inline Eigen::Map<Eigen::MatrixXd> matrix_of(cholmod_dense* dense) {
    return {static_cast<double*>(dense->x), static_cast<Eigen::Index>(dense->nrow),
            static_cast<Eigen::Index>(dense->ncol)};
}

}  // namespace eckart::direct
