#!/usr/bin/python3
"""kmeans_sklearn.py X.npy CENTROIDS.npy ITERATIONS [THREADS [K]]: scikit-learn's k-means beside bench_kmeans.

Makes CENTROIDS.npy of K rows drawn from X if it is not there. Prints seconds by the clock and of processor, the least
of three runs, of Lloyd's and Elkan's algorithms from these centroids without a tolerance, and of the k-means++ start.
"""
import os
import sys

threads = sys.argv[4] if len(sys.argv) > 4 else str(os.cpu_count())
os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = threads  # read when numpy is imported

import time
import warnings

import numpy as np
from sklearn.cluster import KMeans, kmeans_plusplus
from sklearn.exceptions import ConvergenceWarning


def least(work):
    best = [float("inf")] * 2
    for _ in range(3):
        start = time.perf_counter(), time.process_time()
        result = work()
        end = time.perf_counter(), time.process_time()
        best = [min(b, e - s) for b, e, s in zip(best, end, start)]
    return result, "%.3f s (%.3f of processor)" % tuple(best)


def main():
    warnings.simplefilter("ignore", ConvergenceWarning)
    x = np.load(sys.argv[1])
    path, iterations = sys.argv[2], int(sys.argv[3])
    if not os.path.exists(path):
        rows = np.random.RandomState(1).choice(len(x), int(sys.argv[5]), replace=False)
        np.save(path, x[np.sort(rows)])
    start = np.load(path)
    k = len(start)
    print(f"scikit-learn, {x.shape[0]} x {x.shape[1]}, k {k}, {threads} threads")
    for algorithm in "lloyd", "elkan":
        model = KMeans(k, init=start, n_init=1, max_iter=iterations, tol=0, algorithm=algorithm)
        _, seconds = least(lambda: model.fit(x))
        print(f"{algorithm:8} {seconds}, {model.n_iter_} iterations, inertia {model.inertia_:.9g}", flush=True)
    _, seconds = least(lambda: kmeans_plusplus(x, k, random_state=0))
    print(f"k-means++ start {seconds}")


main()
