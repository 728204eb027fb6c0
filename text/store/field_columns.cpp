#include "text/store/field_columns.h"

#include <algorithm>
#include <chrono>
#include <string>

#include "engine/support/error.h"
#include "text/store/index_files.h"

namespace eckart::text {
namespace {

std::string codes_file(Field field) {
    return "field_" + std::string(name(field)) + "_codes.npy";
}

/// The first code in [0, size) whose value is not `before` a bound.
template <class Before>
std::int32_t first_code(const Vocabulary& values, const Before& before) {
    std::int32_t low = 0, high = values.size();
    while (low < high) {
        const std::int32_t middle = low + (high - low) / 2;
        if (before(values.term(middle)))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

}  // namespace

void write_field_columns(const StoreWriter& store, const DocumentFields& fields) {
    const auto size = [](const auto& values) { return static_cast<std::int64_t>(values.size()); };
    static constexpr std::array<std::int64_t, 1> no_values = {0};
    const auto offsets = fields.values.size() == 0 ? std::span<const std::int64_t>(no_values) : fields.values.offsets();
    write_npy<std::uint8_t>(store.file(index_file::field_bytes), fields.values.bytes(), {size(fields.values.bytes())});
    write_npy<std::int64_t>(store.file(index_file::field_offsets), offsets, {size(offsets)});
    for (const Field field : all_fields) {
        write_npy(store.file(codes_file(field)), fields.codes[static_cast<std::size_t>(field)]);
    }
    write_npy(store.file(index_file::document_dates), fields.dates);
}

std::int32_t year_of(std::int64_t date) {
    constexpr std::int64_t bound = 1'000'000'000'000;  // seconds: a date beyond belongs to no calendar
    date = std::clamp(date, -bound, bound);
    const auto day = std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(date)));
    return static_cast<std::int32_t>(static_cast<int>(std::chrono::year_month_day(day).year()));
}

FieldColumns::FieldColumns(const StoreReader& store, std::int64_t documents)
    : bytes_(store.file(index_file::field_bytes)),
      offsets_(store.file(index_file::field_offsets)),
      dates_(store.file(index_file::document_dates), {documents}) {
    try {
        values_ = Vocabulary::viewing(bytes_.values(), offsets_.values());
    } catch (const DamagedError&) {
        throw DamagedError(offsets_.path() +
                           ": its offsets do not rise from 0 to the end of the values; make the "
                           "index again");
    }
    for (const Field field : all_fields) {
        codes_[static_cast<std::size_t>(field)] =
            MappedArray<std::int32_t>(store.file(codes_file(field)), std::vector<std::int64_t>{documents});
    }
}

std::span<const std::int32_t> FieldColumns::codes(Field field) const {
    return codes_[static_cast<std::size_t>(field)].values();
}

std::string_view FieldColumns::value(std::int32_t code) const {
    if (code == -1) return {};
    if (code < 0 || code >= values_.size()) {
        throw DamagedError(offsets_.path() + ": found " + std::to_string(values_.size()) +
                           " values, and a document with the value " + std::to_string(code) + "; make the index again");
    }
    return values_.term(code);
}

std::string_view FieldColumns::value(Field field, std::int64_t row) const {
    return value(codes(field)[static_cast<std::size_t>(row)]);
}

CodeRange FieldColumns::with_prefix(std::string_view prefix) const {
    return {first_code(values_, [prefix](std::string_view value) { return value < prefix; }),
            first_code(values_, [prefix](std::string_view value) { return value.substr(0, prefix.size()) <= prefix; })};
}

std::vector<std::int32_t> FieldColumns::different(Field field) const {
    std::vector<bool> there(static_cast<std::size_t>(values_.size()));
    for (const std::int32_t code : codes(field)) {
        if (!value(code).empty()) there[static_cast<std::size_t>(code)] = true;
    }
    std::vector<std::int32_t> found;
    for (std::size_t code = 0; code < there.size(); ++code) {
        if (there[code]) found.push_back(static_cast<std::int32_t>(code));
    }
    return found;
}

}  // namespace eckart::text
