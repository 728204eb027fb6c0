#pragma once

#include <algorithm>

#include "engine/matrix/dense.h"
#include "engine/matrix/linear_operator.h"

namespace eckart {

/// G = A A' or A' A, whichever is smaller, applied to blocks of vectors; borrows A.
class GramOperator {
  public:
    explicit GramOperator(const LinearOperator& a) : a_(a), left_(a.rows() <= a.cols()) {}

    /// Order of G.
    std::int64_t size() const { return std::min(a_.rows(), a_.cols()); }
    /// Length of the vectors between the two products.
    std::int64_t long_side() const { return std::max(a_.rows(), a_.cols()); }
    /// G is A A', so its eigenvectors are left singular vectors.
    bool left() const { return left_; }

    /// From the small side to the long one: A' x or A x.
    template <class Real>
    void to_long(ConstPanelRef<Real> x, PanelRef<Real> y) const {
        left_ ? a_.apply_adjoint(x, y) : a_.apply(x, y);
    }

    /// Back from the long side.
    template <class Real>
    void to_small(ConstPanelRef<Real> x, PanelRef<Real> y) const {
        left_ ? a_.apply(x, y) : a_.apply_adjoint(x, y);
    }

    /// y = G x, both size() x b; `scratch` is long_side() x b.
    template <class Real>
    void apply(ConstPanelRef<Real> x, PanelRef<Real> scratch, PanelRef<Real> y) const {
        to_long<Real>(x, scratch);
        to_small<Real>(scratch, y);
    }

  private:
    const LinearOperator& a_;
    bool left_;
};

}  // namespace eckart
