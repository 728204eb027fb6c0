#include "recsys/models/popular.h"

#include <algorithm>

#include "engine/storage/stored_arrays.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/models/figures.h"
#include "recsys/models/models.h"

namespace eckart::recsys {
namespace {

constexpr std::string_view counts_file = "item_counts.npy";
constexpr std::int64_t scored_at_once = 8;

class Popular final : public Recommender {
  public:
    /// `counts` are float32: exact up to 16 million users.
    explicit Popular(StoredVector<float> counts) : counts_(std::move(counts)) {}

    std::string_view name() const override { return "popular"; }
    std::int64_t items() const override { return static_cast<std::int64_t>(counts_.values().size()); }
    std::optional<RatingScale> scale() const override { return std::nullopt; }

    void score(std::span<const Profile> profiles, PanelRef<float> scores) const override {
        parallel_blocks(static_cast<std::int64_t>(profiles.size()), scored_at_once, [&](Range rows) {
            const auto counts = counts_.values();
            for (std::int64_t row = rows.begin; row < rows.end; ++row) {
                std::copy(counts.begin(), counts.end(), scores.data() + row * scores.outerStride());
            }
        });
    }

    Explanation explain(const Profile& profile, std::int32_t item) const override {
        const auto count = static_cast<double>(counts_.values()[item]);
        return explanation_of(count, profile, std::vector<double>(profile.size(), 0.0));
    }

    std::vector<float> similar(std::int32_t) const override { throw compares_no_items(name()); }

    void save(const StoreWriter& store) const override { counts_.save(store, counts_file); }

    Figures figures() const override { return {}; }

  private:
    StoredVector<float> counts_;
};

std::uint64_t popular_memory(std::int64_t items) {
    return static_cast<std::uint64_t>(items) * sizeof(float);
}

Fitted fit_popular(const CsrView& user_item, const OptionValues&, const FitContext& context) {
    if (context.start != nullptr) throw UsageError("popular only counts; there is nothing to go on from");
    if (user_item.nonzeros() == 0) throw UsageError("popular needs at least one rating; there is none");
    context.memory.require(popular_memory(user_item.cols), "the model popular");
    std::vector<float> counts(user_item.cols);
    for (const std::int32_t item : user_item.column_indices) counts[item] += 1;
    return {std::make_unique<Popular>(StoredVector<float>(std::move(counts)))};
}

std::unique_ptr<Recommender> open_popular(const StoreReader& store, const Figures&) {
    return std::make_unique<Popular>(StoredVector<float>(store, counts_file, any_extent));
}

}  // namespace

ModelKind popular_kind() {
    return {.name = "popular",
            .summary = "how many users have an item, the same for everybody",
            .of_likes = true,
            .fit = fit_popular,
            .open = open_popular,
            .memory = [](const RatingsShape& shape, const OptionValues&) { return popular_memory(shape.items); },
            .compares_items = false};
}

}  // namespace eckart::recsys
