#include "recsys/serving/model_store.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <utility>

#include "engine/support/error.h"
#include "recsys/interface/shown_items.h"
#include "recsys/models/models.h"

namespace eckart::recsys {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view store_kind = "model";
constexpr std::string_view offsets_file = "rating_offsets.npy";
constexpr std::string_view items_file = "rating_items.npy";
constexpr std::string_view values_file = "rating_values.npy";
constexpr std::string_view times_file = "rating_times.npy";
constexpr std::string_view popularity_file = "popularity.npy";
constexpr std::string_view sources_file = "item_sources.npy";
constexpr std::string_view catalog_file = "catalog.sqlite";

Json parsed_object(const std::string& text, const char* what) {
    Json object = Json::parse(text, nullptr, false);
    if (!object.is_object()) throw UsageError(std::string(what) + ": found " + text + ", expected a JSON object");
    return object;
}

void check_lengths(const Ratings& ratings, std::span<const ItemText> texts, const Recommender& model) {
    const auto rows = static_cast<std::size_t>(ratings.user_item.rows);
    const auto cols = static_cast<std::size_t>(ratings.user_item.cols);
    const auto nonzeros = ratings.user_item.values.size();
    if (ratings.users.size() != rows || ratings.items.size() != cols || model.items() != ratings.user_item.cols ||
        (!texts.empty() && texts.size() != cols) || (!ratings.times.empty() && ratings.times.size() != nonzeros)) {
        throw UsageError("ratings, titles and model have different numbers of users or items");
    }
}

void write_catalog(const std::string& path, const Ratings& ratings, std::span<const ItemText> texts) {
    CatalogWriter users(path, "user");
    for (const std::string& id : ratings.users) users.add(id, "");
    users.finish();
    CatalogWriter items(path, "item");
    for (std::size_t i = 0; i < ratings.items.size(); ++i) {
        if (texts.empty()) {
            items.add(ratings.items[i], "");
        } else {
            items.add(ratings.items[i], texts[i].title, texts[i].attributes);
        }
    }
    items.finish();
}

void write_ratings(const StoreWriter& store, const Ratings& ratings) {
    write_npy(store.file(offsets_file), ratings.user_item.row_offsets);
    write_npy(store.file(items_file), ratings.user_item.column_indices);
    write_npy(store.file(values_file), ratings.user_item.values);
    if (!ratings.times.empty()) write_npy(store.file(times_file), ratings.times);
}

/// Nothing where all factors are of ratings.
void write_sources(const StoreWriter& store, std::span<const ItemText> texts) {
    std::vector<std::int32_t> sources;
    for (const ItemText& text : texts) sources.push_back(static_cast<std::int32_t>(text.source));
    const bool all_rated = std::all_of(sources.begin(), sources.end(), [](std::int32_t source) { return source == 0; });
    if (!all_rated) write_npy(store.file(sources_file), sources);
}

Json neighbor_fields(const NeighborFile& cells) {
    return {{"method", name(cells.method)},
            {"cells", cells.cells},
            {"probes", cells.probes},
            {"recall", cells.recall},
            {"ordered", true}};
}

Json manifest_fields(const Ratings& ratings, const Recommender& model, const ModelInfo& info) {
    const auto& values = ratings.user_item.values;
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return Json{{"model", model.name()},
                {"options", info.options},
                {"seed", info.seed},
                {"positive", info.positive ? Json(*info.positive) : Json(nullptr)},
                {"users", ratings.user_item.rows},
                {"items", ratings.user_item.cols},
                {"ratings", ratings.user_item.nonzeros()},
                {"duplicates", ratings.duplicates},
                {"low", values.empty() ? 0 : *low},
                {"high", values.empty() ? 0 : *high},
                {"figures", Json::parse(json_of(model.figures()))},
                {"about", parsed_object(info.fields, "what is said about a model")}};
}

/// Rows begin at 0, never fall, and end at the number of ratings.
void check_offsets(const MappedArray<std::int64_t>& offsets, std::int64_t ratings) {
    const auto values = offsets.values();
    if (values.front() != 0 || values.back() != ratings || !std::is_sorted(values.begin(), values.end())) {
        throw DamagedError(offsets.path() + ": the rows do not cover the ratings; train the model again");
    }
}

}  // namespace

NeighborFile save_model(const std::string& path, const Ratings& ratings, std::span<const ItemText> texts,
                        const Recommender& model, const ModelInfo& info, const Progress& progress,
                        const ItemCellsOptions& cells) {
    check_lengths(ratings, texts, model);
    Json fields = manifest_fields(ratings, model, info);
    StoreWriter store = StoreWriter::begin(path);
    write_ratings(store, ratings);
    write_npy(store.file(popularity_file), popularity_of(ratings.user_item, info.positive));
    write_catalog(store.file(catalog_file), ratings, texts);
    write_sources(store, texts);
    model.save(store);
    const CsrMatrix likes = info.positive ? entries_from(ratings.user_item, *info.positive) : CsrMatrix();
    NeighborFile made = write_item_cells(model, info.positive ? CsrView(likes) : CsrView(ratings.user_item),
                                         cells.method, info.seed, cells.memory, store, progress);
    if (made.method != NeighborMethod::exact) fields["neighbors"] = neighbor_fields(made);
    store.publish(store_kind, fields.dump(), progress);
    return made;
}

ModelStore ModelStore::open(const std::string& path) {
    return ModelStore(StoreReader::open(path, store_kind));
}

