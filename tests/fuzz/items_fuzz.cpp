#include <string>

#include "corpora/bytes/charset.h"
#include "corpora/ratings/item_descriptions.h"
#include "fuzz_input.h"

using namespace eckart::corpora;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const auto items = parse_items(std::string(bytes_of(data, size)), "fuzz");
        require(!items.empty());
        for (const ItemDescription& item : items) {
            require(!item.id.empty());
            require(is_valid_utf8(item.title));
            require(!item.year || (*item.year >= 0 && *item.year <= 9999));
            for (const std::string& category : item.categories) require(!category.empty());
        }
    } catch (const eckart::InputError&) {
    }
    return 0;
}
