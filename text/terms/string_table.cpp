#include "text/terms/string_table.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "engine/support/error.h"

namespace eckart::text {
namespace {

std::uint64_t load(const char* from, std::size_t length) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, from, length);
    return bits;
}

/// The halves of the 128-bit product folded together: every bit of either factor reaches the low half of the answer.
std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = Wide{a} * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

/// The first eight bytes of a string behind whose first byte eight may be read.
std::uint64_t padded_prefix(std::string_view string) {
    if (string.empty()) return 0;
    const std::size_t beyond = string.size() < 8 ? 8 * (8 - string.size()) : 0;
    return load(string.data(), 8) << beyond >> beyond;
}

/// Where the search for a key begins, to be cut to the size of the table: the length in its lowest byte is no hash.
std::size_t home(std::uint32_t hash) {
    return hash >> 8 | static_cast<std::size_t>(hash & 0xFF) << 24;
}

}  // namespace

StringTable::StringTable() : slots_(1024, Slot{0, 0, -1}) {}

StringTable::Slot StringTable::key_of(std::string_view string, std::uint64_t prefix) {
    constexpr std::uint64_t first_multiplier = 0x9E3779B97F4A7C15U, second_multiplier = 0xD1B54A32D192ED03U;
    std::uint64_t state = mixed(prefix ^ first_multiplier ^ string.size(), second_multiplier);
    for (std::size_t at = 8; at < string.size(); at += 8)
        state =
            mixed(state ^ load(string.data() + at, std::min<std::size_t>(8, string.size() - at)), second_multiplier);
    const auto length = static_cast<std::uint32_t>(std::min<std::size_t>(255, string.size()));
    return {prefix, (static_cast<std::uint32_t>(state) & 0xFFFFFF00U) | length, -1};
}

std::int32_t StringTable::insert(std::string_view string) {
    return insert(string, key_of(string, load(string.data(), std::min<std::size_t>(8, string.size()))));
}

void StringTable::insert_all(const TokenList& words, std::vector<std::int32_t>& numbers) {
    constexpr std::size_t ahead = 16;
    std::array<Slot, ahead> keys;
    numbers.resize(words.size());
    for (std::size_t begin = 0; begin < words.size(); begin += ahead) {
        const std::size_t end = std::min(words.size(), begin + ahead);
        for (std::size_t i = begin; i < end; ++i) {
            keys[i - begin] = key_of(words[i], padded_prefix(words[i]));
            __builtin_prefetch(&slots_[home(keys[i - begin].hash) & (slots_.size() - 1)]);
        }
        for (std::size_t i = begin; i < end; ++i) numbers[i] = insert(words[i], keys[i - begin]);
    }
}

std::int32_t StringTable::insert(std::string_view string, const Slot& key) {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = home(key.hash) & mask;
    for (; slots_[slot].number >= 0; slot = (slot + 1) & mask) {
        if (slots_[slot].prefix != key.prefix || slots_[slot].hash != key.hash) continue;
        if (string.size() <= 8 || (*this)[slots_[slot].number] == string) return slots_[slot].number;
    }
    return add(slot, key, string);
}

std::int32_t StringTable::add(std::size_t slot, const Slot& key, std::string_view string) {
    if (size() == std::numeric_limits<std::int32_t>::max())
        throw InputError("2147483647 different words or documents; no more can be counted");
    const std::int32_t number = size();
    slots_[slot] = {key.prefix, key.hash, number};
    bytes_.insert(bytes_.end(), string.begin(), string.end());
    offsets_.push_back(bytes_.size());
    if (2 * offsets_.size() > slots_.size()) grow();
    return number;
}

void StringTable::grow() {
    std::vector<Slot> old(2 * slots_.size(), Slot{0, 0, -1});
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (const Slot& each : old) {
        if (each.number < 0) continue;
        std::size_t slot = home(each.hash) & mask;
        while (slots_[slot].number >= 0) slot = (slot + 1) & mask;
        slots_[slot] = each;
    }
}

std::uint64_t StringTable::memory() const {
    return slots_.capacity() * sizeof(Slot) + bytes_.capacity() + offsets_.capacity() * sizeof(std::uint64_t);
}

}  // namespace eckart::text
