#include "text/terms/weighting.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart::text {
namespace {

constexpr std::int64_t weighted_rows = 512;
constexpr double saturation = 1.2;  // k1 of BM25; rows are made unit length afterwards, so there is no b here

constexpr double roundoff = 1e-9;  // a weight below it is rounding, which unit length would blow up to a word

constexpr std::string_view local_letters = "nlabL";
constexpr std::string_view global_letters = "ntp";
constexpr std::string_view row_letters = "nc";

/// What a row's local weights refer to.
struct RowProfile {
    double largest = 0;
    double mean = 0;
};

double local_weight(char letter, double tf, const RowProfile& row) {
    switch (letter) {
        case 'e':
            return std::log2(1 + tf);
        case 'k':
            return tf * (saturation + 1) / (tf + saturation);
        case 'l':
            return 1 + std::log(tf);
        case 'a':
            return 0.5 + 0.5 * tf / row.largest;
        case 'b':
            return 1;
        case 'L':
            return (1 + std::log(tf)) / (1 + std::log(row.mean));
        default:
            return tf;
    }
}

/// 1 + sum_d p_d log p_d / log N with p_d = tf_d / sum tf: 0 for a term spread evenly over all N documents, 1 for a
/// term in one document.
double entropy_weight(std::span<const float> tf, double documents) {
    if (documents < 2) return 1;
    double total = 0, sum = 0;
    for (const float value : tf) {
        total += static_cast<double>(value);
        sum += static_cast<double>(value) * std::log(static_cast<double>(value));
    }
    const double weight = 1 - (std::log(total) - sum / total) / std::log(documents);
    return weight > roundoff ? weight : 0;
}

double global_weight(char letter, std::span<const float> tf, double documents) {
    const auto df = static_cast<double>(tf.size());
    if (df == 0) return 0;
    switch (letter) {
        case 'e':
            return entropy_weight(tf, documents);
        case 'k':
            return std::log(1 + (documents - df + 0.5) / (df + 0.5));
        case 't':
            return std::log(documents / df);
        case 'p':
            return std::max(0.0, std::log((documents - df) / df));
        default:
            return 1;
    }
}

void weight_row(const Weighting& weighting, std::span<const float> global_weights,
                std::span<const std::int32_t> columns, std::span<float> values) {
    if (values.empty()) return;
    const RowProfile profile{static_cast<double>(*std::max_element(values.begin(), values.end())),
                             std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size())};
    double squares = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double weight = local_weight(weighting.local, static_cast<double>(values[i]), profile) *
                              static_cast<double>(global_weights[static_cast<std::size_t>(columns[i])]);
        values[i] = static_cast<float>(weight);
        squares += weight * weight;
    }
    if (weighting.row == 'c' && squares > 0) {
        const auto scale = static_cast<float>(1 / std::sqrt(squares));
        for (float& value : values) value *= scale;
    }
}

}  // namespace

Weighting parse_weighting(std::string_view given) {
    if (given == "log-entropy") return {'e', 'e', 'c'};
    if (given == "bm25") return {'k', 'k', 'c'};
    if (given == "tf-idf") return {'l', 't', 'c'};
    constexpr std::string_view prefix = "tf-idf:";
    if (given.starts_with(prefix) && given.size() == prefix.size() + 3) {
        const char local = given[prefix.size()], global = given[prefix.size() + 1], row = given[prefix.size() + 2];
        if (local_letters.find(local) != std::string_view::npos &&
            global_letters.find(global) != std::string_view::npos && row_letters.find(row) != std::string_view::npos) {
            return {local, global, row};
        }
    }
    throw UsageError("'" + std::string(given) +
                     "' is not a weighting; choose log-entropy, bm25, tf-idf, or tf-idf: and three SMART letters of " +
                     std::string(local_letters) + ", " + std::string(global_letters) + " and " +
                     std::string(row_letters) + ", for example tf-idf:ltc");
}

std::string name(const Weighting& weighting) {
    if (weighting.local == 'e') return "log-entropy";
    if (weighting.local == 'k') return "bm25";
    return std::string("tf-idf:") + weighting.local + weighting.global + weighting.row;
}

double query_weight(const Weighting& weighting, double tf) {
    switch (weighting.local) {
        case 'e':
            return std::log2(1 + tf);
        case 'k':
            return tf * (saturation + 1) / (tf + saturation);
        case 'b':
            return 1;
        case 'n':
            return tf;
        default:
            return std::log1p(tf) / std::numbers::ln2;  // 1 at one like 1 + ln tf, near it above, positive below
    }
}

std::vector<float> global_weights(const Weighting& weighting, const CsrView& postings) {
    std::vector<float> weights(static_cast<std::size_t>(postings.rows));
    const auto documents = static_cast<double>(postings.cols);
    parallel_blocks(postings.rows, weighted_rows, [&](Range terms) {
        for (auto t = static_cast<std::size_t>(terms.begin); t < static_cast<std::size_t>(terms.end); ++t) {
            const auto begin = static_cast<std::size_t>(postings.row_offsets[t]);
            const auto end = static_cast<std::size_t>(postings.row_offsets[t + 1]);
            weights[t] = static_cast<float>(
                global_weight(weighting.global, postings.values.subspan(begin, end - begin), documents));
        }
    });
    return weights;
}

void weight_rows(const Weighting& weighting, std::span<const float> global_weights, CsrMatrix& counts) {
    parallel_blocks(counts.rows, weighted_rows, [&](Range rows) {
        for (auto r = static_cast<std::size_t>(rows.begin); r < static_cast<std::size_t>(rows.end); ++r) {
            const auto begin = static_cast<std::size_t>(counts.row_offsets[r]);
            const auto count = static_cast<std::size_t>(counts.row_offsets[r + 1]) - begin;
            weight_row(weighting, global_weights, std::span(counts.column_indices).subspan(begin, count),
                       std::span(counts.values).subspan(begin, count));
        }
    });
}

}  // namespace eckart::text
