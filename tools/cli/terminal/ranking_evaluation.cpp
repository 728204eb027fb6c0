#include "tools/cli/terminal/ranking_evaluation.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace eckart::tools {
namespace {

/// `mode` stands in front where two are compared, and is empty otherwise.
void print_measures(Session& session, const std::vector<jobs::MeasuredRanking>& measures, const std::string& mode) {
    Table table({"metric", "value", "n", "low", "high"});
    for (const auto& [metric, mean] : measures) {
        nlohmann::ordered_json row;
        if (!mode.empty()) row["mode"] = mode;
        row.update({{"metric", metric}, {"value", mean.mean}, {"n", mean.n}, {"low", mean.low}, {"high", mean.high}});
        if (session.common.json) session.out.object(row);
        table.add({metric, fmt::format("{:.4f}", mean.mean), std::to_string(mean.n), fmt::format("{:.4f}", mean.low),
                   fmt::format("{:.4f}", mean.high)});
    }
    if (session.common.json) return;
    if (!mode.empty()) session.out.line(mode);
    table.print(session.out);
}

void print_differences(Session& session, const std::vector<jobs::MeasuredDifference>& differences,
                       const std::string& title) {
    Table table({"metric", "difference", "p"});
    for (const auto& [metric, test] : differences) {
        if (session.common.json) {
            session.out.object(
                {{"metric", metric}, {"difference", test.difference}, {"p", test.p_value}, {"n", test.n}});
        }
        table.add({metric, fmt::format("{:+.4f}", test.difference), fmt::format("{:.4f}", test.p_value)});
    }
    if (session.common.json) return;
    session.out.line(title);
    table.print(session.out);
}

}  // namespace

void print_ranking_evaluation(Session& session, const jobs::RankingEvaluation& evaluation, const std::string& mode,
                              const std::string& compared) {
    if (evaluation.compared.empty()) return print_measures(session, evaluation.measures, "");
    print_measures(session, evaluation.measures, mode);
    print_measures(session, evaluation.compared, compared);
    print_differences(session, evaluation.differences, compared + " minus " + mode);
}

}  // namespace eckart::tools
