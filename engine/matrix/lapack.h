#pragma once

// The one file that includes LAPACK's header. Of LAPACKE only its Fortran prototypes are used: OpenBLAS has LAPACK, but
// not LAPACKE, and what a separate liblapacke would call is decided by the machine it runs on.
#include <lapack.h>

namespace eckart::lapack {

// Matrices are row-major here. LAPACK, which counts by columns, sees each as its transpose, so that a lower triangle is
// its upper one.

/// The lower triangle of a := L with a = L L'; false if a is not positive definite.
inline bool factor(int n, float* a, int lda) {
    int info = 0;
    LAPACK_spotrf("U", &n, a, &lda, &info);
    return info == 0;
}
inline bool factor(int n, double* a, int lda) {
    int info = 0;
    LAPACK_dpotrf("U", &n, a, &lda, &info);
    return info == 0;
}

/// The lower triangle of (L L')^-1 in place of L; false if L is singular.
inline bool inverse_of_factored(int n, float* triangle, int ldt) {
    int info = 0;
    LAPACK_spotri("U", &n, triangle, &ldt, &info);
    return info == 0;
}
inline bool inverse_of_factored(int n, double* triangle, int ldt) {
    int info = 0;
    LAPACK_dpotri("U", &n, triangle, &ldt, &info);
    return info == 0;
}

}  // namespace eckart::lapack
