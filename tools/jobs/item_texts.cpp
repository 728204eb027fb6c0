#include "tools/jobs/item_texts.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "corpora/ratings/item_descriptions.h"
#include "engine/support/error.h"

namespace eckart::tools {
namespace {

recsys::ItemText text_of(const corpora::ItemDescription& item) {
    nlohmann::ordered_json attributes = nlohmann::ordered_json::object();
    if (item.year) attributes["year"] = *item.year;
    if (!item.categories.empty()) attributes["categories"] = item.categories;
    const auto replace = nlohmann::ordered_json::error_handler_t::replace;
    return {item.title, attributes.empty() ? "" : attributes.dump(-1, ' ', false, replace)};
}

std::string path_beside(const RatingsArguments& given) {
    for (const std::string& source : given.sources) {
        if (const auto path = corpora::items_file_beside(source)) return *path;
    }
    return "";
}

}  // namespace

std::vector<recsys::ItemText> item_texts(const std::string& path, const RatingsArguments& given,
                                         const recsys::Ratings& ratings, Session& session) {
    const std::string file = path.empty() ? path_beside(given) : path;
    if (file.empty()) return {};
    std::vector<recsys::ItemText> texts(ratings.items.size());
    std::vector<bool> described(ratings.items.size());
    for (const corpora::ItemDescription& item : corpora::read_items(file)) {
        const auto row = recsys::row_of(ratings.items, item.id);
        if (!row) continue;
        texts[static_cast<std::size_t>(*row)] = text_of(item);
        described[static_cast<std::size_t>(*row)] = true;
    }
    const auto missing = std::count(described.begin(), described.end(), false);
    const auto all = static_cast<std::ptrdiff_t>(ratings.items.size());
    if (missing == all && !path.empty()) {
        throw InputError(fmt::format("{}: describes none of the {} items that are rated, of which '{}' is the first",
                                     file, all, printable(ratings.items.front())));
    }
    if (missing > 0) session.note(fmt::format("{} of {} items are not in {}: they have no title", missing, all, file));
    return texts;
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

}  // namespace eckart::tools
