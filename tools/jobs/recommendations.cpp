#include "tools/jobs/recommendations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "recsys/serving/reason.h"
#include "tools/cli/terminal/json.h"
#include "tools/cli/terminal/output.h"
#include "tools/jobs/item_texts.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t ratings_shown = 3;
constexpr std::size_t ratings_in_json = 10;

std::string label(const recsys::ModelStore& store, std::int32_t row) {
    const CatalogEntry entry = store.items().entry(row);
    return printable(entry.title.empty() ? entry.id : entry.title);
}

void print_reason(Session& session, const recsys::ModelStore& store, const recsys::Reason& reason) {
    const auto& contributions = reason.explanation.contributions;
    const bool ratings = store.model().scale().has_value();
    const int digits = ratings ? 2 : 4;
    const auto line = [&](const std::string& number, const std::string& text) {
        session.out.line(cut_to(fmt::format("     {:>{}}  {}", number, digits + 3, text), session.out.columns()));
    };
    const std::size_t shown = std::min(ratings_shown, contributions.size());
    line(fmt::format("{:.{}f}", reason.explanation.base, digits), "for anybody");
    for (std::size_t c = 0; c < shown; ++c) {
        line(fmt::format("{:+.{}f}", contributions[c].score, digits),
             (ratings ? fmt::format("for the {:g} of ", contributions[c].value) : "for ") +
                 label(store, contributions[c].item));
    }
    if (contributions.size() > shown) {
        line(fmt::format("{:+.{}f}", recsys::contributions_after(reason.explanation, shown), digits),
             fmt::format("for {} more", contributions.size() - shown));
    }
    if (reason.explanation.together != 0) {
        line(fmt::format("{:+.{}f}", reason.explanation.together, digits), "together, beside what each gives alone");
    }
    if (!reason.without || !reason.without->rank_without) return;
    line("", fmt::format("without {}: {:.{}f}, rank {}", label(store, reason.without->left_out),
                         reason.without->score_without, digits, *reason.without->rank_without));
}

Json reason_object(const recsys::ModelStore& store, const recsys::Reason& reason) {
    Json contributions = Json::array();
    const auto& all = reason.explanation.contributions;
    for (std::size_t c = 0; c < std::min(ratings_in_json, all.size()); ++c) {
        const CatalogEntry entry = store.items().entry(all[c].item);
        contributions.push_back(
            {{"item", entry.id}, {"title", entry.title}, {"rating", all[c].value}, {"score", all[c].score}});
    }
    Json object = {{"score", reason.explanation.score},
                   {"base", reason.explanation.base},
                   {"contributions", contributions},
                   {"others", all.size() - contributions.size()},
                   {"others_score", recsys::contributions_after(reason.explanation, contributions.size())},
                   {"together", reason.explanation.together}};
    if (reason.without) {
        object["without"] = {{"item", store.items().entry(reason.without->left_out).id},
                             {"score", reason.without->score_without},
                             {"rank", or_null(reason.without->rank_without)}};
    }
    return object;
}

std::string categories_text(const CatalogEntry& entry) {
    std::string text;
    for (const std::string& category : item_traits(entry.attributes).categories) {
        text += (text.empty() ? "" : ", ") + printable(category);
    }
    return text;
}

}  // namespace

std::string readable_score(double score, const recsys::Recommender& model, const std::string& source) {
    const double shown = recsys::shown_score(score, model, source);
    if (source != model.name() || std::abs(shown) >= 1000) return fmt::format("{:.0f}", shown);
    return fmt::format("{:.{}f}", shown, model.scale() ? 2 : 4);
}

nlohmann::ordered_json recommendation_object(const recsys::ModelStore& store, const std::string& user,
                                             const recsys::Recommendations& ranking, std::size_t at) {
    const auto& row = ranking.top[at];
    const CatalogEntry entry = store.items().entry(row.index);
    Json object;
    if (!user.empty()) object["user"] = user;
    object.update({{"rank", at + 1},
                   {"item", entry.id},
                   {"title", entry.title},
                   {"score", recsys::shown_score(row.score, store.model(), ranking.source)},
                   {"source", ranking.source}});
    return object;
}

void print_recommendations(Session& session, const recsys::ModelStore& store, const Person& person,
                           const recsys::Recommendations& ranking, const recsys::RecommendOptions& options, bool why) {
    const auto note = recsys::score_note(store.model(), ranking);
    if (ranking.top.empty()) {
        session.note("there is no item left to recommend");
    } else if (note) {
        session.note(note->text);
    }
    for (std::size_t at = 0; at < ranking.top.size(); ++at) {
        const auto& row = ranking.top[at];
        std::optional<recsys::Reason> reason;
        if (why && recsys::is_explained(ranking, store.model())) {
            reason = recsys::reason_of(store.model(), person.profile.view(), row.index, options);
        }
        if (session.common.json) {
            Json object = recommendation_object(store, person.user, ranking, at);
            if (reason) object["why"] = reason_object(store, *reason);
            session.out.object(object);
            continue;
        }
        const CatalogEntry entry = store.items().entry(row.index);
        const std::string text =
            fmt::format("{:>3}  {}  {}  {}", at + 1, readable_score(row.score, store.model(), ranking.source),
                        printable(entry.title.empty() ? entry.id : entry.title), categories_text(entry));
        session.out.line(cut_to(text.substr(0, text.find_last_not_of(' ') + 1), session.out.columns()));
        if (reason) print_reason(session, store, *reason);
    }
}

}  // namespace eckart::tools
