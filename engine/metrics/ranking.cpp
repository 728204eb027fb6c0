#include "engine/metrics/ranking.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "engine/support/error.h"

namespace eckart {
namespace {

void check_rank(std::int64_t k) {
    if (k < 1) throw UsageError("a measure at rank " + std::to_string(k) + " has no meaning; ranks count from 1");
}

void check_relevant(std::int64_t relevant) {
    if (relevant < 0) throw UsageError("the number of relevant entries is negative: " + std::to_string(relevant));
}

std::span<const double> first(std::span<const double> grades, std::int64_t k) {
    return grades.first(std::min(k, static_cast<std::int64_t>(grades.size())));
}

double relevant_among(std::span<const double> grades) {
    return static_cast<double>(std::count_if(grades.begin(), grades.end(), [](double grade) { return grade > 0; }));
}

double discounted_gain(std::span<const double> grades) {
    double sum = 0;
    for (std::size_t i = 0; i < grades.size(); ++i) {
        if (grades[i] > 0) sum += grades[i] / std::log2(static_cast<double>(i) + 2);  // rank i + 1
    }
    return sum;
}

}  // namespace

double average_precision(std::span<const double> grades, std::int64_t relevant) {
    check_relevant(relevant);
    if (relevant == 0) return 0;
    double found = 0, sum = 0;
    for (std::size_t i = 0; i < grades.size(); ++i) {
        if (grades[i] > 0) sum += ++found / (static_cast<double>(i) + 1);
    }
    return sum / static_cast<double>(relevant);
}

double precision_at(std::span<const double> grades, std::int64_t k) {
    check_rank(k);
    const auto ranks = k == every_rank ? static_cast<double>(grades.size()) : static_cast<double>(k);
    return ranks == 0 ? 0 : relevant_among(first(grades, k)) / ranks;
}

double recall_at(std::span<const double> grades, std::int64_t relevant, std::int64_t k) {
    check_rank(k);
    check_relevant(relevant);
    return relevant == 0 ? 0 : relevant_among(first(grades, k)) / static_cast<double>(relevant);
}

double capped_recall_at(std::span<const double> grades, std::int64_t relevant, std::int64_t k) {
    check_rank(k);
    check_relevant(relevant);
    return relevant == 0 ? 0 : relevant_among(first(grades, k)) / static_cast<double>(std::min(k, relevant));
}

double ndcg_at(std::span<const double> grades, std::span<const double> judged, std::int64_t k) {
    check_rank(k);
    std::vector<double> best(judged.begin(), judged.end());
    std::sort(best.begin(), best.end(), std::greater<>());
    const double ideal = discounted_gain(first(best, k));
    return ideal > 0 ? discounted_gain(first(grades, k)) / ideal : 0;
}

double reciprocal_rank(std::span<const double> grades) {
    const auto hit = std::find_if(grades.begin(), grades.end(), [](double grade) { return grade > 0; });
    return hit == grades.end() ? 0 : 1 / static_cast<double>(hit - grades.begin() + 1);
}

double hit_rate_at(std::span<const double> grades, std::int64_t k) {
    check_rank(k);
    return relevant_among(first(grades, k)) > 0 ? 1 : 0;
}

}  // namespace eckart
