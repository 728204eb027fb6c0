#include "recsys/models/bias.h"

#include <algorithm>

#include "engine/completion/offsets.h"
#include "engine/storage/stored_arrays.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/models/figures.h"
#include "recsys/models/models.h"

// Notation: r_ui rating, mean the mean rating, b_u and c_i offsets, n ratings in a profile; r_ui ~ mean + b_u + c_i.

namespace eckart::recsys {
namespace {

constexpr std::string_view bias_offsets_file = "item_offsets.npy";
constexpr std::int64_t bias_profile_block = 8;

/// What the model knows beside the offsets.
struct BiasState {
    double mean;
    double lambda_user;
    double lambda_item;
    double residual;
    std::int64_t iterations;
    bool converged;
    RatingScale scale;
};

class Bias final : public Recommender {
  public:
    Bias(const BiasState& state, StoredVector<double> item_offsets)
        : state_(state), item_offsets_(std::move(item_offsets)) {}

    std::string_view name() const override { return "bias"; }
    std::int64_t items() const override { return static_cast<std::int64_t>(offsets().size()); }
    std::optional<RatingScale> scale() const override { return state_.scale; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        parallel_blocks(static_cast<std::int64_t>(profiles.size()), bias_profile_block, [&](Range rows) {
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                const double level = state_.mean + offset_of(profiles[row]);
                std::transform(offsets().begin(), offsets().end(), scores.data() + row * scores.outerStride(),
                               [level](double offset) { return static_cast<float>(level + offset); });
            }
        });
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const double base = state_.mean + offsets()[item];
        const double weight = 1 / (static_cast<double>(profile.size()) + state_.lambda_user);
        std::vector<double> parts(profile.size());
        for (std::size_t p = 0; p < parts.size(); ++p) {
            parts[p] = weight * (static_cast<double>(profile.values[p]) - state_.mean - offsets()[profile.items[p]]);
        }
        return explanation_of(base, profile, parts);
    }

    std::vector<float> similar(std::int32_t) const override { throw compares_no_items(name()); }

    void save(const StoreWriter& store) const override { item_offsets_.save(store, bias_offsets_file); }

    Figures figures() const override {
        return {{"mean", state_.mean},         {"lambda_user", state_.lambda_user}, {"lambda_item", state_.lambda_item},
                {"residual", state_.residual}, {"iterations", state_.iterations},   {"converged", state_.converged},
                {"low", state_.scale.low},     {"high", state_.scale.high}};
    }

  private:
    std::span<const double> offsets() const { return item_offsets_.values(); }

    double offset_of(const Profile& profile) const {
        return row_offset(profile.items, profile.values, state_.mean, offsets(), state_.lambda_user);
    }

    BiasState state_;
    StoredVector<double> item_offsets_;
};

std::uint64_t bias_memory(const RatingsShape& shape, const OptionValues&) {
    const auto transposed = 8 * static_cast<std::uint64_t>(shape.ratings + shape.items);
    return transposed + 8 * 12 * static_cast<std::uint64_t>(shape.users + shape.items);
}

Fitted fit_bias(const CsrView& user_item, const OptionValues& options, const FitContext& context) {
    if (context.start != nullptr) throw UsageError("bias is solved for exactly; there is nothing to go on from");
    const OffsetsOptions fit{.lambda_row = options.number("lambda-user"),
                             .lambda_column = options.number("lambda-item")};
    const RatingsShape shape{user_item.rows, user_item.cols, user_item.nonzeros()};
    context.memory.require(bias_memory(shape, options), "the model bias");
    Offsets offsets = fit_offsets(user_item, fit, context.progress);
    const BiasState state{offsets.mean,       fit.lambda_row,    fit.lambda_column,  offsets.residual,
                          offsets.iterations, offsets.converged, scale_of(user_item)};
    auto bias = std::make_unique<Bias>(state, StoredVector<double>(std::move(offsets.column_offsets)));
    FitReport report{.figures = numbers_of(bias->figures())};
    return {std::move(bias), std::move(report)};
}

std::unique_ptr<Recommender> open_bias(const StoreReader& store, const Figures& kept) {
    const BiasState state = read_figures("bias", kept, [](const Figures& figures) {
        return BiasState{figures.number("mean"),     figures.number("lambda_user"), figures.number("lambda_item"),
                         figures.number("residual"), figures.count("iterations"),   figures.truth("converged"),
                         read_scale(figures)};
    });
    return std::make_unique<Bias>(state, StoredVector<double>(store, bias_offsets_file, any_extent));
}

}  // namespace

ModelKind bias_kind() {
    const OffsetsOptions defaults;
    return {.name = "bias",
            .summary = "the mean, an offset for each user and one for each item",
            .of_likes = false,
            .options = {number_option("lambda-user", defaults.lambda_row, {0, 1e9},
                                      "ratings of average value that a user's offset is shrunk by; higher: nearer to "
                                      "the mean",
                                      "log 0.5 50"),
                        number_option("lambda-item", defaults.lambda_column, {0, 1e9},
                                      "ratings of average value that an item's offset is shrunk by; higher: nearer to "
                                      "the mean",
                                      "log 0.5 50")},
            .fit = fit_bias,
            .open = open_bias,
            .memory = bias_memory,
            .compares_items = false};
}

}  // namespace eckart::recsys
