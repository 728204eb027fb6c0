#!/usr/bin/python3
"""neighbors_faiss.py VECTORS.npy [CELLS=1024] [SIMILARITY=cosine] [THREADS=1]: what bench_neighbors measures, by faiss.

The same rows are held out as queries, and the ten nearest are searched for one query at a time and all in one batch:
IndexFlat, IndexIVFFlat, IndexIVFPQ of 25 bytes whose best 100 are compared in full (IndexRefineFlat), and the
distortion of its product quantizer of 25 bytes, without and with its OPQMatrix of 10 rounds (which takes minutes). Times
are of the processor, the median of three rounds.

Where 25 does not divide the columns, zeros are added to them, which change no product and no distance.
"""
import statistics
import sys
import time

import faiss
import numpy as np

COUNT, RECALL, BYTES, SAMPLE = 10, 0.95, 25, 65536


def parted(x):
    step = max(2, len(x) // 1000)
    held = np.arange(0, len(x), step)[:1000]
    kept = np.ones(len(x), bool)
    kept[held] = False
    return np.ascontiguousarray(x[kept]), np.ascontiguousarray(x[held])


def widened(x):
    return np.ascontiguousarray(np.pad(x, ((0, 0), (0, -x.shape[1] % BYTES))))


def of_unit_length(x):
    lengths = np.linalg.norm(x, axis=1, keepdims=True)
    return x / np.where(lengths > 0, lengths, 1)


def processor_seconds(work):
    start = time.process_time()
    work()
    return time.process_time() - start


def median_seconds(work):
    return statistics.median(processor_seconds(work) for _ in range(3))


def speeds(index, queries, alone):
    """Seconds a query, of the first `alone` one after the other and of all in a batch."""
    def one_by_one():
        for i in range(alone):
            index.search(queries[i:i + 1], COUNT)
    return median_seconds(one_by_one) / alone, median_seconds(lambda: index.search(queries, COUNT)) / len(queries)


def recall(exact, found):
    return np.mean([len(set(a) & set(b)) / COUNT for a, b in zip(exact, found)])


def print_probes(name, index, cells, made, queries, exact, scan):
    print(f"{name}, {cells} cells, made in {made:.1f} s of processor", flush=True)
    inner = faiss.downcast_index(index.base_index) if isinstance(index, faiss.IndexRefine) else index
    probes, reached = 4, False
    while probes <= cells and not reached:
        inner.nprobe = probes
        share = recall(exact, index.search(queries, COUNT)[1])
        alone, batch = speeds(index, queries, len(queries))
        print(f"  probes {probes:5d}  recall@10 {share:.4f}  alone {1e3 * alone:.3f} ms, {scan[0] / alone:.1f} x the scan"
              f"  batch {1e3 * batch:.3f} ms, {scan[1] / batch:.1f} x", flush=True)
        reached = share >= RECALL
        probes *= 2


def learn(index, rows):
    index.cp.niter, index.cp.max_points_per_centroid = 10, 64
    index.train(rows)
    index.add(rows)


def inverted_files(rows, queries, cells, metric, exact, scan):
    def flat():
        return faiss.IndexFlat(rows.shape[1], metric)

    coarse = flat()
    plain = faiss.IndexIVFFlat(coarse, rows.shape[1], cells, metric)
    made = processor_seconds(lambda: learn(plain, rows))
    print_probes("IndexIVFFlat", plain, cells, made, queries, exact, scan)

    coded_coarse = flat()
    coded = faiss.IndexIVFPQ(coded_coarse, rows.shape[1], cells, BYTES, 8, metric)
    made = processor_seconds(lambda: learn(coded, rows))
    refined = faiss.IndexRefineFlat(coded, faiss.swig_ptr(rows))
    refined.k_factor = 10
    print_probes("IndexIVFPQ of 25 bytes, 100 compared in full", refined, cells, made, queries, exact, scan)


def print_distortion(name, rows, rounds):
    sample = rows[np.sort(np.random.default_rng(1).permutation(len(rows))[:SAMPLE])]
    quantizer, turn = faiss.ProductQuantizer(rows.shape[1], BYTES, 8), None

    def fit():
        nonlocal turn
        if rounds > 0:
            turn = faiss.OPQMatrix(rows.shape[1], BYTES)
            turn.niter, turn.max_train_points = rounds, SAMPLE
            turn.train(sample)
        quantizer.train(turn.apply_py(sample) if turn else sample)
    learned = processor_seconds(fit)
    turned, error = turn.apply_py(rows) if turn else rows, 0.0

    def code():
        nonlocal error
        error = np.square(quantizer.decode(quantizer.compute_codes(turned)) - turned, dtype=np.float64).sum()
    encoded = processor_seconds(code)
    print(f"{name}, 25 bytes a row: distortion {error / len(rows):.6f}, learned in {learned:.1f} s of processor, "
          f"encoded in {encoded:.1f}", flush=True)


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    arguments = sys.argv[1:] + ["1024", "cosine", "1"][len(sys.argv) - 2:]
    cells, similarity = int(arguments[1]), arguments[2]
    faiss.omp_set_num_threads(int(arguments[3]))
    raw, held = parted(np.load(arguments[0]).astype(np.float32))
    rows, queries = (of_unit_length(raw), of_unit_length(held)) if similarity == "cosine" else (raw, held)
    rows, queries = widened(rows), widened(queries)
    metric = faiss.METRIC_L2 if similarity == "distance" else faiss.METRIC_INNER_PRODUCT
    scanned = faiss.IndexFlat(rows.shape[1], metric)
    scanned.add(rows)
    scan, exact = speeds(scanned, queries, 100), scanned.search(queries, COUNT)[1]
    print(f"{len(rows)} rows of {raw.shape[1]}, {len(queries)} queries, {similarity}; IndexFlat: "
          f"alone {1e3 * scan[0]:.3f} ms, batch {1e3 * scan[1]:.3f} ms", flush=True)
    inverted_files(rows, queries, cells, metric, exact, scan)
    print_distortion("ProductQuantizer", widened(raw), 0)
    print_distortion("with OPQMatrix of 10 rounds", widened(raw), 10)


main()
