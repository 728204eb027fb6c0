#include "tools/jobs/ratings/item_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "corpora/ratings/item_descriptions.h"
#include "engine/support/error.h"

namespace eckart::jobs {
namespace {

recsys::ItemText text_of(const corpora::ItemDescription& item) {
    nlohmann::ordered_json attributes = nlohmann::ordered_json::object();
    if (item.year) attributes["year"] = *item.year;
    if (!item.categories.empty()) attributes["categories"] = item.categories;
    const auto replace = nlohmann::ordered_json::error_handler_t::replace;
    return {item.title, attributes.empty() ? "" : attributes.dump(-1, ' ', false, replace)};
}

std::string path_beside(const RatingsSource& ratings) {
    for (const std::string& source : ratings.sources) {
        if (const auto path = corpora::items_file_beside(source)) return *path;
    }
    return "";
}

}  // namespace

ItemTexts item_texts(const std::string& path, const RatingsSource& source, const recsys::Ratings& ratings) {
    const std::string file = path.empty() ? path_beside(source) : path;
    if (file.empty()) return {};
    ItemTexts all{std::vector<recsys::ItemText>(ratings.items.size()), {}};
    std::vector<bool> described(ratings.items.size());
    for (const corpora::ItemDescription& item : corpora::read_items(file)) {
        const auto row = recsys::row_of(ratings.items, item.id);
        if (!row) continue;
        all.texts[*row] = text_of(item);
        described[*row] = true;
    }
    const auto missing = std::count(described.begin(), described.end(), false);
    const auto count = static_cast<std::ptrdiff_t>(ratings.items.size());
    if (missing == count && !path.empty()) {
        throw InputError(fmt::format("{}: describes none of the {} items that are rated; the first of them is \"{}\"",
                                     file, count, ratings.items.front()));
    }
    if (missing > 0) {
        all.notes.push_back({"items-without-title",
                             fmt::format("{} of {} items are not in {} and have no title", missing, count, file)});
    }
    return all;
}

recsys::ItemTraits item_traits(const std::string& attributes) {
    recsys::ItemTraits traits;
    if (attributes.empty()) return traits;
    const auto object = nlohmann::json::parse(attributes, nullptr, false);
    if (!object.is_object()) return traits;
    if (object.contains("year") && object["year"].is_number_integer()) traits.year = object["year"].get<int>();
    if (object.contains("categories")) {
        for (const auto& category : object["categories"]) traits.categories.push_back(category.get<std::string>());
    }
    return traits;
}

}  // namespace eckart::jobs
