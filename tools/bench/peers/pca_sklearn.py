#!/usr/bin/python3
"""pca_sklearn.py X.npy|X.npz COMPONENTS: times scikit-learn's ways to principal components.

Dense: its covariance_eigh solver (written out where this version of scikit-learn has none: the covariance by numpy, its
leading eigenvectors by LAPACK), full and randomized. Sparse: its arpack solver of versions from 1.4, likewise written
out: scipy's svds of the centred operator. Each prints its best of several runs and the residual
max |C w - l w| / l_1 in float64. With an X.npy that does not exist, 200,000 x 64 random numbers are written there.
"""
import pathlib
import sys
import time

import numpy as np
import scipy.linalg
import scipy.sparse
import scipy.sparse.linalg


def correlated(rows, cols):
    """Normal numbers of variances from 10 down, turned, around means that differ."""
    random = np.random.default_rng(1)
    turn = np.linalg.qr(random.standard_normal((cols, cols)))[0]
    x = random.standard_normal((rows, cols)) * (10 / (1 + np.arange(cols))) @ turn.T
    return (x + 5 * random.standard_normal(cols)).astype(np.float32)


def by_covariance(x, k):
    mean = x.mean(0)
    offset = x - mean
    covariance = offset.T @ offset / (len(x) - 1)
    n = len(covariance)
    values, vectors = scipy.linalg.eigh(covariance, subset_by_index=[n - k, n - 1])
    return values[::-1], vectors[:, ::-1]


def by_sklearn(solver):
    from sklearn.decomposition import PCA

    def fit(x, k):
        found = PCA(k, svd_solver=solver, random_state=0).fit(x)
        return found.explained_variance_, found.components_.T
    return fit


def centred(x):
    mean = np.asarray(x.mean(0)).ravel()
    rows, ones = x.shape[0], np.ones(x.shape[0], x.dtype)
    return scipy.sparse.linalg.LinearOperator(
        x.shape, dtype=x.dtype,
        matvec=lambda v: x @ v - (mean @ v) * ones.reshape((rows,) + (1,) * (v.ndim - 1)),
        matmat=lambda v: x @ v - (mean @ v)[None, :],
        rmatvec=lambda u: x.T @ u - mean.reshape((-1,) + (1,) * (u.ndim - 1)) * u.sum(),
        rmatmat=lambda u: x.T @ u - mean[:, None] * u.sum(0)[None, :])


def by_arpack(x, k):
    random = np.random.RandomState(0)
    start = random.uniform(-1, 1, min(x.shape)).astype(x.dtype)
    _, s, vt = scipy.sparse.linalg.svds(centred(x), k=k, v0=start, tol=0)
    return (s ** 2 / (x.shape[0] - 1))[::-1], vt[::-1].T


def report(name, x, k, fit, runs):
    best, cpu = np.inf, np.inf
    for _ in range(runs):
        start, processors = time.perf_counter(), time.process_time()
        values, vectors = fit(x, k)
        best, cpu = min(best, time.perf_counter() - start), min(cpu, time.process_time() - processors)
    a = centred(x.astype(np.float64))
    vectors = vectors.astype(np.float64)
    image = a.rmatmat(a.matmat(vectors)) / (x.shape[0] - 1)
    residual = np.linalg.norm(image - vectors * values, axis=0).max() / values[0]
    print(f"{name}: {best:.4f} s ({cpu:.4f} s of processors), variances {values[0]:.6g} to {values[-1]:.6g}, "
          f"residual {residual:.1e}", flush=True)


def main():
    path, k = sys.argv[1], int(sys.argv[2])
    if path.endswith(".npz"):
        x = scipy.sparse.load_npz(path).tocsr()
        report("centred operator by arpack, float64", x.astype(np.float64), k, by_arpack, 1)
        report("centred operator by arpack, float32", x.astype(np.float32), k, by_arpack, 1)
        return
    if not pathlib.Path(path).exists():
        np.save(path, correlated(200000, 64))
    x = np.load(path)
    report("covariance_eigh", x, k, by_covariance, 5)
    report("full", x, k, by_sklearn("full"), 2)
    report("randomized", x, k, by_sklearn("randomized"), 2)


main()
