#include "tools/cli/terminal/recommendation_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "tools/cli/terminal/json.h"
#include "tools/cli/terminal/output.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;
using jobs::Recommendation;
using jobs::Recommendations;

constexpr std::size_t ratings_shown = 3;
constexpr std::size_t ratings_in_json = 10;

/// A score fit for people: two decimals for ratings, four for others, none for counts of ratings.
std::string readable_score(double score, const recsys::Recommender& model, const std::string& source) {
    if (source != model.name() || std::abs(score) >= 1000) return fmt::format("{:.0f}", score);
    return fmt::format("{:.{}f}", score, model.scale() ? 2 : 4);
}

void print_reason(Session& session, const jobs::OpenModel& model, const recsys::Reason& reason) {
    const auto& contributions = reason.explanation.contributions;
    const bool ratings = model.model().scale().has_value();
    const int digits = ratings ? 2 : 4;
    const auto line = [&](const std::string& number, const std::string& text) {
        session.out.line(cut_to(fmt::format("     {:>{}}  {}", number, digits + 3, text), session.out.columns()));
    };
    const std::size_t shown = std::min(ratings_shown, contributions.size());
    line(fmt::format("{:.{}f}", reason.explanation.base, digits), "for anybody");
    for (std::size_t c = 0; c < shown; ++c) {
        line(fmt::format("{:+.{}f}", contributions[c].score, digits),
             (ratings ? fmt::format("for the {:g} of ", contributions[c].value) : "for ") +
                 printable(model.label(contributions[c].item)));
    }
    if (contributions.size() > shown) {
        line(fmt::format("{:+.{}f}", recsys::contributions_after(reason.explanation, shown), digits),
             fmt::format("for {} more", contributions.size() - shown));
    }
    if (reason.explanation.together != 0) {
        line(fmt::format("{:+.{}f}", reason.explanation.together, digits), "together, beside what each gives alone");
    }
    if (!reason.without || !reason.without->rank_without) return;
    line("", fmt::format("without {}: {:.{}f}, rank {}", printable(model.label(reason.without->left_out)),
                         reason.without->score_without, digits, *reason.without->rank_without));
}

/// The score that the parts add up to: as the row has it, but for roundoff, or where it was clamped to the scale.
double explained_score(double shown, const recsys::Reason& reason) {
    const double sum = reason.explanation.score;
    return std::abs(sum - shown) <= 1e-5 * std::max(1.0, std::abs(shown)) ? shown : sum;
}

Json reason_object(const jobs::OpenModel& model, const recsys::Reason& reason, double shown) {
    Json contributions = Json::array();
    const auto& all = reason.explanation.contributions;
    for (std::size_t c = 0; c < std::min(ratings_in_json, all.size()); ++c) {
        const CatalogEntry entry = model.entry(all[c].item);
        contributions.push_back(
            {{"item", entry.id}, {"title", entry.title}, {"rating", all[c].value}, {"score", all[c].score}});
    }
    Json object = {{"score", explained_score(shown, reason)},
                   {"base", reason.explanation.base},
                   {"contributions", contributions},
                   {"others", all.size() - contributions.size()},
                   {"others_score", recsys::contributions_after(reason.explanation, contributions.size())},
                   {"together", reason.explanation.together}};
    if (reason.without) {
        object["without"] = {{"item", model.entry(reason.without->left_out).id},
                             {"score", reason.without->score_without},
                             {"rank", or_null(reason.without->rank_without)}};
    }
    return object;
}

Json row_object(const Recommendations& ranking, std::size_t at) {
    const Recommendation& row = ranking.items[at];
    return {{"user", ranking.user.empty() ? Json(nullptr) : Json(ranking.user)},
            {"rank", at + 1},
            {"item", row.item},
            {"title", row.title},
            {"score", row.score},
            {"source", row.source}};
}

void print_row(Session& session, const jobs::OpenModel& model, const Recommendations& ranking, std::size_t at) {
    const Recommendation& row = ranking.items[at];
    std::string categories;
    for (const std::string& one : row.categories) categories += (categories.empty() ? "" : ", ") + one;
    if (row.source != ranking.source && row.source != "ratings") {
        categories += fmt::format("{}(by {})", categories.empty() ? "" : "  ", row.source);
    }
    std::string text =
        fmt::format("{:>3}  {}  {}  {}", at + 1, readable_score(row.score, model.model(), ranking.source),
                    printable(row.title.empty() ? row.item : row.title), printable(categories));
    text.erase(text.find_last_not_of(' ') + 1);
    session.out.line(cut_to(text, session.out.columns()));
    if (row.reason) print_reason(session, model, *row.reason);
}

/// An id as a field between tabs.
std::string field(const std::string& text) {
    if (text.find_first_of("\t\r\n") == std::string::npos) return text;
    throw InputError("\"" + printable(text) +
                     "\" contains a tab or a line break, which a table cannot contain; use --json");
}

}  // namespace

void print_recommendations(Session& session, const jobs::OpenModel& model, const Recommendations& ranking) {
    session.show(ranking.notes);
    for (std::size_t at = 0; at < ranking.items.size(); ++at) {
        if (!session.common.json) {
            print_row(session, model, ranking, at);
            continue;
        }
        Json object = row_object(ranking, at);
        if (ranking.items[at].reason)
            object["why"] = reason_object(model, *ranking.items[at].reason, ranking.items[at].score);
        session.out.object(object);
    }
}

std::string recommendation_header() {
    return "user\trank\titem\tscore\ttitle\tsource";
}

void write_recommendations(ResultLines& file, const Recommendations& ranking, bool json) {
    for (std::size_t at = 0; at < ranking.items.size(); ++at) {
        const Recommendation& row = ranking.items[at];
        file.line(json ? json_line(row_object(ranking, at))
                       : fmt::format("{}\t{}\t{}\t{:.6g}\t{}\t{}", field(ranking.user), at + 1, field(row.item),
                                     row.score, printable(row.title), row.source));
    }
}

}  // namespace eckart::tools
