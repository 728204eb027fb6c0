#include "tools/jobs/search/judged_rankings.h"

#include <algorithm>

#include "engine/metrics/ranking.h"

namespace eckart::jobs {
namespace {

constexpr const char* measure_names[] = {"map", "ndcg@10", "p@10", "recall@100", "mrr"};

/// The measures of one ranking in the order of `measure_names`.
std::vector<double> measures(std::span<const double> grades, std::span<const double> judged) {
    const auto relevant = std::count_if(judged.begin(), judged.end(), [](double grade) { return grade > 0; });
    return {average_precision(grades, relevant), ndcg_at(grades, judged, 10), precision_at(grades, 10),
            recall_at(grades, relevant, 100), reciprocal_rank(grades)};
}

bool has_relevant(const corpora::Judgements::mapped_type& judged) {
    return std::any_of(judged.begin(), judged.end(), [](const auto& pair) { return pair.second > 0; });
}

}  // namespace

std::span<const char* const> ranking_measures() {
    return measure_names;
}

void JudgedRankings::add(const std::string& query, const std::vector<std::string>& ranking) {
    const auto found = judgements_.find(query);
    if (found == judgements_.end() || !has_relevant(found->second)) {
        ++left_out_;
        return;
    }
    const auto& judged = found->second;
    std::vector<double> grades, judged_grades;
    for (const std::string& document : ranking) {
        const auto judgement = judged.find(document);
        grades.push_back(judgement == judged.end() ? 0 : judgement->second);
        if (judgement == judged.end()) continue;
        ranked_.insert(document);
        not_ranked_.erase(document);
    }
    for (const auto& [document, grade] : judged) {
        judged_grades.push_back(grade);
        if (!ranked_.contains(document)) not_ranked_.insert(document);
    }
    measured_[query] = measures(grades, judged_grades);
}

std::vector<std::string> JudgedRankings::add_missing() {
    std::vector<std::string> missing;
    for (const auto& [query, judged] : judgements_) {
        if (measured_.contains(query) || !has_relevant(judged)) continue;
        add(query, {});
        missing.push_back(query);
    }
    return missing;
}

std::vector<double> JudgedRankings::values(std::size_t measure) const {
    std::vector<double> column;
    for (const auto& [query, row] : measured_) column.push_back(row[measure]);
    return column;
}

}  // namespace eckart::jobs
