#include "tools/cli/terminal/train_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/cli/terminal/json.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

Json attributes_object(const std::optional<jobs::LearnedAttributes>& learned) {
    if (!learned) return nullptr;
    return {{"columns", learned->columns},     {"attributes", learned->attributes},
            {"lambda", learned->lambda},       {"explained", learned->explained},
            {"new_items", learned->new_items}, {"mixed_items", learned->mixed_items}};
}

std::string attributes_text(const jobs::LearnedAttributes& learned) {
    std::string columns;
    for (const std::string& column : learned.columns) columns += (columns.empty() ? "" : ", ") + column;
    return fmt::format(
        "attributes: {} ({})\nthey explain {:.1f}% of the variance of items left out (lambda {:.3g}); {} items without "
        "ratings have factors from them, {} with few have both",
        learned.attributes, columns, 100 * learned.explained, learned.lambda, learned.new_items, learned.mixed_items);
}

Json summary_object(const jobs::TrainResult& trained) {
    return {{"model", trained.model},
            {"users", trained.users},
            {"items", trained.items},
            {"ratings", trained.ratings},
            {"seconds", trained.seconds},
            {"duplicates", trained.duplicates},
            {"fitted", trained.fitted},
            {"positive", or_null(trained.positive)},
            {"options", trained.options},
            {"peak_memory", peak_memory()},
            {"figures", Json::parse(recsys::json_of(trained.figures))},
            {"neighbors", trained.cells},
            {"attributes", attributes_object(trained.attributes)}};
}

/// "sweeps 15, loss 0.61": the figures that are not 0 and not given as options.
std::string figures_text(const jobs::TrainResult& trained) {
    std::string text;
    for (const recsys::NamedNumber& figure : trained.report.figures) {
        if (!std::isfinite(figure.value) || figure.value == 0) continue;
        if (trained.options.contains(figure.name) && figure.name != "sweeps" && figure.name != "epochs") continue;
        std::string words = figure.name;
        std::replace(words.begin(), words.end(), '_', ' ');
        text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", words, figure.value);
    }
    return text;
}

}  // namespace

void print_trained(Session& session, const std::string& path, const jobs::TrainResult& trained) {
    session.show(trained.notes);
    if (session.common.json) return session.out.object(summary_object(trained));
    session.out.line(fmt::format("{}: {}{}, {} users, {} items, {} ratings", path, trained.model,
                                 trained.reason.empty() ? "" : " (" + trained.reason + ")", trained.users,
                                 trained.items, trained.ratings));
    const std::string text = figures_text(trained);
    if (!text.empty()) session.out.line(text);
    if (trained.attributes) session.out.line(attributes_text(*trained.attributes));
    if (!trained.cells.empty()) session.out.line("items: " + trained.cells);
    session.out.line(fmt::format("{:.2f} seconds, peak memory {}", trained.seconds, readable_bytes(peak_memory())));
}

}  // namespace eckart::tools
