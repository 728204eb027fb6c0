#include "recsys/models/automatic.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "engine/support/error.h"
#include "recsys/models/automatic_choice.h"
#include "recsys/models/figures.h"
#include "recsys/models/models.h"

namespace eckart::recsys {
namespace {

/// Profiles without what is no like. A person who likes nothing is what they have rated.
class LikedProfiles {
  public:
    LikedProfiles(std::span<const Profile> profiles, std::optional<float> positive) : views_(profiles.size()) {
        places_.resize(profiles.size());
        items_.resize(profiles.size());
        values_.resize(profiles.size());
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            const Profile& profile = profiles[p];
            for (std::size_t i = 0; i < profile.size(); ++i) {
                if (positive && profile.values[i] < *positive) continue;
                places_[p].push_back(i);
                items_[p].push_back(profile.items[i]);
                values_[p].push_back(profile.values[i]);
            }
            if (items_[p].empty()) {
                for (std::size_t i = 0; i < profile.size(); ++i) places_[p].push_back(i);
                views_[p] = profile;
            } else {
                views_[p] = {items_[p], values_[p]};
            }
        }
    }

    std::span<const Profile> views() const { return views_; }
    const std::vector<std::size_t>& places(std::size_t p) const { return places_[p]; }

  private:
    std::vector<Profile> views_;
    std::vector<std::vector<std::size_t>> places_;  ///< of what was kept in the profile
    std::vector<std::vector<std::int32_t>> items_;
    std::vector<std::vector<float>> values_;
};

class Automatic final : public Recommender {
  public:
    Automatic(std::unique_ptr<Recommender> ranker, std::unique_ptr<Recommender> rater, std::optional<float> positive,
              std::vector<Figures> trials)
        : ranker_(std::move(ranker)), rater_(std::move(rater)), positive_(positive), trials_(std::move(trials)) {}

    std::string_view name() const override { return "auto"; }
    std::int64_t items() const override { return ranker_->items(); }
    std::optional<RatingScale> scale() const override { return std::nullopt; }
    const Recommender* rating_model() const override { return rater_.get(); }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        ranker_->score(LikedProfiles(profiles, positive_).views(), scores);
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const LikedProfiles liked({&profile, 1}, positive_);
        Explanation whole;
        for (std::size_t p = 0; p < profile.size(); ++p) {
            whole.contributions.push_back({profile.items[p], profile.values[p], 0});
        }
        const Explanation reasons = ranker_->explain(liked.views().front(), item);
        whole.score = reasons.score;
        whole.base = reasons.base;
        whole.together = reasons.together;
        for (std::size_t i = 0; i < reasons.contributions.size(); ++i) {
            whole.contributions[liked.places(0)[i]].score = reasons.contributions[i].score;
        }
        return whole;
    }

    std::vector<float> similar(std::int32_t item) const override { return ranker_->similar(item); }
    std::optional<ItemVectors> item_vectors() const override { return ranker_->item_vectors(); }

    void save(const StoreWriter& store) const override {
        ranker_->save(store);
        if (rater_) rater_->save(store);
    }

    Figures figures() const override {
        Figures figures = {{"ranks", part(*ranker_)}};
        if (rater_) figures.set({"predicts", part(*rater_)});
        if (positive_) figures.set({"positive", static_cast<double>(*positive_)});
        if (!trials_.empty()) figures.set({"trials", trials_});
        return figures;
    }

  private:
    static Figures part(const Recommender& model) {
        return {{"model", std::string(model.name())}, {"figures", model.figures()}};
    }

    std::unique_ptr<Recommender> ranker_;
    std::unique_ptr<Recommender> rater_;  ///< nothing: there were no ratings
    std::optional<float> positive_;       ///< ratings from here up are likes; nothing: all are
    std::vector<Figures> trials_;
};

std::vector<Figures> trial_figures(const AutomaticChoice& choice) {
    std::vector<Figures> all;
    for (const ModelTrial& trial : choice.ranking) {
        all.push_back({{"model", trial.candidate.name()}, {"measure", std::string("ndcg@20")}, {"value", trial.value}});
    }
    for (const ModelTrial& trial : choice.rating) {
        all.push_back({{"model", trial.candidate.name()}, {"measure", std::string("rmse")}, {"value", trial.value}});
    }
    return all;
}

std::string rounded(double value) {
    std::string text = std::to_string(value);
    return text.substr(0, text.find('.') + 5);
}

/// What won, beside the simplest candidate, which is the first.
std::string said(const Candidate& winner, const std::vector<ModelTrial>& trials, const char* measure) {
    std::string text = winner.name();
    for (const ModelTrial& trial : trials) {
        if (trial.candidate.name() == winner.name()) text += ", " + std::string(measure) + " " + rounded(trial.value);
    }
    if (!trials.empty() && trials.front().candidate.name() != winner.name()) {
        text += " (" + trials.front().candidate.name() + ": " + rounded(trials.front().value) + ")";
    }
    return text + (trials.empty() ? ", untried: too few ratings to hide some" : " on hidden ratings");
}

