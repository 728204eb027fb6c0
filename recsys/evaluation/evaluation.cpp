#include "recsys/evaluation/evaluation.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/metrics/coverage.h"
#include "engine/metrics/ranking.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/top_k.h"
#include "recsys/interface/shown_items.h"

namespace eckart::recsys {
namespace {

struct MeasureName {
    const char* name;
    MeasureKind kind;
    bool has_cutoff;
    const char* formula;
};

constexpr MeasureName measure_kinds[] = {
    {"rmse", MeasureKind::rmse, false, "sqrt(mean of (prediction - rating)^2), predictions clamped to the scale"},
    {"mae", MeasureKind::mae, false, "mean of |prediction - rating|, likewise"},
    {"recall@K", MeasureKind::recall, true, "relevant in ranks 1..K / R"},
    {"capped-recall@K", MeasureKind::capped_recall, true, "relevant in ranks 1..K / min(K, R)"},
    {"ndcg@K", MeasureKind::ndcg, true,
     "sum over relevant ranks i <= K of 1 / log2(i + 1), by the same sum over ranks 1..min(K, R)"},
    {"hr@K", MeasureKind::hr, true, "1 if a relevant item is in ranks 1..K, otherwise 0"},
    {"p@K", MeasureKind::p, true, "relevant in ranks 1..K / K"},
    {"map", MeasureKind::map, false, "1/R sum over relevant ranks i <= 1000 of (relevant in ranks 1..i) / i"},
    {"mrr", MeasureKind::mrr, false, "1 / rank of the first relevant, 0 if none is in ranks 1..1000"},
    {"coverage@K", MeasureKind::coverage, true, "share of all items that are in ranks 1..K of anyone"},
    {"gini@K", MeasureKind::gini, true, "Gini index of how often each item is in ranks 1..K: 0 if equally often"},
    {"novelty@K", MeasureKind::novelty, true,
     "mean over ranks 1..K of log2(users / users who rated the item in training)"},
};

const MeasureName& description_of(MeasureKind kind) {
    return *std::find_if(std::begin(measure_kinds), std::end(measure_kinds),
                         [kind](const MeasureName& named) { return named.kind == kind; });
}

std::string_view stem_of(const MeasureName& named) {
    const std::string_view name(named.name);
    return name.substr(0, name.find('@'));
}

Measure parse_measure(std::string_view text) {
    const std::size_t sign = text.find('@');
    for (const MeasureName& named : measure_kinds) {
        if (text.substr(0, sign) != stem_of(named)) continue;
        if (!named.has_cutoff && sign == std::string_view::npos) return {named.kind, 0};
        if (!named.has_cutoff || sign == std::string_view::npos) break;
        Measure measure{named.kind, 0};
        const auto [end, error] = std::from_chars(text.data() + sign + 1, text.data() + text.size(), measure.k);
        const bool whole = error == std::errc() && end == text.data() + text.size();
        if (whole && measure.k >= 1 && measure.k <= ranking_depth) return measure;
    }
    std::string names;
    for (const MeasureName& named : measure_kinds) names += (names.empty() ? "" : ", ") + std::string(named.name);
    throw UsageError("there is no measure \"" + std::string(text) + "\"; there are " + names + ", K from 1 to " +
                     std::to_string(ranking_depth));
}

bool of_ratings(MeasureKind kind) {
    return kind == MeasureKind::rmse || kind == MeasureKind::mae;
}

bool of_all_lists(MeasureKind kind) {
    return kind == MeasureKind::coverage || kind == MeasureKind::gini;
}

/// Depth that the measures need: 0 if none is one of a ranking.
std::int64_t depth_of(std::span<const Measure> measures) {
    std::int64_t depth = 0;
    for (const Measure& measure : measures) {
        if (!of_ratings(measure.kind)) depth = std::max(depth, measure.k > 0 ? measure.k : ranking_depth);
    }
    return depth;
}

/// People that a block scores: scores of one block take at most 64 MB.
std::size_t block_of(std::int64_t items) {
    return std::clamp<std::size_t>(16'000'000 / std::max<std::int64_t>(items, 1), 1, 2048);
}

/// What one person's ranking gave.
struct Ranked {
    bool relevant = false;  ///< whether something held out is relevant
    bool measured = false;
    std::vector<double> values;       ///< one a measure
    std::vector<std::int32_t> items;  ///< best first
};

/// All that measuring one person needs, but their scores.
class Judge {
  public:
    Judge(const Recommender& model, const Split& split, const EvaluationOptions& options)
        : split_(split),
          known_(split.known()),
          options_(options),
          depth_(depth_of(options.measures)),
          item_counts_(popularity_of(split.train)),
          popularity_(model.rating_model() != nullptr ? item_counts_ : popularity_of(split.train, options.positive)) {
        for (std::int64_t user = 0; user < split.train.rows; ++user) {
            users_ += profile_of(split.train, user).empty() ? 0 : 1;
        }
        const std::int64_t usual = split.candidates.rows > 0 ? 0 : usual_least_ratings(model, users_);
        allowed_ = rated_often(popularity_, options.least_ratings.value_or(usual));
        if (!options.by_rating) order_offsets_ = choice_offsets(model, item_counts_);
    }

