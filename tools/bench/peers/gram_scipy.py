#!/usr/bin/python3
"""gram_scipy.py MATRIX.npz [OUT.bin]: times scipy's sparse X'X; OUT.bin is what bench_linear reads."""
import sys
import time

import numpy as np
import scipy.sparse


def write(a, path):
    with open(path, "wb") as out:
        np.array([*a.shape, a.nnz], dtype=np.int64).tofile(out)
        a.indptr.astype(np.int64).tofile(out)
        a.indices.astype(np.int32).tofile(out)
        a.data.astype(np.float32).tofile(out)


def main():
    x = scipy.sparse.load_npz(sys.argv[1]).tocsr()
    x.sort_indices()
    if len(sys.argv) > 2:
        write(x, sys.argv[2])
    transposed = x.T.tocsr()
    seconds = []
    for _ in range(3):
        start = time.process_time()
        gram = transposed @ x
        seconds.append(time.process_time() - start)
    print(f"scipy X'X: {min(seconds):.3f} s of one processor, {gram.nnz} entries")


main()
