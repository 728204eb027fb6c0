#include "tools/cli/terminal/ladder_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace eckart::tools {
namespace {

nlohmann::ordered_json fields_of(const jobs::LadderRow& row) {
    nlohmann::ordered_json fields = {{"method", row.method},
                                     {"constraint", row.constraint},
                                     {"rank", row.rank},
                                     {"objective", row.objective},
                                     {"relative_error", row.relative_error},
                                     {"bound", row.bound},
                                     {"gap", row.gap},
                                     {"seconds", row.seconds}};
    if (row.angle) fields["angle"] = *row.angle;
    if (row.stored_objective) fields["stored_objective"] = *row.stored_objective;
    return fields;
}

std::vector<std::string> cells_of(const jobs::LadderRow& row) {
    return {row.method,
            row.constraint,
            fmt::to_string(row.rank),
            fmt::format("{:.6g}", row.objective),
            fmt::format("{:.6f}", row.relative_error),
            fmt::format("{:.6g}", row.bound),
            fmt::format("{:.2g}", row.gap),
            row.angle ? fmt::format("{:.4f}", *row.angle) : "",
            fmt::format("{:.2f}", row.seconds)};
}

}  // namespace

LadderLines::LadderLines(Session& session)
    : session_(session),
      table_({"method", "constraint", "rank", "||X - ZW||^2", "relative error", "bound", "gap", "angle", "seconds"}) {}

void LadderLines::add(const jobs::LadderRow& row) {
    for (const jobs::Note& note : row.notes) session_.note(row.method + ": " + note.text);
    if (session_.common.json) {
        session_.out.object(fields_of(row));
    } else {
        table_.add(cells_of(row));
    }
}

void LadderLines::finish() {
    if (!session_.common.json) table_.print(session_.out);
}

}  // namespace eckart::tools
