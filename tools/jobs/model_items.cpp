#include "tools/jobs/model_items.h"

#include <set>

#include "tools/cli/terminal/output.h"
#include "tools/jobs/item_texts.h"

namespace eckart::tools {

std::vector<TitledItem> titled_items(const Catalog& items) {
    std::vector<TitledItem> all;
    for (std::int64_t row = 0; row < items.size(); ++row) {
        CatalogEntry entry = items.entry(row);
        all.push_back({std::move(entry.id), std::move(entry.title)});
    }
    return all;
}

TitleIndex& ModelItems::titles() {
    if (!titles_) titles_.emplace(titled_items(store_.items()));
    return *titles_;
}

std::int32_t ModelItems::row(std::string_view name) {
    if (const auto row = store_.items().find(name)) return static_cast<std::int32_t>(*row);
    return titles().row(name);
}

bool ModelItems::known(const std::string& name) {
    return store_.items().find(name) || !titles().rows(name).empty();
}

std::vector<std::uint8_t> ModelItems::kept(const recsys::ItemFilter& filter) const {
    std::vector<std::uint8_t> keep;
    std::set<std::string> categories;
    for (std::int64_t row = 0; row < store_.items().size(); ++row) {
        const recsys::ItemTraits traits = item_traits(store_.items().entry(row).attributes);
        categories.insert(traits.categories.begin(), traits.categories.end());
        keep.push_back(filter.keeps(traits) ? 1 : 0);
    }
    filter.check_categories({categories.begin(), categories.end()});
    return keep;
}

std::string ModelItems::label(std::int32_t row) const {
    const CatalogEntry found = entry(row);
    return printable(found.title.empty() ? found.id : found.title);
}

}  // namespace eckart::tools
