#include "text/terms/field_gatherer.h"

#include <algorithm>
#include <numeric>

namespace eckart::text {
namespace {

/// All values of a table in bytewise order, and where each stands among them.
struct OrderedValues {
    Vocabulary values;
    std::vector<std::int32_t> places;  ///< by number in the table
};

OrderedValues ordered(const StringTable& table) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(table.size()));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&table](std::int32_t a, std::int32_t b) { return table[a] < table[b]; });
    OrderedValues result;
    result.places.resize(order.size());
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> offsets = {0};
    for (std::size_t place = 0; place < order.size(); ++place) {
        const std::string_view value = table[order[place]];
        bytes.insert(bytes.end(), value.begin(), value.end());
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
        result.places[static_cast<std::size_t>(order[place])] = static_cast<std::int32_t>(place);
    }
    result.values = Vocabulary::owning(std::move(bytes), std::move(offsets));
    return result;
}

}  // namespace

std::int32_t FieldGatherer::code(std::string_view value) {
    return value.empty() ? -1 : values_.insert(value);
}

void FieldGatherer::add(const SourceDocument& document) {
    const auto keep = [this](Field field, std::string_view value) {
        codes_[static_cast<std::size_t>(field)].push_back(code(value));
    };
    keep(Field::type, document.type);
    keep(Field::folder, document.folder);
    keep(Field::sender, document.sender);
    keep(Field::path, document.path);
    dates_.push_back(document.date.value_or(no_date));
}

DocumentFields FieldGatherer::arranged(std::span<const std::size_t> row_of, std::span<const Language> languages) const {
    StringTable all = values_;
    DocumentFields fields;
    std::vector<std::int32_t>& language = fields.codes[static_cast<std::size_t>(Field::language)];
    for (const Language each : languages) language.push_back(each.empty() ? -1 : all.insert(each.code()));
    const OrderedValues values = ordered(all);
    const auto place = [&values](std::int32_t number) {
        return number < 0 ? -1 : values.places[static_cast<std::size_t>(number)];
    };
    for (std::int32_t& code : language) code = place(code);
    for (const Field field : all_fields) {
        if (field == Field::language) continue;
        const auto& codes = codes_[static_cast<std::size_t>(field)];
        auto& arranged = fields.codes[static_cast<std::size_t>(field)];
        arranged.resize(row_of.size());
        for (std::size_t document = 0; document < row_of.size(); ++document) {
            arranged[row_of[document]] = place(codes[document]);
        }
    }
    fields.dates.resize(row_of.size());
    for (std::size_t document = 0; document < row_of.size(); ++document) {
        fields.dates[row_of[document]] = dates_[document];
    }
    fields.values = values.values;
    return fields;
}

std::uint64_t FieldGatherer::memory() const {
    std::uint64_t bytes = values_.memory() + dates_.capacity() * sizeof(std::int64_t);
    for (const auto& codes : codes_) bytes += codes.capacity() * sizeof(std::int32_t);
    return bytes;
}

}  // namespace eckart::text
