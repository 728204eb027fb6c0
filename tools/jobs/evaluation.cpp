#include "tools/jobs/evaluation.h"

#include <algorithm>

#include "engine/metrics/ranking.h"

namespace eckart::tools {
namespace {

constexpr const char* names[] = {"map", "ndcg@10", "p@10", "recall@100", "mrr"};

/// The measures of one ranking in the order of `names`.
std::vector<double> measures(std::span<const double> grades, std::span<const double> judged) {
    const auto relevant = std::count_if(judged.begin(), judged.end(), [](double grade) { return grade > 0; });
    return {average_precision(grades, relevant), ndcg_at(grades, judged, 10), precision_at(grades, 10),
            recall_at(grades, relevant, 100), reciprocal_rank(grades)};
}

bool has_relevant(const std::map<std::string, int>& judged) {
    return std::any_of(judged.begin(), judged.end(), [](const auto& pair) { return pair.second > 0; });
}

}  // namespace

std::span<const char* const> measure_names() {
    return names;
}

std::string measure_formulas() {
    return "Measures of a query (g_i: the grade at rank i, 0 if not judged; relevant: g > 0; R: all relevant "
           "documents, found or\n"
           "not), averaged over the queries that have a relevant document:\n"
           "  map         1/R  sum over relevant ranks i of (relevant in ranks 1..i) / i\n"
           "  ndcg@10     DCG@10 / DCG@10 of the best order of all judged; DCG@k = sum over i <= k of g_i / log2(i + "
           "1)\n"
           "  p@10        relevant in ranks 1..10 / 10\n"
           "  recall@100  relevant in ranks 1..100 / R\n"
           "  mrr         1 / rank of the first relevant, 0 if there is none\n"
           "low and high are a 95% bootstrap interval of the mean over queries. p is Fisher's paired randomization "
           "test.\n"
           "An index ranks the best 1000. A judged document that is not in the index stays in R. A judged query that "
           "is\n"
           "missing from a run counts 0.";
}

void Evaluation::add(const std::string& query, const std::vector<std::string>& ranking) {
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

std::int64_t Evaluation::add_missing() {
    std::int64_t missing = 0;
    for (const auto& [query, judged] : judgements_) {
        if (measured_.contains(query) || !has_relevant(judged)) continue;
        add(query, {});
        ++missing;
    }
    return missing;
}

std::vector<double> Evaluation::values(std::size_t measure) const {
    std::vector<double> column;
    for (const auto& [query, row] : measured_) column.push_back(row[measure]);
    return column;
}

}  // namespace eckart::tools