    RatingErrors errors(std::int64_t person, std::span<const float> scores, RatingScale scale) const {
        const Profile test = profile_of(split_.test, person);
        RatingErrors errors;
        for (std::size_t j = 0; j < test.size(); ++j) {
            errors.add(std::clamp(scores[test.items[j]], scale.low, scale.high), test.values[j]);
        }
        return errors;
    }

    /// Overwrites the scores. `profile` is what the model scored the person from.
    Ranked rank(std::int64_t person, const Profile& profile, std::span<float> scores) const {
        const std::vector<std::int32_t> relevant = relevant_to(person);
        Ranked ranked;
        ranked.relevant = !relevant.empty();
        ranked.measured = depth_ > 0 && ranked.relevant;
        if (!ranked.measured) return ranked;
        if (!fall_back(profile, popularity_, scores)) add_offsets(order_offsets_, scores);
        for (const auto& entry : best(person, scores)) ranked.items.push_back(entry.index);
        std::vector<double> grades;
        for (const std::int32_t item : ranked.items) {
            grades.push_back(std::binary_search(relevant.begin(), relevant.end(), item) ? 1 : 0);
        }
        const std::vector<double> judged(relevant.size(), 1.0);
        for (const Measure& measure : options_.measures) {
            ranked.values.push_back(value(measure, grades, judged, ranked.items));
        }
        return ranked;
    }

  private:
    std::vector<std::int32_t> relevant_to(std::int64_t person) const {
        const Profile test = profile_of(split_.test, person);
        std::vector<std::int32_t> relevant;
        for (std::size_t j = 0; j < test.size(); ++j) {
            if (test.values[j] >= options_.positive) relevant.push_back(test.items[j]);
        }
        return relevant;
    }

    std::vector<Scored<float>> best(std::int64_t person, std::span<float> scores) const {
        ShownItems shown{.rated = profile_of(known_, person).items, .allowed = allowed_};
        if (split_.candidates.rows > 0) shown.candidates = profile_of(split_.candidates, person).items;
        hide(shown, scores);
        return top_k(std::span<const float>(scores), depth_);
    }

    double value(const Measure& measure, std::span<const double> grades, std::span<const double> judged,
                 std::span<const std::int32_t> items) const {
        const auto relevant = static_cast<std::int64_t>(judged.size());
        switch (measure.kind) {
            case MeasureKind::recall:
                return recall_at(grades, relevant, measure.k);
            case MeasureKind::capped_recall:
                return capped_recall_at(grades, relevant, measure.k);
            case MeasureKind::ndcg:
                return ndcg_at(grades, judged, measure.k);
            case MeasureKind::hr:
                return hit_rate_at(grades, measure.k);
            case MeasureKind::p:
                return precision_at(grades, measure.k);
            case MeasureKind::map:
                return average_precision(grades, relevant);
            case MeasureKind::mrr:
                return reciprocal_rank(grades);
            case MeasureKind::novelty:
                return novelty(items.first(std::min<std::size_t>(items.size(), measure.k)));
            default:
                return 0;  // not a mean over people
        }
    }

