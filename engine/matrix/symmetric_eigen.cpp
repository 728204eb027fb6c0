#include "engine/matrix/symmetric_eigen.h"

#include <algorithm>
#include <string>
#include <vector>

#include "engine/matrix/blas.h"
#include "engine/matrix/lapack.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

constexpr Eigen::Index largest_order = 32000;  // dsyevd asks for 1 + 6 n + 2 n^2 numbers, counted in 32 bits

constexpr int small_order = 16;  // up to here all pairs are cheap; and LAPACK 3.9's dstemr picks the wrong one of two

/// Room for the blocked routines: their best block is at most 64 columns.
constexpr int lapack_block = 64;

void check(const Eigen::MatrixXd& matrix) {
    if (matrix.rows() != matrix.cols()) throw UsageError("a symmetric eigenproblem needs a square matrix");
    if (!matrix.allFinite()) throw UsageError("a symmetric eigenproblem holds a value that is not finite");
    if (matrix.rows() > largest_order) {
        throw UsageError("a symmetric eigenproblem of order " + std::to_string(matrix.rows()) + " is beyond the " +
                         std::to_string(largest_order) + " that LAPACK's 32-bit workspace sizes allow");
    }
    blas::pin_to_one_thread();
}

/// Largest first.
void reverse(SymmetricEigen& eigen) {
    eigen.values.reverseInPlace();
    eigen.vectors = eigen.vectors.rowwise().reverse().eval();
}

SymmetricEigen leading(const SymmetricEigen& all, Eigen::Index count) {
    return {all.values.head(count), all.vectors.leftCols(count)};
}

/// The eigenpairs of the tridiagonal matrix (d, e) from the `count` largest, ascending; false if LAPACK gave up.
bool tridiagonal_eigenpairs(Eigen::VectorXd& d, Eigen::VectorXd& e, int count, SymmetricEigen& eigen) {
    const int n = static_cast<int>(d.size()), first = n - count + 1;
    const int lwork = 18 * n, liwork = 10 * n;
    const double unused = 0;
    std::vector<double> work(lwork);
    std::vector<int> support(2 * static_cast<std::size_t>(count)), iwork(static_cast<std::size_t>(liwork));
    int found = 0, high_accuracy = 1, info = 0;
    eigen.values.resize(n);
    eigen.vectors.resize(n, count);
    LAPACK_dstemr("V", "I", &n, d.data(), e.data(), &unused, &unused, &first, &n, &found, eigen.values.data(),
                  eigen.vectors.data(), &n, &count, support.data(), &high_accuracy, work.data(), &lwork, iwork.data(),
                  &liwork, &info);
    eigen.values.conservativeResize(count);
    return info == 0 && found == count;
}

}  // namespace

SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& matrix) {
    check(matrix);
    const int n = static_cast<int>(matrix.rows());
    SymmetricEigen result{Eigen::VectorXd(n), matrix};
    if (n == 0) return result;
    double work_size = 0;
    int iwork_size = 0, info = 0;
    const int query = -1;
    LAPACK_dsyevd("V", "L", &n, result.vectors.data(), &n, result.values.data(), &work_size, &query, &iwork_size,
                  &query, &info);
    const int lwork = static_cast<int>(work_size);
    std::vector<double> work(lwork);
    std::vector<int> iwork(iwork_size);
    LAPACK_dsyevd("V", "L", &n, result.vectors.data(), &n, result.values.data(), work.data(), &lwork, iwork.data(),
                  &iwork_size, &info);
    if (info != 0)
        throw UsageError("the symmetric eigenproblem did not converge (dsyevd " + std::to_string(info) + ")");
    reverse(result);
    return result;
}

SymmetricEigen leading_eigenpairs(const Eigen::MatrixXd& matrix, Eigen::Index wanted) {
    check(matrix);
    const int n = static_cast<int>(matrix.rows()), count = static_cast<int>(std::min(wanted, matrix.rows()));
    if (n == 0 || count < 1) return {Eigen::VectorXd(0), Eigen::MatrixXd(n, 0)};
    if (n <= small_order) return leading(symmetric_eigen(matrix), count);
    Eigen::MatrixXd reflectors = matrix;
    Eigen::VectorXd d(n), e(n), tau(n), work(lapack_block * n);
    const int lwork = static_cast<int>(work.size());
    int info = 0;
    LAPACK_dsytrd("L", &n, reflectors.data(), &n, d.data(), e.data(), tau.data(), work.data(), &lwork, &info);

    SymmetricEigen result;
    if (!tridiagonal_eigenpairs(d, e, count, result)) {
        return leading(symmetric_eigen(matrix), count);
    }
    LAPACK_dormtr("L", "L", "N", &n, &count, reflectors.data(), &n, tau.data(), result.vectors.data(), &n, work.data(),
                  &lwork, &info);
    reverse(result);
    return result;
}

}  // namespace eckart
