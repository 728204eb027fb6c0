#include "recsys/models/blend.h"

#include <algorithm>
#include <cmath>
#include <sstream>
#include <utility>

#include "engine/support/error.h"
#include "recsys/models/figures.h"
#include "recsys/models/models.h"

// Notation: model k of weight w_k gives item i the score s_k,i; m_k and d_k are mean and standard deviation of a
// person's s_k over all items (d_k = 1 if it is next to 0). The score of the blend is
//
//     sum over k of  w_k (s_k,i - m_k) / d_k

namespace eckart::recsys {
namespace {

/// One model of a blend, as --parts names it.
struct PartOptions {
    const ModelKind* kind;
    std::map<std::string, std::string> given;
};

struct Part {
    std::unique_ptr<Recommender> model;
    double weight;
};

/// Mean and standard deviation of one person's scores; a deviation next to zero stands as 1, and all scores become 0.
struct Spread {
    double mean = 0;
    double deviation = 1;
};

Spread spread_of(std::span<const float> scores) {
    if (scores.empty()) return {};
    const auto count = static_cast<double>(scores.size());
    double sum = 0, squares = 0;
    for (const float score : scores) sum += static_cast<double>(score);
    const double mean = sum / count;
    for (const float score : scores)
        squares += (static_cast<double>(score) - mean) * (static_cast<double>(score) - mean);
    const double deviation = std::sqrt(squares / count);
    constexpr double learned_nothing = 1e-20;
    return {mean, deviation > learned_nothing ? deviation : 1};
}

class Blend final : public Recommender {
  public:
    explicit Blend(std::vector<Part> parts) : parts_(std::move(parts)) {}

    std::string_view name() const override { return "blend"; }
    std::int64_t items() const override { return parts_.front().model->items(); }
    std::optional<RatingScale> scale() const override { return std::nullopt; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        scores.setZero();
        DenseMatrix own(scores.rows(), scores.cols());
        for (const Part& part : parts_) {
            part.model->score(profiles, own);
            for (Eigen::Index p = 0; p < own.rows(); ++p) {
                const Spread spread = spread_of({own.row(p).data(), static_cast<std::size_t>(own.cols())});
                const auto scale = static_cast<float>(part.weight / spread.deviation);
                scores.row(p).array() += scale * (own.row(p).array() - static_cast<float>(spread.mean));
            }
        }
    }

    /// A part's share of the base is what its mean takes away.
    Explanation explain(const Profile& profile, std::int32_t item) const override {
        Explanation whole;
        for (std::size_t p = 0; p < profile.size(); ++p) {
            whole.contributions.push_back({profile.items[p], profile.values[p], 0});
        }
        DenseMatrix own(1, items());
        for (const Part& part : parts_) {
            part.model->score({&profile, 1}, own);
            const Spread spread = spread_of({own.data(), static_cast<std::size_t>(own.size())});
            const double scale = part.weight / spread.deviation;
            const Explanation reasons = part.model->explain(profile, item);
            whole.score += scale * (reasons.score - spread.mean);
            whole.base += scale * (reasons.base - spread.mean);
            whole.together += scale * reasons.together;
            for (std::size_t p = 0; p < profile.size(); ++p) {
                whole.contributions[p].score += scale * reasons.contributions[p].score;
            }
        }
        return whole;
    }

    /// Of the heaviest part that compares items.
    std::vector<float> similar(std::int32_t item) const override {
        const Part* heaviest = nullptr;
        for (const Part& part : parts_) {
            if (!model_kind(part.model->name()).compares_items) continue;
            if (heaviest == nullptr || part.weight > heaviest->weight) heaviest = &part;
        }
        if (heaviest == nullptr) throw compares_no_items(parts_.front().model->name());
        return heaviest->model->similar(item);
    }

    void save(const StoreWriter& store) const override {
        for (const Part& part : parts_) part.model->save(store);
    }

    Figures figures() const override {
        std::vector<Figures> parts;
        bool interrupted = false;
        for (const Part& part : parts_) {
            Figures own = part.model->figures();
            interrupted = interrupted || (own.contains("interrupted") && own.truth("interrupted"));
            parts.push_back(
                {{"model", std::string(part.model->name())}, {"weight", part.weight}, {"figures", std::move(own)}});
        }
        Figures figures = {{"parts", std::move(parts)}};
        if (interrupted) figures.set({"interrupted", true});
        return figures;
    }

