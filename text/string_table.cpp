#include "text/string_table.h"

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

std::uint32_t hash_of(std::string_view string) {
    constexpr std::uint64_t kFirst = 0x9E3779B97F4A7C15U, kSecond = 0xD1B54A32D192ED03U;
    const char* at = string.data();
    std::size_t left = string.size();
    std::uint64_t state = kFirst ^ left;
    for (; left > 8; at += 8, left -= 8) state = mixed(state ^ load(at, 8), kSecond);
    std::uint64_t last;
    if (left == 8)
        last = load(at, 8);
    else if (left >= 4)
        last = load(at, 4) | (load(at + left - 4, 4) << 32);
    else if (left > 0)
        last = load(at, 1) | (load(at + left / 2, 1) << 8) | (load(at + left - 1, 1) << 16);
    else
        last = 0;
    state = mixed(state ^ last, kSecond);
    return static_cast<std::uint32_t>(state ^ (state >> 32));
}

}  // namespace

StringTable::StringTable() : slots_(1024, Slot{0, -1}) {}

std::int32_t StringTable::insert(std::string_view string) {
    const std::uint32_t hash = hash_of(string);
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    for (; slots_[slot].number >= 0; slot = (slot + 1) & mask)
        if (slots_[slot].hash == hash && (*this)[slots_[slot].number] == string) return slots_[slot].number;
    return add(slot, hash, string);
}

std::int32_t StringTable::add(std::size_t slot, std::uint32_t hash, std::string_view string) {
    if (size() == std::numeric_limits<std::int32_t>::max())
        throw InputError("2147483647 different words or documents; no more can be counted");
    const std::int32_t number = size();
    slots_[slot] = {hash, number};
    bytes_.insert(bytes_.end(), string.begin(), string.end());
    offsets_.push_back(bytes_.size());
    if (2 * offsets_.size() > slots_.size()) grow();
    return number;
}

void StringTable::grow() {
    std::vector<Slot> old(4 * slots_.size(), Slot{0, -1});
    old.swap(slots_);
    const std::size_t mask = slots_.size() - 1;
    for (const Slot& each : old) {
        if (each.number < 0) continue;
        std::size_t slot = each.hash & mask;
        while (slots_[slot].number >= 0) slot = (slot + 1) & mask;
        slots_[slot] = each;
    }
}

std::uint64_t StringTable::memory() const {
    return slots_.capacity() * sizeof(Slot) + bytes_.capacity() + offsets_.capacity() * sizeof(std::uint64_t);
}

}  // namespace eckart::text
