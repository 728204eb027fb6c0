#pragma once

#include <cstdint>
#include <span>

namespace eckart {

struct BootstrapOptions {
    std::int64_t resamples = 10000;  ///< enough for two digits of a 95% interval's ends (Efron and Tibshirani, 1993)
    double confidence = 0.95;        ///< in (0, 1)
    std::uint64_t seed = 42;
};

/// A mean with the interval that it is likely to lie in.
struct MeanInterval {
    double mean = 0;
    double low = 0;
    double high = 0;
    std::int64_t n = 0;  ///< values averaged
};

/// Percentile bootstrap of the mean: `values` (one a query or a user) are drawn again n of n with replacement, and the
/// interval goes from the (1 - c) / 2 to the (1 + c) / 2 quantile of the means of the resamples (Efron, "Bootstrap
/// methods: another look at the jackknife", Annals of Statistics 7, 1979).
///
/// Parallel, the same for any number of threads; costs O(resamples n). Without values everything is 0. Throws
/// UsageError if an option is out of range or a value is not finite.
MeanInterval bootstrap_mean(std::span<const double> values, const BootstrapOptions& options = {});

struct RandomizationOptions {
    std::int64_t samples = 100000;  ///< assignments of signs drawn where not all 2^n are gone through
    std::uint64_t seed = 42;
};

/// What a paired test found.
struct PairedTest {
    double difference = 0;  ///< mean of b minus mean of a
    double p_value = 1;     ///< chance of a difference as large, in either direction, were the two systems alike
    std::int64_t n = 0;     ///< pairs
    bool exact = false;     ///< all assignments of signs were gone through
};

/// Fisher's randomization test of two systems measured on the same queries or users: were they alike, each difference
/// b_i - a_i could as well have the other sign (Smucker, Allan and Carterette, "A comparison of statistical
/// significance tests for information retrieval evaluation", CIKM 2007).
///
/// Exact where 2^n <= samples; otherwise p = (1 + as large) / (1 + samples), which is never 0. Parallel, the same for
/// any number of threads; costs O(samples n). Throws UsageError if the two have not the same size, a value is not
/// finite, or samples < 1.
PairedTest paired_randomization_test(std::span<const double> a, std::span<const double> b,
                                     const RandomizationOptions& options = {});

}  // namespace eckart
