#include "tools/cli/terminal/train_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tools/cli/terminal/json.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

Json summary_object(const jobs::TrainResult& trained, const Json& figures) {
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
            {"figures", figures},
            {"neighbors", trained.cells}};
}

/// "sweeps 15, loss 0.61": the figures that are numbers and not given as options; of a list its last, for it tells how
/// the fit ended.
std::string figures_text(const Json& figures, const jobs::TrainResult& trained) {
    std::string text;
    for (const auto& [name, value] : figures.items()) {
        const Json& shown = value.is_array() && !value.empty() ? value.back() : value;
        if (!shown.is_number() || shown == 0 || name == "low" || name == "high") continue;
        if (trained.options.contains(name) && name != "sweeps" && name != "epochs") continue;
        std::string words = name;
        std::replace(words.begin(), words.end(), '_', ' ');
        text += fmt::format("{}{} {:.6g}", text.empty() ? "" : ", ", words, shown.get<double>());
    }
    return text;
}

}  // namespace

void print_trained(Session& session, const std::string& path, const jobs::TrainResult& trained) {
    session.show(trained.notes);
    const Json figures = Json::parse(trained.figures);
    if (session.common.json) return session.out.object(summary_object(trained, figures));
    session.out.line(fmt::format("{}: {}{}, {} users, {} items, {} ratings", path, trained.model,
                                 trained.reason.empty() ? "" : " (" + trained.reason + ")", trained.users,
                                 trained.items, trained.ratings));
    const std::string text = figures_text(figures, trained);
    if (!text.empty()) session.out.line(text);
    if (!trained.cells.empty()) session.out.line("items: " + trained.cells);
    session.out.line(
        fmt::format("{:.2f} seconds, peak memory {}", trained.seconds, readable_bytes(peak_memory())));
}

}  // namespace eckart::tools
