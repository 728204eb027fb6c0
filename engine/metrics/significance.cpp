#include "engine/metrics/significance.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"

// Notation: d_i = b_i - a_i of query or user i, n of them;  T = |sum d_i|.
//   bootstrap: the mean of n of the values, drawn with replacement, over and over; its quantiles
//   randomization: p = share of the 2^n signs s_i (or of a sample of them) with |sum s_i d_i| >= T

namespace eckart {
namespace {

// Streams of the generator, so that no two uses of one seed share numbers.
constexpr std::uint64_t bootstrap_stream = 0x626F6F74;
constexpr std::uint64_t sign_stream = 0x7369676E;

constexpr std::int64_t replicates_a_task = 256;

void check_finite(std::span<const double> values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!std::isfinite(values[i])) throw UsageError("value " + std::to_string(i) + " of a sample is not finite");
    }
}

double mean_of(std::span<const double> values) {
    double sum = 0;
    for (const double value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

double resampled_mean(std::span<const double> values, const Philox& random, std::uint64_t resample) {
    const std::uint64_t n = values.size();
    double sum = 0;
    for (std::uint64_t i = 0; i < n; ++i) sum += values[random.below(resample * n + i, n)];
    return sum / static_cast<double>(n);
}

/// Least value that the fraction `q` of `sorted` does not exceed.
double quantile(const std::vector<double>& sorted, double q) {
    const double rank = std::ceil(q * static_cast<double>(sorted.size()));
    return sorted[std::min(sorted.size() - 1, static_cast<std::size_t>(std::max(rank - 1, 0.0)))];
}

/// |sum of the differences, each with the sign that its bit of word(j) says|, j counting words of 64 differences.
template <typename Word>
double signed_sum(std::span<const double> differences, const Word& word) {
    double sum = 0;
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < differences.size(); ++i) {
        bits = i % 64 == 0 ? word(i / 64) : bits >> 1;
        sum += (bits & 1) != 0 ? -differences[i] : differences[i];
    }
    return std::abs(sum);
}

/// How many of `count` assignments of signs reach `observed`; word(assignment, j) gives the bits.
template <typename Word>
std::int64_t count_as_large(std::span<const double> differences, std::int64_t count, double observed,
                            const Word& word) {
    std::vector<std::int64_t> found((count + replicates_a_task - 1) / replicates_a_task);
    parallel_blocks(count, replicates_a_task, [&](Range range) {
        for (std::int64_t assignment = range.begin; assignment < range.end; ++assignment) {
            const auto bits = [&](std::size_t j) { return word(static_cast<std::uint64_t>(assignment), j); };
            if (signed_sum(differences, bits) >= observed) ++found[range.begin / replicates_a_task];
        }
    });
    std::int64_t sum = 0;
    for (const std::int64_t part : found) sum += part;
    return sum;
}

}  // namespace

MeanInterval bootstrap_mean(std::span<const double> values, const BootstrapOptions& options) {
    if (options.resamples < 1) throw UsageError("the bootstrap needs at least one resample");
    if (!(options.confidence > 0 && options.confidence < 1)) throw UsageError("a confidence lies between 0 and 1");
    check_finite(values);
    if (values.empty()) return {};

    const Philox random(options.seed, bootstrap_stream);
    std::vector<double> means(options.resamples);
    parallel_blocks(options.resamples, replicates_a_task, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            means[i] = resampled_mean(values, random, static_cast<std::uint64_t>(i));
        }
    });
    std::sort(means.begin(), means.end());
    return {.mean = mean_of(values),
            .low = quantile(means, (1 - options.confidence) / 2),
            .high = quantile(means, (1 + options.confidence) / 2),
            .n = static_cast<std::int64_t>(values.size())};
}

PairedTest paired_randomization_test(std::span<const double> a, std::span<const double> b,
                                     const RandomizationOptions& options) {
    if (a.size() != b.size()) throw UsageError("a paired test needs two samples of the same size");
    if (options.samples < 1) throw UsageError("the randomization test needs at least one sample");
    check_finite(a);
    check_finite(b);
    if (a.empty()) return {};

    std::vector<double> differences(a.size());
    double magnitude = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        differences[i] = b[i] - a[i];
        magnitude += std::abs(differences[i]);
    }
    PairedTest test{.difference = mean_of(differences), .n = static_cast<std::int64_t>(a.size())};
    // Sums of the same terms with other signs that are equal on paper differ by rounding, at most n units of roundoff
    // of the sum of magnitudes; without this allowance such ties would be counted by chance.
    const double roundoff = static_cast<double>(a.size()) * 0x1p-52 * magnitude;
    const double observed = std::abs(test.difference) * static_cast<double>(a.size()) - roundoff;

    test.exact = a.size() < 62 && std::int64_t{1} << a.size() <= options.samples;
    if (test.exact) {
        const std::int64_t all = std::int64_t{1} << a.size();
        const auto word = [](std::uint64_t assignment, std::size_t) { return assignment; };
        test.p_value = static_cast<double>(count_as_large(differences, all, observed, word)) / static_cast<double>(all);
    } else {
        const Philox random(options.seed, sign_stream);
        const std::uint64_t words = (a.size() + 63) / 64;
        const auto word = [&](std::uint64_t assignment, std::size_t j) { return random.bits(assignment * words + j); };
        const std::int64_t as_large = count_as_large(differences, options.samples, observed, word);
        test.p_value = static_cast<double>(1 + as_large) / static_cast<double>(1 + options.samples);
    }
    return test;
}

}  // namespace eckart