    double novelty(std::span<const std::int32_t> items) const {
        double sum = 0;
        for (const std::int32_t item : items)
            sum += self_information(static_cast<std::int64_t>(item_counts_[item]), users_);
        return items.empty() ? 0 : sum / static_cast<double>(items.size());
    }

    const Split& split_;
    CsrView known_;
    const EvaluationOptions& options_;
    std::int64_t depth_;
    std::vector<float> item_counts_;  ///< training ratings of each item
    std::vector<float> popularity_;   ///< those that the model was fitted to
    std::vector<std::uint8_t> allowed_;
    std::vector<float> order_offsets_;  ///< what a list is ordered by beside the scores; empty: nothing
    std::int64_t users_ = 0;            ///< with training ratings
};

void add_ranked(const Ranked& ranked, Evaluation& evaluation) {
    for (std::size_t m = 0; m < evaluation.measures.size(); ++m) {
        const Measure& measure = evaluation.measures[m];
        if (of_ratings(measure.kind)) continue;
        if (!of_all_lists(measure.kind)) {
            evaluation.values[m].push_back(ranked.values[m]);
            continue;
        }
        const std::size_t length = std::min<std::size_t>(ranked.items.size(), measure.k);
        for (std::size_t j = 0; j < length; ++j) ++evaluation.list_counts[m][ranked.items[j]];
    }
}

Evaluation nothing_measured(const std::vector<Measure>& measures, std::int64_t items) {
    Evaluation evaluation;
    evaluation.measures = measures;
    evaluation.values.resize(measures.size());
    evaluation.list_counts.resize(measures.size());
    for (std::size_t m = 0; m < measures.size(); ++m) {
        if (of_all_lists(measures[m].kind)) evaluation.list_counts[m].resize(items);
    }
    return evaluation;
}

/// Adds what a block of people gave, in their order: row j of `scores` is that of people[j], scored from profiles[j].
/// `ratings` has the scores of the model that predicts, on `scale`, if there is one.
void measure(const Judge& judge, std::span<const std::int64_t> people, std::span<const Profile> profiles,
             DenseMatrix& scores, DenseMatrix& ratings, const std::optional<RatingScale>& scale,
             Evaluation& evaluation) {
    std::vector<Ranked> ranked(people.size());
    std::vector<RatingErrors> errors(scale ? people.size() : 0);
    parallel_for(static_cast<std::int64_t>(people.size()), [&](std::int64_t p) {
        const std::span<float> row(scores.row(p).data(), scores.cols());
        if (scale) errors[p] = judge.errors(people[p], {ratings.row(p).data(), row.size()}, *scale);
        ranked[p] = judge.rank(people[p], profiles[p], row);
    });
    evaluation.errors.insert(evaluation.errors.end(), errors.begin(), errors.end());
    for (const Ranked& one : ranked) {
        if (one.measured) add_ranked(one, evaluation);
        evaluation.left_out += one.relevant ? 0 : 1;
    }
}

std::vector<std::int64_t> people_of(const CsrView& test) {
    std::vector<std::int64_t> people;
    for (std::int64_t person = 0; person < test.rows; ++person) {
        if (!profile_of(test, person).empty()) people.push_back(person);
    }
    return people;
}

}  // namespace

std::string Measure::name() const {
    std::string name(stem_of(description_of(kind)));
    if (k > 0) name.append("@").append(std::to_string(k));
    return name;
}

std::vector<Measure> parse_measures(std::string_view list) {
    std::vector<Measure> measures;
    for (std::size_t begin = 0; begin <= list.size();) {
        const std::size_t end = std::min(list.find(',', begin), list.size());
        measures.push_back(parse_measure(list.substr(begin, end - begin)));
        begin = end + 1;
    }
    return measures;
}

std::string measure_formulas() {
    std::string text;
    for (const MeasureName& named : measure_kinds) {
        const std::string name(named.name);
        text += "  " + name + std::string(name.size() < 17 ? 17 - name.size() : 1, ' ') + named.formula + "\n";
    }
    return text;
}

std::optional<MeasuredValue> Evaluation::summary(std::size_t m, std::uint64_t seed) const {
    const Measure& measure = measures.at(m);
    if (of_all_lists(measure.kind)) {
        const std::span<const std::int64_t> counts(list_counts[m]);
        const double value = measure.kind == MeasureKind::coverage ? catalog_coverage(counts) : gini(counts);
        return MeasuredValue{value, static_cast<std::int64_t>(counts.size()), {}, {}};
    }
    MeanInterval interval;
    if (of_ratings(measure.kind)) {
        if (errors.empty()) return {};
        interval = measure.kind == MeasureKind::rmse ? root_mean_squared_error(errors) : mean_absolute_error(errors);
    } else {
        // 60 million draws take half a second, and 1,000 resamples still give an interval's ends to 5% of its width.
        const auto people = static_cast<std::int64_t>(values[m].size());
        const std::int64_t resamples =
            std::clamp<std::int64_t>(20'000'000 / std::max<std::int64_t>(people, 1), 1000, 10000);
        interval = bootstrap_mean(values[m], {.resamples = resamples, .seed = seed});
    }
    return MeasuredValue{interval.mean, interval.n, interval.low, interval.high};
}

Fitted fit_to(const Split& split, const ModelKind& kind, const OptionValues& options, float positive,
              const FitContext& context) {
    const bool all = !kind.of_likes || positive == -std::numeric_limits<float>::infinity();
    return all ? kind.fit(split.train, options, context)
               : kind.fit(entries_from(split.train, positive), options, context);
}

Evaluation evaluate(const Recommender& model, const Split& split, const EvaluationOptions& options) {
    if (model.items() != split.test.cols) {
        throw UsageError("the model has " + std::to_string(model.items()) + " items, the split has " +
                         std::to_string(split.test.cols));
    }
    const Recommender* rater = model.rating_model();
    const CsrMatrix liked =
        rater != nullptr ? CsrMatrix() : entries_from(split.known(), options.known_from.value_or(options.positive));
    const CsrView known = rater != nullptr ? split.known() : liked.view();
    const std::vector<std::int64_t> people = people_of(split.test);
    const Judge judge(model, split, options);
    Evaluation evaluation = nothing_measured(options.measures, split.test.cols);

    const std::size_t block = block_of(split.test.cols);
    const std::string phase = "measuring " + std::string(model.name());
    DenseMatrix scores(static_cast<Eigen::Index>(std::min(block, people.size())), split.test.cols);
    const bool apart = rater != nullptr && rater != &model;
    DenseMatrix others(apart ? scores.rows() : 0, apart ? scores.cols() : 0);
    for (std::size_t begin = 0; begin < people.size(); begin += block) {
        options.progress.report(phase, begin, people.size());
        const std::span<const std::int64_t> some =
            std::span(people).subspan(begin, std::min(block, people.size() - begin));
        std::vector<Profile> profiles;
        for (const std::int64_t person : some) profiles.push_back(profile_of(known, person));
        model.score(profiles, scores.topRows(std::ssize(some)));
        if (apart) rater->score(profiles, others.topRows(std::ssize(some)));
        measure(judge, some, profiles, scores, apart ? others : scores,
                rater != nullptr ? rater->scale() : std::nullopt, evaluation);
    }
    options.progress.report(phase, people.size(), people.size());
    return evaluation;
}

}  // namespace eckart::recsys