/// What was told from the values, and what counts as a like.
std::string said_of_likes(const AutomaticChoice& choice) {
    if (choice.data == DataKind::likes) return "the values are all the same: each entry is a like";
    if (choice.data == DataKind::counts) return "the values are counts, and no ratings: each entry is a like";
    if (!choice.positive) return "the values are ratings; whatever people rated tells what to show them";
    return "the values are ratings, and those of " + rounded(static_cast<double>(*choice.positive)) +
           " and more are likes";
}

std::string said_of_untried(const std::vector<Candidate>& untried) {
    std::string names;
    for (const Candidate& candidate : untried) names += (names.empty() ? "" : ", ") + candidate.name();
    return "not tried, since the budget of work or memory was spent: " + names;
}

Fitted fitted_automatic(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    if (context.start != nullptr) throw UsageError("auto cannot go on from a model; train it again");
    const AutomaticChoice choice = automatic_choice(user_item, values.number("trial-budget"), context);
    FitReport report;
    const auto fit = [&](const Candidate& candidate, const CsrView& entries) {
        Fitted part =
            candidate.kind->fit(entries, candidate.options(),
                                {.progress = context.progress, .memory = context.memory, .seed = context.seed});
        report.interrupted = report.interrupted || part.report.interrupted;
        for (const Note& note : part.report.notes) {
            report.notes.push_back({note.code, candidate.kind->name + ": " + note.text});
        }
        return std::move(part.model);
    };
    CsrMatrix likes;
    if (choice.positive) likes = entries_from(user_item, *choice.positive);
    auto ranker = fit(choice.ranker, choice.positive ? likes.view() : user_item);
    std::unique_ptr<Recommender> rater;
    if (choice.rater) rater = fit(*choice.rater, user_item);
    report.notes.push_back({"likes", said_of_likes(choice)});
    report.notes.push_back({"ranks", "ranking by " + said(choice.ranker, choice.ranking, "NDCG@20")});
    if (choice.rater) {
        report.notes.push_back({"predicts", "ratings by " + said(*choice.rater, choice.rating, "RMSE")});
    }
    if (!choice.untried.empty()) report.notes.push_back({"untried", said_of_untried(choice.untried)});
    return {std::make_unique<Automatic>(std::move(ranker), std::move(rater), choice.positive, trial_figures(choice)),
            std::move(report)};
}

std::unique_ptr<Recommender> opened_automatic(const StoreReader& store, const Figures& kept) {
    return read_figures("auto", kept, [&](const Figures& figures) -> std::unique_ptr<Recommender> {
        const auto opened = [&](const Figures& part) {
            return model_kind(part.text("model")).open(store, part.object("figures"));
        };
        auto ranker = opened(figures.object("ranks"));
        auto rater = figures.contains("predicts") ? opened(figures.object("predicts")) : nullptr;
        std::optional<float> positive;
        if (figures.contains("positive")) positive = static_cast<float>(figures.number("positive"));
        if (ranker->scale() || (rater && (!rater->scale() || rater->items() != ranker->items()))) {
            throw DamagedError(store.path() + ": the two models of an automatic one do not fit together");
        }
        std::vector<Figures> trials;
        if (figures.contains("trials")) trials = figures.objects("trials");
        return std::make_unique<Automatic>(std::move(ranker), std::move(rater), positive, std::move(trials));
    });
}

/// The most that a candidate takes, with the data that it is tried on.
std::uint64_t automatic_memory(const RatingsShape& shape, const OptionValues& values) {
    constexpr std::uint64_t entry_bytes = sizeof(float) + sizeof(std::int32_t);
    const auto ratings = static_cast<double>(shape.ratings);
    std::uint64_t most = 0;
    const double even = ratings * ratings / static_cast<double>(std::max<std::int64_t>(shape.users, 1));
    for (const Candidate& candidate : ranking_candidates(shape, even, values.number("trial-budget"), {}).tried) {
        most = std::max(most, candidate.kind->memory(shape, candidate.options()));
    }
    return most + 3 * entry_bytes * static_cast<std::uint64_t>(shape.ratings);
}

}  // namespace

ModelKind automatic_kind() {
    return {.name = "auto",
            .summary = "what ranks best and what predicts best, found by trials",
            .of_likes = false,
            .options = {number_option("trial-budget", 10, {0, 1e6},
                                      "work of the trials, in fits of implicit-als; higher: more models are tried")},
            .fit = fitted_automatic,
            .open = opened_automatic,
            .memory = automatic_memory,
            .chooses = true,
            .approximates = true};
}

}  // namespace eckart::recsys