ModelStore::ModelStore(StoreReader store)
    : store_(std::move(store)), users_(store_.file(catalog_file), "user"), items_(store_.file(catalog_file), "item") {
    read_manifest();
    offsets_ = MappedArray<std::int64_t>(store_.file(offsets_file), {user_count_ + 1});
    rated_items_ = MappedArray<std::int32_t>(store_.file(items_file), {rating_count_});
    values_ = MappedArray<float>(store_.file(values_file), {rating_count_});
    if (store_.has_file(times_file)) times_ = MappedArray<std::int64_t>(store_.file(times_file), {rating_count_});
    popularity_ = MappedArray<float>(store_.file(popularity_file), {item_count_});
    if (store_.has_file(sources_file)) sources_ = MappedArray<std::int32_t>(store_.file(sources_file), {item_count_});
    check_offsets(offsets_, rating_count_);
    const auto kinds = model_kinds();
    const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](const ModelKind& one) { return one.name == name_; });
    if (kind == kinds.end()) {
        throw DamagedError(store_.path() + ": the model \"" + name_ + "\" is unknown to this version of the program");
    }
    of_likes_ = kind->of_likes;
    model_ = kind->open(store_, figures_);
    if (users_.size() != user_count_ || items_.size() != item_count_ || model_->items() != item_count_) {
        throw DamagedError(store_.path() +
                           ": its catalog, ratings and model have different numbers of users or items; " +
                           "train it again");
    }
    open_cells();
}

void ModelStore::open_cells() {
    if (probes_ == 0) return;
    const auto items = model_->factored_items();
    if (!items) {
        throw DamagedError(store_.path() + ": its manifest lists cells, but the items of " + name_ +
                           " have none; train the model again");
    }
    cells_.emplace(store_, neighbor_prefix, Similarity::inner_product, item_count_, item_cells_width(*items));
}

std::optional<ItemSource> ModelStore::item_source(std::int32_t item) const {
    const auto sources = sources_.values();
    if (sources.empty()) return std::nullopt;
    const std::int32_t source = sources[item];
    if (source < 0 || source > static_cast<std::int32_t>(ItemSource::both)) {
        throw DamagedError(sources_.path() + ": found the source " + std::to_string(source) + ", expected 0, 1 or 2");
    }
    return static_cast<ItemSource>(source);
}

std::vector<float> ModelStore::order_offsets() const {
    std::vector<float> offsets = choice_offsets(*model_, popularity());
    const auto rated = std::count_if(offsets.begin(), offsets.end(), [](float offset) { return offset > 0; });
    const double sum = std::accumulate(offsets.begin(), offsets.end(), 0.0);
    for (std::size_t item = 0; item < offsets.size(); ++item) {
        if (is_new(static_cast<std::int32_t>(item)))
            offsets[item] = static_cast<float>(sum / static_cast<double>(std::max<std::int64_t>(rated, 1)));
    }
    return offsets;
}

std::optional<ItemCells> ModelStore::item_cells() const {
    if (!cells_ || (model_->scale() && !ordered_)) return std::nullopt;
    return ItemCells{cells_->view(), probes_};
}

void ModelStore::read_manifest() {
    try {
        const auto json = Json::parse(store_.manifest_json());
        name_ = json.at("model").get<std::string>();
        for (const auto& [option, value] : json.at("options").items()) info_.options[option] = value.get<std::string>();
        info_.seed = json.at("seed").get<std::uint64_t>();
        if (!json.at("positive").is_null()) info_.positive = json.at("positive").get<float>();
        info_.fields = json.at("about").dump();
        figures_ = parse_figures(json.at("figures").dump());
        scale_ = {json.at("low").get<float>(), json.at("high").get<float>()};
        user_count_ = json.at("users").get<std::int64_t>();
        item_count_ = json.at("items").get<std::int64_t>();
        rating_count_ = json.at("ratings").get<std::int64_t>();
        if (json.contains("neighbors")) {
            probes_ = json.at("neighbors").at("probes").get<std::int64_t>();
            ordered_ = json.at("neighbors").value("ordered", false);
        }
        if (std::min({user_count_, item_count_, rating_count_, probes_}) < 0) {
            throw DamagedError(store_.path() + ": its manifest has a size below 0; train the model again");
        }
    } catch (const nlohmann::json::exception& problem) {
        throw DamagedError(store_.path() + ": its manifest lacks what a model needs (" + problem.what() +
                           "); train it again");
    } catch (const UsageError& problem) {
        throw DamagedError(store_.path() + ": the figures of its model cannot be read (" + problem.what() +
                           "); train it again");
    }
}

CsrView ModelStore::ratings() const {
    return {user_count_, item_count_, offsets_.values(), rated_items_.values(), values_.values()};
}

StoredProfile ModelStore::profile(std::int64_t user) const {
    const Profile all = profile_of(ratings(), user);
    std::int32_t last = -1;
    for (std::size_t p = 0; p < all.size(); ++p) {
        if (all.items[p] <= last || all.items[p] >= item_count_ || !std::isfinite(all.values[p])) {
            throw DamagedError(rated_items_.path() + ": the row of user " + std::to_string(user) +
                               " has items or values that are out of range; train the model again");
        }
        last = all.items[p];
    }
    return profile_for(all);
}

StoredProfile ModelStore::profile_for(const Profile& given) const {
    StoredProfile profile{{}, {}, given.items};
    for (std::size_t p = 0; p < given.size(); ++p) {
        if (of_likes_ && info_.positive && given.values[p] < *info_.positive) continue;
        profile.items.push_back(given.items[p]);
        profile.values.push_back(given.values[p]);
    }
    return profile;
}

}  // namespace eckart::recsys
