#!/usr/bin/python3
"""svd_scipy.py MATRIX.npz RANK [OUT.bin]: times scipy's ARPACK and scikit-learn's randomized SVD on a sparse matrix.

With OUT.bin the matrix is also written in the form that bench_svd and bench_kernels read. Prints each method's
seconds, singular values at both ends, and the largest of the residuals ||A v - s u|| / s_1 and ||A'u - s v|| / s_1.
"""
import sys
import time

import numpy as np
import scipy.sparse
import scipy.sparse.linalg


def write(a, path):
    with open(path, "wb") as out:
        np.array([*a.shape, a.nnz], dtype=np.int64).tofile(out)
        a.indptr.astype(np.int64).tofile(out)
        a.indices.astype(np.int32).tofile(out)
        a.data.astype(np.float32).tofile(out)


def report(name, a, solve):
    start = time.perf_counter()
    u, s, vt = solve(a)
    seconds = time.perf_counter() - start
    order = np.argsort(-s)
    u, s, vt = u[:, order], s[order], vt[order]
    right = np.linalg.norm(a @ vt.T - u * s, axis=0).max()
    left = np.linalg.norm(a.T @ u - vt.T * s, axis=0).max()
    residual = max(left, right) / s[0]
    print(f"{name}: {seconds:.2f} s, s_1 {s[0]:.6f}, s_k {s[-1]:.6f}, residual {residual:.1e}", flush=True)


def main():
    a = scipy.sparse.load_npz(sys.argv[1]).tocsr()
    a.sort_indices()
    rank = int(sys.argv[2])
    if len(sys.argv) > 3:
        write(a, sys.argv[3])
    wide = a.astype(np.float64)
    report("scipy svds (arpack)", wide, lambda m: scipy.sparse.linalg.svds(m, k=rank, tol=1e-5))
    try:
        from sklearn.utils.extmath import randomized_svd
    except ImportError:
        print("scikit-learn is not installed: its randomized solver is left out")
        return
    report("sklearn randomized_svd (n_iter=5)", wide,
           lambda m: randomized_svd(m, n_components=rank, n_iter=5, random_state=0))


main()
