#include "tools/cli/terminal/measure_table.h"
#include "tools/cli/terminal/json.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

namespace eckart::tools {
namespace {

void print_object(Session& session, const MeasuredModel& model, const std::string& measure,
                  const SplitSummary& summary) {
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

std::optional<SplitSummary> summary_of(const std::vector<recsys::Evaluation>& evaluations, std::size_t measure,
                                       std::uint64_t seed) {
    SplitSummary summary;
    std::vector<double> values;
    const auto count = static_cast<double>(evaluations.size());
    for (const recsys::Evaluation& evaluation : evaluations) {
        const auto one = evaluation.summary(measure, seed);
        if (!one) return {};
        values.push_back(one->value);
        summary.mean.value += one->value / count;
        summary.mean.n += one->n;
        if (one->low) summary.mean.low = summary.mean.low.value_or(0) + *one->low / count;
        if (one->high) summary.mean.high = summary.mean.high.value_or(0) + *one->high / count;
    }
    double squares = 0;
    for (const double value : values) squares += (value - summary.mean.value) * (value - summary.mean.value);
    if (values.size() > 1) summary.spread = std::sqrt(squares / (count - 1));
    return summary;
}

void print_measures(Session& session, const std::vector<MeasuredModel>& results) {
    const auto seed = static_cast<std::uint64_t>(session.common.seed);
    const bool several = results.front().evaluations.size() > 1;
    std::vector<std::string> header = {"metric", "value", "low", "high", "model"};
    if (several) header.insert(header.begin() + 2, "spread");
    Table table(std::move(header));
    const auto& measures = results.front().evaluations.front().measures;
    for (std::size_t m = 0; m < measures.size(); ++m) {
        for (const MeasuredModel& model : results) {
            const auto summary = summary_of(model.evaluations, m, seed);
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
