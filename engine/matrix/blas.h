#pragma once

// The routines of BLAS and LAPACK that are called on tiles, for either precision. Matrices are row-major here: BLAS,
// which counts by columns, sees each as its transpose, so that a lower triangle is its upper one.

extern "C" {
void sgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k, const float* alpha,
            const float* a, const int* lda, const float* b, const int* ldb, const float* beta, float* c,
            const int* ldc);
void dgemm_(const char* transa, const char* transb, const int* m, const int* n, const int* k, const double* alpha,
            const double* a, const int* lda, const double* b, const int* ldb, const double* beta, double* c,
            const int* ldc);
void ssyrk_(const char* uplo, const char* trans, const int* n, const int* k, const float* alpha, const float* a,
            const int* lda, const float* beta, float* c, const int* ldc);
void dsyrk_(const char* uplo, const char* trans, const int* n, const int* k, const double* alpha, const double* a,
            const int* lda, const double* beta, double* c, const int* ldc);
void strsm_(const char* side, const char* uplo, const char* transa, const char* diag, const int* m, const int* n,
            const float* alpha, const float* a, const int* lda, float* b, const int* ldb);
void dtrsm_(const char* side, const char* uplo, const char* transa, const char* diag, const int* m, const int* n,
            const double* alpha, const double* a, const int* lda, double* b, const int* ldb);
void spotrf_(const char* uplo, const int* n, float* a, const int* lda, int* info);
void dpotrf_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void spotri_(const char* uplo, const int* n, float* a, const int* lda, int* info);
void dpotri_(const char* uplo, const int* n, double* a, const int* lda, int* info);
void openblas_set_num_threads(int threads);
}

namespace eckart::blas {

/// Must come before the first call below: OpenBLAS then runs on the thread that calls it, so that nothing spins beside
/// our own pool and the bytes do not depend on how many threads there are.
inline void pin_to_one_thread() {
    static const bool pinned = (openblas_set_num_threads(1), true);
    static_cast<void>(pinned);
}

/// c := alpha op(a) op(b) + beta c, with op(a) m x k, op(b) k x n, c m x n; op transposes where it is asked to.
inline void multiply(bool transpose_a, bool transpose_b, int m, int n, int k, float alpha, const float* a, int lda,
                     const float* b, int ldb, float beta, float* c, int ldc) {
    sgemm_(transpose_b ? "T" : "N", transpose_a ? "T" : "N", &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc);
}
inline void multiply(bool transpose_a, bool transpose_b, int m, int n, int k, double alpha, const double* a, int lda,
                     const double* b, int ldb, double beta, double* c, int ldc) {
    dgemm_(transpose_b ? "T" : "N", transpose_a ? "T" : "N", &n, &m, &k, &alpha, b, &ldb, a, &lda, &beta, c, &ldc);
}

/// c -= a b' for a (m x k), b (n x k), c (m x n).
inline void subtract_product(int m, int n, int k, const float* a, int lda, const float* b, int ldb, float* c, int ldc) {
    const float minus = -1, one = 1;
    sgemm_("T", "N", &n, &m, &k, &minus, b, &ldb, a, &lda, &one, c, &ldc);
}
inline void subtract_product(int m, int n, int k, const double* a, int lda, const double* b, int ldb, double* c,
                             int ldc) {
    const double minus = -1, one = 1;
    dgemm_("T", "N", &n, &m, &k, &minus, b, &ldb, a, &lda, &one, c, &ldc);
}

/// c -= a a' in the lower triangle, for a (n x k).
inline void subtract_square(int n, int k, const float* a, int lda, float* c, int ldc) {
    const float minus = -1, one = 1;
    ssyrk_("U", "T", &n, &k, &minus, a, &lda, &one, c, &ldc);
}
inline void subtract_square(int n, int k, const double* a, int lda, double* c, int ldc) {
    const double minus = -1, one = 1;
    dsyrk_("U", "T", &n, &k, &minus, a, &lda, &one, c, &ldc);
}

/// c += a' b for a (k x m), b (k x n), c (m x n).
inline void add_product_of_transpose(int m, int n, int k, const double* a, int lda, const double* b, int ldb, double* c,
                                     int ldc) {
    const double one = 1;
    dgemm_("N", "T", &n, &m, &k, &one, b, &ldb, a, &lda, &one, c, &ldc);
}

/// c += a' a in the lower triangle, for a (k x n).
inline void add_square_of_transpose(int n, int k, const double* a, int lda, double* c, int ldc) {
    const double one = 1;
    dsyrk_("U", "N", &n, &k, &one, a, &lda, &one, c, &ldc);
}

/// b := b L^-T (`transposed`) or b L^-1, for b (m x k) and the lower triangle L (k x k).
inline void divide(bool transposed, int m, int k, const float* triangle, int ldt, float* b, int ldb) {
    const float one = 1;
    strsm_("L", "U", transposed ? "T" : "N", "N", &k, &m, &one, triangle, &ldt, b, &ldb);
}
inline void divide(bool transposed, int m, int k, const double* triangle, int ldt, double* b, int ldb) {
    const double one = 1;
    dtrsm_("L", "U", transposed ? "T" : "N", "N", &k, &m, &one, triangle, &ldt, b, &ldb);
}

/// The lower triangle of a := L with a = L L'; false if a is not positive definite.
inline bool factor(int n, float* a, int lda) {
    int info = 0;
    spotrf_("U", &n, a, &lda, &info);
    return info == 0;
}
inline bool factor(int n, double* a, int lda) {
    int info = 0;
    dpotrf_("U", &n, a, &lda, &info);
    return info == 0;
}

/// The lower triangle of (L L')^-1 in place of L; false if L is singular.
inline bool inverse_of_factored(int n, float* triangle, int ldt) {
    int info = 0;
    spotri_("U", &n, triangle, &ldt, &info);
    return info == 0;
}
inline bool inverse_of_factored(int n, double* triangle, int ldt) {
    int info = 0;
    dpotri_("U", &n, triangle, &ldt, &info);
    return info == 0;
}

}  // namespace eckart::blas
