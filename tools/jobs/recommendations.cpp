#include "tools/jobs/recommendations.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/cli/terminal/json.h"
#include "tools/cli/terminal/output.h"
#include "tools/jobs/item_texts.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t ratings_shown = 3;
constexpr std::size_t ratings_in_json = 10;

/// Why one item is ranked where it is.
struct Reason {
    recsys::Explanation explanation;  ///< contributions sorted, what did most first
    std::optional<recsys::Counterfactual> without = {};
};

bool explains(const recsys::Recommendations& ranking, const recsys::Recommender& model) {
    return ranking.source == model.name();
}

Reason reason_of(const recsys::Recommender& model, const recsys::Profile& profile, std::int32_t item,
                 const recsys::RecommendOptions& options) {
    Reason reason{model.explain(profile, item)};
    auto& contributions = reason.explanation.contributions;
    const auto best = std::max_element(contributions.begin(), contributions.end(),
                                       [](const auto& a, const auto& b) { return a.score < b.score; });
    if (best != contributions.end()) {
        const auto place = static_cast<std::size_t>(best - contributions.begin());
        reason.without = recsys::counterfactual(model, profile, place, item, options);
    }
    std::stable_sort(contributions.begin(), contributions.end(),
                     [](const auto& a, const auto& b) { return std::abs(a.score) > std::abs(b.score); });
    return reason;
}

double rest_after(const recsys::Explanation& explanation, std::size_t first) {
    double sum = 0;
    for (std::size_t c = first; c < explanation.contributions.size(); ++c) sum += explanation.contributions[c].score;
    return sum;
}

std::string label(const recsys::ModelStore& store, std::int32_t row) {
    const CatalogEntry entry = store.items().entry(row);
    return printable(entry.title.empty() ? entry.id : entry.title);
}

void print_reason(Session& session, const recsys::ModelStore& store, const Reason& reason) {
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
        line(fmt::format("{:+.{}f}", rest_after(reason.explanation, shown), digits),
             fmt::format("for {} more", contributions.size() - shown));
    }
    if (reason.explanation.together != 0) {
        line(fmt::format("{:+.{}f}", reason.explanation.together, digits), "together, beside what each gives alone");
    }
    if (!reason.without || !reason.without->rank_without) return;
    line("", fmt::format("without {}: {:.{}f}, rank {}", label(store, reason.without->left_out),
                         reason.without->score_without, digits, *reason.without->rank_without));
}

Json reason_object(const recsys::ModelStore& store, const Reason& reason) {
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
                   {"others_score", rest_after(reason.explanation, contributions.size())},
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

double shown_score(double score, const recsys::Recommender& model, const std::string& source) {
    const auto scale = model.scale();
    if (!scale || source != model.name()) return score;
    return std::clamp(score, static_cast<double>(scale->low), static_cast<double>(scale->high));
}

std::string readable_score(double score, const recsys::Recommender& model, const std::string& source) {
    const double shown = shown_score(score, model, source);
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
                   {"score", shown_score(row.score, store.model(), ranking.source)},
                   {"source", ranking.source}});
    return object;
}

std::string score_note(const recsys::ModelStore& store, const recsys::Recommendations& ranking) {
    if (!explains(ranking, store.model())) {
        return "nothing is known of this person: ranked by " +
               std::string(store.model().scale() ? "ratings" : "likes") + ", which the scores count";
    }
    if (store.model().scale()) return "";
    return "scores rank and mean nothing else: " + std::string(store.model().name()) +
           " learns from likes, not ratings";
}

void print_recommendations(Session& session, const recsys::ModelStore& store, const Person& person,
                           const recsys::Recommendations& ranking, const recsys::RecommendOptions& options, bool why) {
    const std::string note = score_note(store, ranking);
    if (ranking.top.empty()) {
        session.note("there is no item left to recommend");
    } else if (!note.empty()) {
        session.note(note);
    }
    for (std::size_t at = 0; at < ranking.top.size(); ++at) {
        const auto& row = ranking.top[at];
        std::optional<Reason> reason;
        if (why && explains(ranking, store.model())) {
            reason = reason_of(store.model(), person.profile.view(), row.index, options);
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
