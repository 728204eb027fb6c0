#include "text/ranking/latent_scan.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <vector>

#include "engine/support/parallel.h"
#include "engine/support/random.h"

using namespace eckart;
using namespace eckart::text;

namespace {

/// Document vectors with their lengths and codes, and lexical scores of one document in three.
struct ScannedSpace {
    explicit ScannedSpace(DenseMatrix rows, std::uint64_t seed = 1) : vectors(std::move(rows)) {
        const Philox random(seed);
        for (Eigen::Index d = 0; d < vectors.rows(); ++d) {
            lengths.push_back(vectors.row(d).norm());
            const auto draw = static_cast<std::uint64_t>(d);
            lexical.push_back(random.below(draw, 3) == 0 ? static_cast<float>(random.below(9000 + draw, 40)) / 7 : 0);
        }
        codes = scan_codes(vectors, lengths);
    }

    LatentView view(bool with_codes) const {
        LatentView space{{},
                         {},
                         {},
                         ConstMatrixMap(nullptr, 0, vectors.cols()),
                         ConstMatrixMap(vectors.data(), vectors.rows(), vectors.cols()),
                         lengths,
                         vectors.cols()};
        if (with_codes) space.codes = codes.view();
        return space;
    }

    DenseMatrix vectors;
    std::vector<float> lengths;
    std::vector<float> lexical;
    ScanCodes codes;
};

DenseMatrix random_rows(Eigen::Index n, Eigen::Index d, std::uint64_t seed) {
    const Philox random(seed);
    DenseMatrix rows(n, d);
    for (Eigen::Index i = 0; i < n; ++i) {
        const double center = random.normal(static_cast<std::uint64_t>(i % 7) + 1'000'000);
        for (Eigen::Index j = 0; j < d; ++j) {
            const double value = random.normal(static_cast<std::uint64_t>(i * d + j));
            rows(i, j) = static_cast<float>((value + 2 * center) / std::sqrt(1.0 + static_cast<double>(j)));
        }
    }
    return rows;
}

/// Many equal rows, zero rows, rows of extreme lengths, a row of one number, an opposite row.
DenseMatrix awkward_rows(Eigen::Index n, Eigen::Index d) {
    DenseMatrix rows = random_rows(n, d, 77);
    for (Eigen::Index i = 0; i < n; i += 5) rows.row(i) = rows.row(3);
    for (Eigen::Index i = 1; i < n; i += 11) rows.row(i).setZero();
    rows.row(2) *= 1e18F;
    rows.row(4) *= 1e-14F;
    rows.row(7) *= 1e-25F;
    rows.row(8).setZero();
    rows(8, d - 1) = 1;
    rows.row(9) = -rows.row(3);
    return rows;
}

/// The definition: every score; -infinity for a document that has none.
std::vector<float> slow_scores(const LatentView& space, const Eigen::VectorXf& query, std::span<const float> lexical,
                               double scale, const DocumentSet* allowed) {
    std::vector<float> scores(space.document_lengths.size());
    latent_scores(space, query, scores);
    for (std::size_t d = 0; d < scores.size(); ++d) {
        const float words = lexical.empty() ? 0 : lexical[d];
        const bool has_score = (allowed == nullptr || allowed->contains(static_cast<std::int32_t>(d))) &&
                               (words > 0 || space.document_lengths[d] > 0);
        const double score = static_cast<double>(words) + scale * static_cast<double>(scores[d]);
        scores[d] = has_score ? static_cast<float>(score) : -std::numeric_limits<float>::infinity();
    }
    return scores;
}

/// To two roundings, which a compiler may make one.
bool same_numbers(const std::vector<float>& a, const std::vector<float>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) {
        return x == y || std::abs(x - y) <= 1e-6F * std::max(1.0F, std::abs(y)) || (std::isnan(x) && std::isnan(y));
    });
}

bool same_bytes(const std::vector<Scored<float>>& a, const std::vector<Scored<float>>& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.index == y.index && std::bit_cast<std::uint32_t>(x.score) == std::bit_cast<std::uint32_t>(y.score);
    });
}

/// Checks the scan with codes against the definition, for several blends and sizes of a page.
void check_scan(const ScannedSpace& example, const Eigen::VectorXf& query, const DocumentSet* allowed) {
    const LatentView space = example.view(true), plain = example.view(false);
    const LatentScan scan(space, query, allowed), exhaustive(plain, query, allowed);
    CHECK(scan.largest() == exhaustive.largest());
    for (const double b : {0.0, 0.02, 0.7, 1.0, 300.0}) {
        for (const std::size_t count : {std::size_t{1}, std::size_t{10}, std::size_t{100}, std::size_t{5000}}) {
            for (const bool words : {false, true}) {
                const std::span<const float> lexical =
                    words ? std::span<const float>(example.lexical) : std::span<const float>();
                const std::vector<float> scores = exhaustive.scores(lexical, b);
                CHECK(same_numbers(scores, slow_scores(plain, query, lexical, b, allowed)));
                const auto expected = top_k<float>(scores, count);
                CHECK(same_bytes(scan.leading(lexical, b, count), expected));
                CHECK(same_bytes(exhaustive.leading(lexical, b, count), expected));
                CHECK(same_bytes(top_k<float>(scan.scores(lexical, b), count), expected));
            }
        }
    }
    CHECK(scan.leading({}, 1, 0).empty());
}

