#pragma once

#include <cblas.h>

// The routines of BLAS that are called on tiles, for either precision. Matrices are row-major.

namespace eckart::blas {

/// Must come before the first call below: OpenBLAS then runs on the thread that calls it, so that nothing spins beside
/// our own pool and the bytes do not depend on how many threads there are.
inline void pin_to_one_thread() {
    static const bool pinned = (openblas_set_num_threads(1), true);
    static_cast<void>(pinned);
}

inline CBLAS_TRANSPOSE transposed_if(bool transpose) {
    return transpose ? CblasTrans : CblasNoTrans;
}

/// c := alpha op(a) op(b) + beta c, with op(a) m x k, op(b) k x n, c m x n; op transposes where it is asked to.
inline void multiply(bool transpose_a, bool transpose_b, int m, int n, int k, float alpha, const float* a, int lda,
                     const float* b, int ldb, float beta, float* c, int ldc) {
    cblas_sgemm(CblasRowMajor, transposed_if(transpose_a), transposed_if(transpose_b), m, n, k, alpha, a, lda, b, ldb,
                beta, c, ldc);
}
inline void multiply(bool transpose_a, bool transpose_b, int m, int n, int k, double alpha, const double* a, int lda,
                     const double* b, int ldb, double beta, double* c, int ldc) {
    cblas_dgemm(CblasRowMajor, transposed_if(transpose_a), transposed_if(transpose_b), m, n, k, alpha, a, lda, b, ldb,
                beta, c, ldc);
}

/// c -= a b' for a (m x k), b (n x k), c (m x n).
template <class Real>
void subtract_product(int m, int n, int k, const Real* a, int lda, const Real* b, int ldb, Real* c, int ldc) {
    multiply(false, true, m, n, k, Real{-1}, a, lda, b, ldb, Real{1}, c, ldc);
}

/// c += a' b for a (k x m), b (k x n), c (m x n).
inline void add_product_of_transpose(int m, int n, int k, const double* a, int lda, const double* b, int ldb, double* c,
                                     int ldc) {
    multiply(true, false, m, n, k, 1.0, a, lda, b, ldb, 1.0, c, ldc);
}

/// c -= a a' in the lower triangle, for a (n x k).
inline void subtract_square(int n, int k, const float* a, int lda, float* c, int ldc) {
    cblas_ssyrk(CblasRowMajor, CblasLower, CblasNoTrans, n, k, -1, a, lda, 1, c, ldc);
}
inline void subtract_square(int n, int k, const double* a, int lda, double* c, int ldc) {
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasNoTrans, n, k, -1, a, lda, 1, c, ldc);
}

/// c += a' a in the lower triangle, for a (k x n).
inline void add_square_of_transpose(int n, int k, const double* a, int lda, double* c, int ldc) {
    cblas_dsyrk(CblasRowMajor, CblasLower, CblasTrans, n, k, 1, a, lda, 1, c, ldc);
}

/// b := b L^-T (`transposed`) or b L^-1, for b (m x k) and the lower triangle L (k x k).
inline void divide(bool transposed, int m, int k, const float* triangle, int ldt, float* b, int ldb) {
    cblas_strsm(CblasRowMajor, CblasRight, CblasLower, transposed_if(transposed), CblasNonUnit, m, k, 1, triangle, ldt,
                b, ldb);
}
inline void divide(bool transposed, int m, int k, const double* triangle, int ldt, double* b, int ldb) {
    cblas_dtrsm(CblasRowMajor, CblasRight, CblasLower, transposed_if(transposed), CblasNonUnit, m, k, 1, triangle, ldt,
                b, ldb);
}

}  // namespace eckart::blas
