// Notation: n_ij members that the first labeling puts in i and the second in j, with sums a_i, b_j and n;
//   I = sum n_ij / n log(n n_ij / (a_i b_j)),   H(a) = - sum a_i / n log(a_i / n),   H(a|b) = H(a) - I

#include "engine/metrics/clustering.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "engine/metrics/label_ranks.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

/// How often a label of the first labeling meets one of the second, the empty cells left out.
struct Cell {
    std::size_t first;
    std::size_t second;
    double count;
};

struct Contingency {
    LabelRanks first;
    LabelRanks second;
    std::vector<Cell> cells;  ///< by the second label, then the first
    double members = 0;
};

void require_same_length(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
    if (a.size() == b.size()) return;
    throw UsageError("labelings of " + std::to_string(a.size()) + " and " + std::to_string(b.size()) +
                     " members cannot be compared");
}

Contingency contingency(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
    require_same_length(a, b);
    Contingency table{label_ranks(a), label_ranks(b), {}, static_cast<double>(a.size())};
    const std::size_t width = table.first.counts.size();
    std::vector<std::size_t> places;
    places.reserve(a.size());
    for (std::size_t i = 0; i < a.size(); ++i) places.push_back(table.second.ranks[i] * width + table.first.ranks[i]);
    std::sort(places.begin(), places.end());
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (i == 0 || places[i] != places[i - 1]) table.cells.push_back({places[i] % width, places[i] / width, 0});
        ++table.cells.back().count;
    }
    return table;
}

double entropy(const LabelRanks& labels, double members) {
    double sum = 0;
    for (const std::int64_t count : labels.counts) {
        const double part = static_cast<double>(count) / members;
        sum -= part * std::log(part);
    }
    return sum;
}

/// Never below 0, which it is by no more than roundoff.
double mutual_information(const Contingency& t) {
    double sum = 0;
    for (const Cell& cell : t.cells) {
        const double independent = static_cast<double>(t.first.counts[cell.first]) *
                                   static_cast<double>(t.second.counts[cell.second]) / t.members;
        sum += cell.count / t.members * std::log(cell.count / independent);
    }
    return std::max(0.0, sum);
}

/// part / whole, at most 1; 1 for nothing of nothing.
double share(double part, double whole) {
    return whole > 0 ? std::min(1.0, part / whole) : 1;
}

double pairs(double count) {
    return count * (count - 1) / 2;
}

double sum_of_pairs(const LabelRanks& labels) {
    double sum = 0;
    for (const std::int64_t count : labels.counts) sum += pairs(static_cast<double>(count));
    return sum;
}

}  // namespace

double normalized_mutual_information(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
    const Contingency t = contingency(a, b);
    return share(2 * mutual_information(t), entropy(t.first, t.members) + entropy(t.second, t.members));
}

double homogeneity(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels) {
    const Contingency t = contingency(truth, labels);
    return share(mutual_information(t), entropy(t.first, t.members));
}

double completeness(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels) {
    return homogeneity(labels, truth);
}

double v_measure(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels) {
    const double h = homogeneity(truth, labels), c = completeness(truth, labels);
    return h + c > 0 ? 2 * h * c / (h + c) : 0;
}

double adjusted_rand_index(std::span<const std::int32_t> a, std::span<const std::int32_t> b) {
    const Contingency t = contingency(a, b);
    double together = 0;
    for (const Cell& cell : t.cells) together += pairs(cell.count);
    const double first = sum_of_pairs(t.first), second = sum_of_pairs(t.second), all = pairs(t.members);
    if (together == first && together == second) return 1;  // the same partition, even where all is one or apart
    const double by_chance = first * second / all;
    return (together - by_chance) / ((first + second) / 2 - by_chance);
}

double purity(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels) {
    const Contingency t = contingency(truth, labels);
    std::vector<double> largest(t.second.counts.size(), 0);
    for (const Cell& cell : t.cells) largest[cell.second] = std::max(largest[cell.second], cell.count);
    double sum = 0;
    for (const double count : largest) sum += count;
    return share(sum, t.members);
}

LabelAgreement label_agreement(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels) {
    require_same_length(truth, labels);
    std::vector<std::int32_t> known, found;
    for (std::size_t i = 0; i < truth.size(); ++i) {
        if (truth[i] == -1) continue;
        known.push_back(truth[i]);
        found.push_back(labels[i]);
    }
    return {.n = static_cast<std::int64_t>(known.size()),
            .nmi = normalized_mutual_information(known, found),
            .ari = adjusted_rand_index(known, found),
            .homogeneity = homogeneity(known, found),
            .completeness = completeness(known, found),
            .v_measure = v_measure(known, found),
            .purity = purity(known, found)};
}

}  // namespace eckart
