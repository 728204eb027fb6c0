#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "engine/cluster/product_quantization.h"
#include "engine/neighbors/inverted_file.h"
#include "engine/neighbors/probe_choice.h"
#include "engine/storage/npy.h"
#include "engine/support/parallel.h"
#include "tools/bench/clock.h"

// Recall and time of the searches of neighbours beside the exact scan.
//
//     bench_neighbors VECTORS.npy [CELLS=1024] [SIMILARITY=cosine] [THREADS=1]
//
// Every 178th row or so, 1000 in all, is held out as a query; the others are searched for the ten nearest, one query at
// a time and all in one batch. Speed-ups are those of the medians of three rounds, each beside the exact scan of the
// same kind. tools/bench/peers/neighbors_faiss.py does the same with faiss.

namespace {

using namespace eckart;

constexpr std::size_t top_count = 10;
constexpr double target_recall = 0.95;

/// Rows that are searched, and rows that are not among them and search.
struct Parts {
    DenseMatrix rows;
    DenseMatrix queries;
};

Parts parted(const ConstMatrixMap& x) {
    const Eigen::Index step = std::max<Eigen::Index>(2, x.rows() / 1000);
    const Eigen::Index held = std::min<Eigen::Index>(1000, (x.rows() + step - 1) / step);
    Parts parts{DenseMatrix(x.rows() - held, x.cols()), DenseMatrix(held, x.cols())};
    Eigen::Index row = 0, query = 0;
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        if (i % step == 0 && query < held) {
            parts.queries.row(query++) = x.row(i);
        } else {
            parts.rows.row(row++) = x.row(i);
        }
    }
    return parts;
}

template <class Work>
double median_cpu(const Work& work) {
    std::vector<double> times;
    for (int round = 0; round < 3; ++round) times.push_back(tools::timed(work).cpu);
    std::sort(times.begin(), times.end());
    return times[1];
}

double recall(const std::vector<Neighbors>& exact, const std::vector<Neighbors>& found) {
    std::size_t hits = 0, all = 0;
    for (std::size_t q = 0; q < exact.size(); ++q) {
        all += exact[q].size();
        for (const auto& entry : found[q]) {
            for (const auto& wanted : exact[q]) hits += static_cast<std::size_t>(wanted.index == entry.index);
        }
    }
    return static_cast<double>(hits) / static_cast<double>(all);
}

std::span<const float> query_of(const Parts& parts, Eigen::Index q) {
    return {parts.queries.row(q).data(), static_cast<std::size_t>(parts.queries.cols())};
}

/// Processor seconds a query, alone and in a batch.
struct Speeds {
    double alone;
    double batch;
};

Speeds exact_speeds(const Parts& parts, Similarity similarity) {
    constexpr Eigen::Index few = 100;  // a scan takes long enough
    const Eigen::Index count = std::min(few, parts.queries.rows());
    const double alone = median_cpu([&] {
        for (Eigen::Index q = 0; q < count; ++q) {
            static_cast<void>(nearest(parts.rows, query_of(parts, q), top_count, similarity));
        }
    });
    const double batch =
        median_cpu([&] { static_cast<void>(nearest_to_each(parts.rows, parts.queries, top_count, similarity)); });
    return {alone / static_cast<double>(count), batch / static_cast<double>(parts.queries.rows())};
}

void print_file(const char* name, const InvertedFileOptions& options, const Parts& parts, Similarity similarity,
                const std::vector<Neighbors>& exact, const Speeds& scan) {
    InvertedFile file;
    const double made = tools::timed([&] { file = inverted_file(parts.rows, similarity, options); }).cpu;
    std::printf("%s, %ld cells, made in %.1f s of processor\n", name, static_cast<long>(file.centroids.rows()), made);
    const auto total = static_cast<double>(parts.queries.rows());
    bool reached = false;
    for (std::int64_t probes = 4; probes <= file.centroids.rows(); probes *= 2) {
        const ProbeOptions probing = {.probes = probes, .reranked = options.code_bytes > 0 ? 10 : 1};
        std::vector<Neighbors> found;
        const double batch =
            median_cpu([&] { found = probed_by_each(view(file), parts.rows, parts.queries, top_count, probing); });
        const double alone = median_cpu([&] {
            for (Eigen::Index q = 0; q < parts.queries.rows(); ++q) {
                static_cast<void>(probed(view(file), parts.rows, query_of(parts, q), top_count, probing));
            }
        });
        const double share = recall(exact, found);
        std::printf("  probes %5ld  recall@10 %.4f  alone %.3f ms, %.1f x the scan  batch %.3f ms, %.1f x\n",
                    static_cast<long>(probes), share, 1e3 * alone / total, scan.alone * total / alone,
                    1e3 * batch / total, scan.batch * total / batch);
        if (reached) break;
        reached = share >= target_recall;
    }
}

void print_codes(const char* name, const ProductQuantizationOptions& options, const DenseMatrix& rows) {
    ProductQuantizer quantizer;
    const double made = tools::timed([&] { quantizer = fit_product_quantizer(rows, options); }).cpu;
    double error = 0;
    const double encoded = tools::timed([&] { error = distortion(quantizer, rows); }).cpu;
    std::printf("%s, 25 bytes a row: distortion %.6f, learned in %.1f s of processor, encoded in %.1f\n", name, error,
                made, encoded);
}

void run(const std::string& path, std::int64_t cells, Similarity similarity) {
    const MappedArray<float> array(path, {any_extent, any_extent});
    const Parts parts = parted({array.values().data(), array.shape()[0], array.shape()[1]});
    const Speeds scan = exact_speeds(parts, similarity);
    std::printf("%ld rows of %ld, %ld queries, %s; exact scan: alone %.3f ms, batch %.3f ms\n",
                static_cast<long>(parts.rows.rows()), static_cast<long>(parts.rows.cols()),
                static_cast<long>(parts.queries.rows()), std::string(name(similarity)).c_str(), 1e3 * scan.alone,
                1e3 * scan.batch);
    const auto exact = nearest_to_each(parts.rows, parts.queries, top_count, similarity);
    print_file("inverted file", {.cells = cells}, parts, similarity, exact, scan);
    print_file("inverted file of 25-byte codes", {.cells = cells, .code_bytes = 25}, parts, similarity, exact, scan);
    print_codes("product quantizer", {.subspaces = 25}, parts.rows);
    print_codes("with a rotation", {.subspaces = 25, .rotations = 10}, parts.rows);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        std::fprintf(stderr, "usage: bench_neighbors VECTORS.npy [CELLS] [SIMILARITY] [THREADS]\n");
        return 2;
    }
    std::setvbuf(stdout, nullptr, _IOLBF, 0);  // a line as soon as it is known, into a file, too
    try {
        const eckart::ThreadLimit limit(argc > 4 ? std::atoi(argv[4]) : 1);
        run(argv[1], argc > 2 ? std::atol(argv[2]) : 1024, eckart::parse_similarity(argc > 3 ? argv[3] : "cosine"));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_neighbors: %s\n", error.what());
        return 1;
    }
    return 0;
}
