#include "tools/jobs/ratings/open_model.h"

#include <utility>

namespace eckart::jobs {

std::vector<TitledItem> titled_items(const Catalog& items) {
    std::vector<TitledItem> all;
    for (std::int64_t row = 0; row < items.size(); ++row) {
        CatalogEntry entry = items.entry(row);
        all.push_back({std::move(entry.id), std::move(entry.title)});
    }
    return all;
}

OpenModel::OpenModel(const std::string& path) : store_(recsys::ModelStore::open(path)) {}

const TitleIndex& OpenModel::titles() const {
    std::call_once(titles_->once,
                   [this] { titles_->index = std::make_unique<TitleIndex>(titled_items(store_.items())); });
    return *titles_->index;
}

std::int32_t OpenModel::item(std::string_view name, Notes& notes) const {
    if (const auto row = store_.items().find(name)) return static_cast<std::int32_t>(*row);
    NamedItem named = titles().item(name);
    if (named.note) notes.push_back(std::move(*named.note));
    return named.row;
}

TitleMatch OpenModel::match_of(const std::string& name) const {
    return store_.items().find(name) ? TitleMatch::exact : titles().matches(name).match;
}

std::string OpenModel::label(std::int32_t item) const {
    CatalogEntry found = entry(item);
    return std::move(found.title.empty() ? found.id : found.title);
}

}  // namespace eckart::jobs
