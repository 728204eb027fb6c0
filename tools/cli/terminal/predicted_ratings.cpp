#include "tools/cli/terminal/predicted_ratings.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"

namespace eckart::tools {
namespace {

void print_row(Session& session, const jobs::PredictedRating& row, int digits, bool users) {
    if (session.common.json) {
        return session.out.object({{"user", row.user.empty() ? nullptr : nlohmann::ordered_json(row.user)},
                                   {"item", row.item},
                                   {"title", row.title},
                                   {"score", row.score},
                                   {"source", row.source}});
    }
    const std::string title = printable(row.title.empty() && !users ? row.item : row.title);
    if (!users) return session.out.line(fmt::format("{:.{}f}  {}", row.score, digits, title));
    session.out.line(fmt::format("{}\t{}\t{:.{}f}\t{}\t{}", printable(row.user), printable(row.item), row.score, digits,
                                 title, row.source));
}

}  // namespace

void print_predictions(Session& session, const jobs::OpenModel& model, const jobs::Predictions& predictions,
                       bool users) {
    session.show(predictions.notes);
    const int digits = model.model().rating_model() != nullptr ? 2 : 4;
    if (users && !session.common.json) session.out.line("user\titem\tscore\ttitle\tsource");
    for (const jobs::PredictedRating& row : predictions.rows) print_row(session, row, digits, users);
    if (predictions.unknown.empty()) return;
    for (const std::string& sentence : predictions.unknown) session.note(sentence);
    throw UnknownIdError(fmt::format("pairs with {} are left out: {} predicted",
                                     predictions.unknown.size() == 1
                                         ? "1 unknown user or item"
                                         : fmt::format("{} unknown users or items", predictions.unknown.size()),
                                     predictions.rows.size()));
}

}  // namespace eckart::tools