  private:
    std::vector<Part> parts_;  ///< one at least
};

std::vector<ModelOption> blend_options() {
    return {text_option("parts", "ease,implicit-als",
                        "models of likes, each at most once, with their options: \"ease lambda=1000,implicit-als "
                        "factors=128\""),
            numbers_option("weights", "0.5,0.5", {1e-9, 1e9}, "a weight above 0 for each part")};
}

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> pieces;
    std::istringstream stream(text);
    for (std::string piece; std::getline(stream, piece, separator);) {
        if (!piece.empty()) pieces.push_back(piece);
    }
    return pieces;
}

PartOptions parsed_part(const std::string& text) {
    const std::vector<std::string> words = split(text, ' ');
    if (words.empty()) throw UsageError("--parts: found \"" + text + "\", expected a model's name");
    const ModelKind& kind = model_kind(words.front());
    if (!kind.of_likes || kind.name == "blend") {
        throw UsageError("--parts: \"" + kind.name + "\" cannot be blended; models of likes can");
    }
    PartOptions part{&kind, {}};
    for (std::size_t w = 1; w < words.size(); ++w) {
        const std::size_t equals = words[w].find('=');
        if (equals == std::string::npos) {
            throw UsageError("--parts: found \"" + words[w] + "\", expected an option as name=value");
        }
        part.given[words[w].substr(0, equals)] = words[w].substr(equals + 1);
    }
    return part;
}

std::vector<PartOptions> parsed_parts(const OptionValues& values) {
    std::vector<PartOptions> parts;
    for (const std::string& text : split(values.text("parts"), ',')) {
        PartOptions part = parsed_part(text);
        const auto same = [&](const PartOptions& other) { return other.kind == part.kind; };
        if (std::any_of(parts.begin(), parts.end(), same)) {
            throw UsageError("--parts: \"" + part.kind->name + "\" is there twice; a blend has each model once");
        }
        parts.push_back(std::move(part));
    }
    if (parts.empty()) throw UsageError("--parts: expected at least one model");
    return parts;
}

std::vector<double> weights_of(const OptionValues& values, std::size_t count) {
    std::vector<double> weights = values.numbers("weights");
    if (weights.size() == count) return weights;
    throw UsageError("--weights: found " + std::to_string(weights.size()) + ", expected one for each of " +
                     std::to_string(count) + " parts");
}

Fitted fitted_blend(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    if (context.start != nullptr) throw UsageError("a blend cannot go on from a model; train it again");
    const std::vector<PartOptions> options = parsed_parts(values);
    const std::vector<double> weights = weights_of(values, options.size());
    std::vector<Part> parts;
    FitReport report;
    for (std::size_t k = 0; k < options.size(); ++k) {
        const ModelKind& kind = *options[k].kind;
        Fitted part = kind.fit(user_item, OptionValues(kind.options, options[k].given), context);
        report.interrupted = report.interrupted || part.report.interrupted;
        for (const Note& note : part.report.notes) report.notes.push_back({note.code, kind.name + ": " + note.text});
        parts.push_back({std::move(part.model), weights[k]});
    }
    return {std::make_unique<Blend>(std::move(parts)), std::move(report)};
}

std::unique_ptr<Recommender> opened_blend(const StoreReader& store, const Figures& kept) {
    std::vector<Part> parts;
    read_figures("blend", kept, [&](const Figures& figures) {
        for (const Figures& part : figures.objects("parts")) {
            const ModelKind& kind = model_kind(part.text("model"));
            parts.push_back({kind.open(store, part.object("figures")), part.number("weight")});
        }
    });
    if (parts.empty()) throw DamagedError(store.path() + ": a blend of no models");
    for (const Part& part : parts) {
        if (part.model->items() != parts.front().model->items()) {
            throw DamagedError(store.path() + ": the models of a blend have different numbers of items");
        }
    }
    return std::make_unique<Blend>(std::move(parts));
}

/// All parts, as if none gave back what it fitted with.
std::uint64_t blend_bytes(const RatingsShape& shape, const OptionValues& values) {
    std::uint64_t bytes = 0;
    for (const PartOptions& part : parsed_parts(values)) {
        bytes += part.kind->memory(shape, OptionValues(part.kind->options, part.given));
    }
    return bytes;
}

}  // namespace

ModelKind blend_kind() {
    return {.name = "blend",
            .summary = "a weighted sum of other models of likes, their scores standardized for each person",
            .of_likes = true,
            .options = blend_options(),
            .fit = fitted_blend,
            .open = opened_blend,
            .memory = blend_bytes};
}

}  // namespace eckart::recsys
