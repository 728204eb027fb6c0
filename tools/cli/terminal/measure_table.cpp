#include "tools/cli/terminal/measure_table.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/cli/terminal/json.h"

namespace eckart::tools {
namespace {

void print_object(Session& session, const jobs::MeasuredModel& model, const std::string& measure,
                  const jobs::SplitSummary& summary) {
    nlohmann::ordered_json row = {{"model", model.label},
                                  {"metric", measure},
                                  {"value", summary.mean.value},
                                  {"n", summary.mean.n},
                                  {"low", or_null(summary.mean.low)},
                                  {"high", or_null(summary.mean.high)}};
    if (model.evaluations.size() > 1) row["spread"] = summary.spread;
    session.out.object(row);
}

std::string digits(const std::optional<double>& value) {
    return value ? fmt::format("{:.4f}", *value) : "";
}

}  // namespace

void print_measures(Session& session, const jobs::RatingsEvaluation& measured) {
    const auto& results = measured.models;
    const auto seed = static_cast<std::uint64_t>(session.common.seed);
    const bool several = results.front().evaluations.size() > 1;
    std::vector<std::string> header = {"metric", "value", "low", "high", "model"};
    if (several) header.insert(header.begin() + 2, "spread");
    Table table(std::move(header));
    const auto& measures = results.front().evaluations.front().measures;
    for (std::size_t m = 0; m < measures.size(); ++m) {
        for (const jobs::MeasuredModel& model : results) {
            const auto summary = jobs::summary_of(model.evaluations, m, seed);
            if (!summary) continue;
            const recsys::MeasuredValue& mean = summary->mean;
            if (session.common.json) print_object(session, model, measures[m].name(), *summary);
            std::vector<std::string> row = {measures[m].name(), digits(mean.value), digits(mean.low), digits(mean.high),
                                            model.label};
            if (several) row.insert(row.begin() + 2, digits(summary->spread));
            table.add(std::move(row));
        }
    }
    if (!session.common.json) table.print(session.out);
}

}  // namespace eckart::tools
