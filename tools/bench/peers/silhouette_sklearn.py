#!/usr/bin/python3
"""silhouette_sklearn.py POINTS.npy K: times scikit-learn's silhouette of points labelled 0, 1, .., K - 1, 0, .. in turn.

With a POINTS.npy that does not exist, 18,846 x 100 random points of length 1 are written there.
"""
import pathlib
import sys
import time

import numpy as np
from sklearn import metrics

path, clusters = sys.argv[1], int(sys.argv[2])
if not pathlib.Path(path).exists():
    points = np.random.default_rng(1).standard_normal((18846, 100)).astype(np.float32)
    np.save(path, points / np.linalg.norm(points, axis=1, keepdims=True))
x = np.load(path)
labels = np.arange(len(x)) % clusters
for name, measure in (("silhouette", metrics.silhouette_score), ("Davies-Bouldin", metrics.davies_bouldin_score),
                      ("Calinski-Harabasz", metrics.calinski_harabasz_score)):
    start, processors = time.perf_counter(), time.process_time()
    value = measure(x, labels)
    print(f"{name} {value:.12f}: {time.perf_counter() - start:.3f} s "
          f"({time.process_time() - processors:.3f} s of processors)", flush=True)