DocumentSet every(std::int64_t size, std::int32_t step) {
    DocumentSet set(size);
    for (std::int32_t d = step / 2; d < size; d += step) set.add(d);
    return set;
}

}  // namespace

TEST_CASE("a scan by codes finds what a scan of all vectors finds, byte for byte") {
    for (const Eigen::Index d : {1, 2, 31, 32, 33, 50, 100}) {
        const ScannedSpace example(random_rows(700, d, static_cast<std::uint64_t>(d)));
        for (const std::uint64_t seed : {5, 6}) check_scan(example, random_rows(1, d, seed).row(0), nullptr);
        check_scan(example, example.vectors.row(3), nullptr);  // a document asks
    }
}

TEST_CASE("a scan finds the same among awkward vectors") {
    for (const Eigen::Index d : {1, 40, 65}) {
        const ScannedSpace example(awkward_rows(500, d));
        check_scan(example, random_rows(1, d, 5).row(0), nullptr);
        check_scan(example, example.vectors.row(3), nullptr);
        check_scan(example, Eigen::VectorXf::Unit(d, d - 1), nullptr);
        check_scan(example, Eigen::VectorXf::Zero(d), nullptr);
    }
}

TEST_CASE("documents of one vector all tie, and the first of them lead") {
    const ScannedSpace example(random_rows(1, 20, 3).replicate(300, 1));

    check_scan(example, random_rows(1, 20, 4).row(0), nullptr);

    const LatentView space = example.view(true);
    const auto leading = LatentScan(space, random_rows(1, 20, 4).row(0)).leading({}, 1, 3);
    REQUIRE(leading.size() == 3);
    CHECK(leading[0].index == 0);
    CHECK(leading[2].index == 2);
}

TEST_CASE("of allowed documents, a scan finds the same") {
    const ScannedSpace example(awkward_rows(500, 40));
    for (const std::int32_t step : {1, 2, 7, 40, 499}) {  // many, and few, of which all vectors are read
        const DocumentSet allowed = every(500, step);
        check_scan(example, random_rows(1, 40, 5).row(0), &allowed);
    }
    const DocumentSet none(500);
    check_scan(example, random_rows(1, 40, 5).row(0), &none);
}

TEST_CASE("of listed documents, the others have no score") {
    const ScannedSpace example(awkward_rows(300, 33));
    const LatentView space = example.view(true);
    const DocumentSet listed = every(300, 4);
    const Eigen::VectorXf query = random_rows(1, 33, 5).row(0);

    const LatentScan scan(space, query, listed.documents());

    const std::vector<float> scores = scan.scores(example.lexical, 0.6);
    CHECK(same_numbers(scores, slow_scores(space, query, example.lexical, 0.6, &listed)));
    CHECK(same_bytes(scan.leading(example.lexical, 0.6, 20), top_k<float>(scores, 20)));
    for (std::int32_t d = 0; d < 300; ++d) {
        if (!listed.contains(d)) CHECK(scores[static_cast<std::size_t>(d)] == -std::numeric_limits<float>::infinity());
    }
}

TEST_CASE("a scan finds the same bytes for any number of threads") {
    const ScannedSpace example(random_rows(9000, 20, 9));
    const LatentView space = example.view(true);
    const Eigen::VectorXf query = random_rows(1, 20, 10).row(0);
    const auto expected = LatentScan(space, query).leading(example.lexical, 0.5, 50);

    for (const int threads : {1, 2, 4}) {
        const ThreadLimit limit(threads);
        CHECK(same_bytes(LatentScan(space, query).leading(example.lexical, 0.5, 50), expected));
    }
}

TEST_CASE("codes of another number of dimensions are left aside") {
    const ScannedSpace example(random_rows(200, 40, 9));
    LatentView space = example.view(true);
    space.rank = 12;  // of 40
    const Eigen::VectorXf query = random_rows(1, 12, 10).row(0);

    const std::vector<float> scores = LatentScan(space, query).scores(example.lexical, 0.8);
    CHECK(same_numbers(scores, slow_scores(space, query, example.lexical, 0.8, nullptr)));
    CHECK(same_bytes(LatentScan(space, query).leading(example.lexical, 0.8, 20), top_k<float>(scores, 20)));
}
