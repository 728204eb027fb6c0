#include "engine/matrix/symmetric_eigen.h"

#include <string>
#include <vector>

#include "engine/support/error.h"

extern "C" {
void dsyevd_(const char* jobz, const char* uplo, const int* n, double* a, const int* lda, double* w, double* work,
             const int* lwork, int* iwork, const int* liwork, int* info);
void openblas_set_num_threads(int threads);
}

namespace eckart {

constexpr Eigen::Index kLargestOrder = 32000;  // dsyevd asks for 1 + 6 n + 2 n^2 numbers, counted in 32 bits

SymmetricEigen symmetric_eigen(const Eigen::MatrixXd& matrix) {
    if (matrix.rows() != matrix.cols()) throw UsageError("a symmetric eigenproblem needs a square matrix");
    if (!matrix.allFinite()) throw UsageError("a symmetric eigenproblem holds a value that is not finite");
    if (matrix.rows() > kLargestOrder) {
        throw UsageError("a symmetric eigenproblem of order " + std::to_string(matrix.rows()) + " is beyond the " +
                         std::to_string(kLargestOrder) + " that LAPACK's 32-bit workspace sizes allow");
    }
    // One thread: so the bytes do not depend on how many there are, and nothing spins beside our own pool.
    static const bool pinned = (openblas_set_num_threads(1), true);
    static_cast<void>(pinned);

    const int n = static_cast<int>(matrix.rows());
    SymmetricEigen result{Eigen::VectorXd(n), matrix};
    if (n == 0) return result;
    double work_size = 0;
    int iwork_size = 0, info = 0;
    const int query = -1;
    dsyevd_("V", "L", &n, result.vectors.data(), &n, result.values.data(), &work_size, &query, &iwork_size, &query,
            &info);
    const int lwork = static_cast<int>(work_size);
    std::vector<double> work(static_cast<std::size_t>(lwork));
    std::vector<int> iwork(static_cast<std::size_t>(iwork_size));
    dsyevd_("V", "L", &n, result.vectors.data(), &n, result.values.data(), work.data(), &lwork, iwork.data(),
            &iwork_size, &info);
    if (info != 0)
        throw UsageError("the symmetric eigenproblem did not converge (dsyevd " + std::to_string(info) + ")");

    result.values.reverseInPlace();
    result.vectors = result.vectors.rowwise().reverse().eval();
    return result;
}

}  // namespace eckart
