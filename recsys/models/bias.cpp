#include "recsys/models/bias.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/completion/offsets.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/models/figures.h"
#include "recsys/models/stored_arrays.h"

namespace eckart::recsys {
namespace {

constexpr std::string_view offsets_file = "item_offsets.npy";
constexpr std::int64_t profile_block = 8;

/// What the model knows beside the offsets.
struct Figures {
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
    Bias(const Figures& figures, StoredVector<double> item_offsets)
        : figures_(figures), item_offsets_(std::move(item_offsets)) {}

    std::string_view name() const override { return "bias"; }
    std::int64_t items() const override { return static_cast<std::int64_t>(offsets().size()); }
    std::optional<RatingScale> scale() const override { return figures_.scale; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        parallel_blocks(static_cast<std::int64_t>(profiles.size()), profile_block, [&](Range rows) {
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                const double level = figures_.mean + offset_of(profiles[static_cast<std::size_t>(row)]);
                std::transform(offsets().begin(), offsets().end(), scores.data() + row * scores.outerStride(),
                               [level](double offset) { return static_cast<float>(level + offset); });
            }
        });
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const double base = figures_.mean + offsets()[static_cast<std::size_t>(item)];
        const double weight = 1 / (static_cast<double>(profile.size()) + figures_.lambda_user);
        std::vector<double> parts(profile.size());
        for (std::size_t p = 0; p < parts.size(); ++p) {
            parts[p] = weight * (static_cast<double>(profile.values[p]) - figures_.mean -
                                 offsets()[static_cast<std::size_t>(profile.items[p])]);
        }
        return explanation_of(base, profile, parts);
    }

    std::vector<float> similar(std::int32_t) const override {
        throw UsageError("bias knows nothing of what items have in common; als, ease and item-knn do");
    }

    void save(const StoreWriter& store) const override { item_offsets_.save(store, offsets_file); }

    std::string figures_json() const override {
        return nlohmann::ordered_json{{"mean", figures_.mean},
                                      {"lambda_user", figures_.lambda_user},
                                      {"lambda_item", figures_.lambda_item},
                                      {"residual", figures_.residual},
                                      {"iterations", figures_.iterations},
                                      {"converged", figures_.converged},
                                      {"low", figures_.scale.low},
                                      {"high", figures_.scale.high}}
            .dump();
    }

  private:
    std::span<const double> offsets() const { return item_offsets_.values(); }

    double offset_of(const Profile& profile) const {
        return row_offset(profile.items, profile.values, figures_.mean, offsets(), figures_.lambda_user);
    }

    Figures figures_;
    StoredVector<double> item_offsets_;
};

std::uint64_t bias_memory(const RatingsShape& shape, const OptionValues&) {
    const auto transposed = 8 * static_cast<std::uint64_t>(shape.ratings + shape.items);
    return transposed + 8 * 12 * static_cast<std::uint64_t>(shape.users + shape.items);
}

std::unique_ptr<Recommender> fit_bias(const CsrView& user_item, const OptionValues& options,
                                      const FitContext& context) {
    if (context.start != nullptr) throw UsageError("bias is solved for exactly; there is nothing to go on from");
    const OffsetsOptions fit{.lambda_row = options.number("lambda-user", 0, 1e9),
                             .lambda_column = options.number("lambda-item", 0, 1e9)};
    const RatingsShape shape{user_item.rows, user_item.cols, user_item.nonzeros()};
    context.memory.require(bias_memory(shape, options), "the model bias");
    Offsets offsets = fit_offsets(user_item, fit, context.progress);
    const Figures figures{offsets.mean,       fit.lambda_row,    fit.lambda_column,  offsets.residual,
                          offsets.iterations, offsets.converged, scale_of(user_item)};
    return std::make_unique<Bias>(figures, StoredVector<double>(std::move(offsets.column_offsets)));
}

std::unique_ptr<Recommender> open_bias(const StoreReader& store, const std::string& figures_json) {
    const Figures figures = read_figures<nlohmann::json>("bias", figures_json, [](const nlohmann::json& json) {
        return Figures{json.at("mean").get<double>(),
                       json.at("lambda_user").get<double>(),
                       json.at("lambda_item").get<double>(),
                       json.at("residual").get<double>(),
                       json.at("iterations").get<std::int64_t>(),
                       json.at("converged").get<bool>(),
                       {json.at("low").get<float>(), json.at("high").get<float>()}};
    });
    return std::make_unique<Bias>(figures, StoredVector<double>(store, offsets_file, any_extent));
}

}  // namespace

ModelKind bias_kind() {
    const OffsetsOptions defaults;
    return {.name = "bias",
            .summary = "the mean, an offset for each user and one for each item",
            .of_likes = false,
            .options = {{"lambda-user", shortest(defaults.lambda_row),
                         "ratings of average value that a user's offset is shrunk by; higher: nearer to the mean",
                         "log 0.5 50"},
                        {"lambda-item", shortest(defaults.lambda_column),
                         "ratings of average value that an item's offset is shrunk by; higher: nearer to the mean",
                         "log 0.5 50"}},
            .fit = fit_bias,
            .open = open_bias,
            .memory = bias_memory};
}

}  // namespace eckart::recsys
