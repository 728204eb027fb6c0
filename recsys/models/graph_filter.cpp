#include "recsys/models/graph_filter.h"

#include <algorithm>
#include <utility>

#include "engine/neighbors/graph_filter.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/models/figures.h"
#include "recsys/models/item_weights.h"
#include "recsys/models/stored_arrays.h"

// Notation, as in engine/neighbors/graph_filter.h: R the scaled likes, users x items; F = the filter R'R, less
// `sharpening` times what two steps reach; g_i the gain of item i. score_i = g_i sum over likes j of F_ji, and F is
// symmetric.

namespace eckart::recsys {
namespace {

constexpr std::int64_t filtered_at_once = 16;  ///< a cache line of scores for each item
constexpr std::int64_t few_profiles = 4;       ///< so many are scored one by one rather than as a panel

class GraphFilterModel final : public Recommender {
  public:
    GraphFilterModel(StoredCsr r, StoredCsr rt, StoredVector<float> gains, double sharpening)
        : r_(std::move(r)), rt_(std::move(rt)), gains_(std::move(gains)), sharpening_(sharpening) {}

    std::string_view name() const override { return "graph-filter"; }
    std::int64_t items() const override { return r_.view().cols; }
    std::optional<RatingScale> scale() const override { return std::nullopt; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        parallel_blocks(static_cast<std::int64_t>(profiles.size()), filtered_at_once, [&](Range block) {
            const auto some = profiles.subspan(block.begin, block.end - block.begin);
            const auto rows = scores.middleRows(block.begin, block.end - block.begin);
            if (block.end - block.begin < few_profiles) {
                score_each(some, rows);
            } else {
                score_panel(some, rows);
            }
        });
    }

    /// A like j gives g_i F_ij, where F is the filter, which is symmetric: all of them are in F's column i.
    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const std::vector<float> column = filtered({&item, 1});
        const double gain = gains_.values()[item];
        std::vector<double> parts(profile.size());
        for (std::size_t p = 0; p < parts.size(); ++p) {
            parts[p] = gain * static_cast<double>(column[profile.items[p]]);
        }
        return explanation_of(0, profile, parts);
    }

    /// What a like of each item gives to `item`, up to the gain of `item`.
    std::vector<float> similar(std::int32_t item) const override { return filtered({&item, 1}); }

    void save(const StoreWriter& store) const override {
        r_.save(store, "user_item");
        rt_.save(store, "item_user");
        gains_.save(store, "item_gains.npy");
    }

    Figures figures() const override {
        const CsrView r = r_.view();
        return {{"users", r.rows}, {"items", r.cols}, {"likes", r.nonzeros()}, {"sharpening", sharpening_}};
    }

  private:
    GraphFilterView filter() const { return {r_.view(), rt_.view()}; }

    std::vector<float> filtered(std::span<const std::int32_t> liked) const {
        std::vector<float> result(items());
        apply_graph_filter(filter(), sharpening_, liked, result);
        return result;
    }

    auto gains() const { return Eigen::Map<const Eigen::ArrayXf>(gains_.values().data(), items()); }

    void score_each(std::span<const Profile> profiles, PanelRef<float> scores) const {
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            const std::vector<float> own = filtered(profiles[p].items);
            scores.row(static_cast<Eigen::Index>(p)) =
                (gains() * Eigen::Map<const Eigen::ArrayXf>(own.data(), items())).matrix().transpose();
        }
    }

    void score_panel(std::span<const Profile> profiles, PanelRef<float> scores) const {
        DenseMatrix likes = DenseMatrix::Zero(items(), filtered_at_once), filtered(items(), filtered_at_once);
        for (std::size_t p = 0; p < profiles.size(); ++p) {
            for (const std::int32_t item : profiles[p].items) likes(item, static_cast<Eigen::Index>(p)) = 1;
        }
        apply_graph_filter(filter(), sharpening_, likes, filtered);
        for (Eigen::Index p = 0; p < scores.rows(); ++p) {
            scores.row(p) = (gains() * filtered.col(p).array()).matrix().transpose();
        }
    }

    StoredCsr r_;
    StoredCsr rt_;
    StoredVector<float> gains_;
    double sharpening_;
};

std::vector<ModelOption> graph_filter_options() {
    constexpr double default_sharpening = 1;
    const GraphFilterOptions defaults;
    return {number_option("user-power", defaults.row_power, {0, 1},
                          "how much less a like of a user with many likes counts, 0 to 1", "linear 0 0.8"),
            number_option("item-power", defaults.column_power, {0, 1},
                          "how much items with many likes are scaled down, 0 to 1", "linear 0.2 0.7"),
            number_option("sharpening", default_sharpening, {0, 1},
                          "how much of what two steps reach is subtracted again, 0 to 1", "linear 0 1"),
            number_option("popularity", defaults.popularity, {-1, 1},
                          "how much items with many likes are scaled up in the end, -1 to 1", "linear -0.3 0.7")};
}

std::uint64_t graph_filter_bytes(const RatingsShape& shape, const OptionValues&) {
    // The likes, and the filter.
    return 4 * static_cast<std::uint64_t>(shape.ratings) + graph_filter_memory(shape.users, shape.items, shape.ratings);
}

Fitted fitted_graph_filter(const CsrView& user_item, const OptionValues& values, const FitContext& context) {
    const GraphFilterOptions options{.row_power = values.number("user-power"),
                                     .column_power = values.number("item-power"),
                                     .popularity = values.number("popularity")};
    const double sharpening = values.number("sharpening");
    if (context.start != nullptr) throw UsageError("graph-filter counts once: there is nothing to go on from");
    if (user_item.nonzeros() == 0) throw UsageError("graph-filter needs at least one like");
    context.memory.require(graph_filter_bytes({user_item.rows, user_item.cols, user_item.nonzeros()}, values),
                           "the graph");
    const Likes likes(user_item);
    context.progress.report("weighting", 0, 1);
    GraphFilter filter = graph_filter(likes.view(), options);
    auto model = std::make_unique<GraphFilterModel>(StoredCsr(std::move(filter.r)), StoredCsr(std::move(filter.rt)),
                                                    StoredVector<float>(std::move(filter.gains)), sharpening);
    FitReport report{.figures = numbers_of(model->figures())};
    return {std::move(model), std::move(report)};
}

std::unique_ptr<Recommender> opened_graph_filter(const StoreReader& store, const Figures& kept) {
    return read_figures("graph-filter", kept, [&](const Figures& figures) {
        const std::int64_t users = figures.count("users"), items = figures.count("items");
        return std::make_unique<GraphFilterModel>(
            StoredCsr(store, "user_item", users, items), StoredCsr(store, "item_user", items, users),
            StoredVector<float>(store, "item_gains.npy", items), figures.number("sharpening"));
    });
}

}  // namespace

ModelKind graph_filter_kind() {
    return {.name = "graph-filter",
            .summary = "the graph of likes, smoothed and sharpened: no learning, only the likes are kept",
            .of_likes = true,
            .options = graph_filter_options(),
            .fit = fitted_graph_filter,
            .open = opened_graph_filter,
            .memory = graph_filter_bytes};
}

}  // namespace eckart::recsys
