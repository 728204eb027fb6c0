#include "text/indexing/rank_rule.h"

#include <algorithm>
#include <charconv>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"

namespace eckart::text {
namespace {

constexpr std::int64_t least_rank = 50;
constexpr std::int64_t most_rank = 500;
constexpr std::int64_t documents_per_dimension = 10;
constexpr std::int64_t least_documents_per_dimension = 3;  // fewer, and the space repeats the documents word for word
constexpr std::int64_t most_vector_entries = 40'000'000;   // floats that a query reads: 160 MB

std::int64_t automatic_rank(std::int64_t documents) {
    const std::int64_t by_size = std::clamp(documents / documents_per_dimension, least_rank, most_rank);
    const std::int64_t by_reading = std::max(least_rank, most_vector_entries / std::max<std::int64_t>(1, documents));
    return std::max<std::int64_t>(1, std::min({by_size, by_reading, documents / least_documents_per_dimension}));
}

/// Why automatic_rank is what it is.
std::string automatic_reason(std::int64_t documents) {
    if (documents / least_documents_per_dimension < least_rank) return "a third of so few documents";
    if (most_vector_entries / documents < std::min(most_rank, documents / documents_per_dimension)) {
        return "as many as let a query read no more than 160 MB";
    }
    return "a tenth of the " + std::to_string(documents) + " documents, within 50 and 500";
}

}  // namespace

bool is_possible(const RankRule& rule) {
    if (rule.kind == RankRule::Kind::energy) return rule.energy > 0 && rule.energy <= 1;
    return rule.kind != RankRule::Kind::fixed || rule.rank >= 1;
}

std::int64_t rank_to_compute(const RankRule& rule, std::int64_t documents) {
    return rule.kind == RankRule::Kind::fixed ? rule.rank : automatic_rank(documents);
}

RankChoice chosen_rank(const RankRule& rule, const TruncatedSvd& svd, std::int64_t documents) {
    if (rule.kind == RankRule::Kind::energy) return rank_for_energy(svd, rule.energy);
    if (rule.kind == RankRule::Kind::profile) return rank_by_profile(svd);
    if (svd.rank() < rank_to_compute(rule, documents)) return {svd.rank(), "all that the matrix has"};
    return {svd.rank(), rule.kind == RankRule::Kind::fixed ? "asked for" : automatic_reason(documents)};
}

RankRule parse_rank_rule(std::string_view text) {
    const auto fail = [&] {
        return UsageError("'" + std::string(text) +
                          "' is not a rank; write a number from 1 on, auto, profile, or energy: and a share, for "
                          "example energy:0.3");
    };
    if (text == "auto") return {};
    if (text == "profile") return {.kind = RankRule::Kind::profile};
    constexpr std::string_view prefix = "energy:";
    const bool energy = text.starts_with(prefix);
    RankRule rule{.kind = energy ? RankRule::Kind::energy : RankRule::Kind::fixed};
    const char* begin = text.data() + (energy ? prefix.size() : 0);
    const char* end = text.data() + text.size();
    const auto parsed = energy ? std::from_chars(begin, end, rule.energy) : std::from_chars(begin, end, rule.rank);
    if (parsed.ec != std::errc() || parsed.ptr != end) throw fail();
    if (!is_possible(rule)) throw fail();
    return rule;
}

std::string name(const RankRule& rule) {
    switch (rule.kind) {
        case RankRule::Kind::automatic:
            return "auto";
        case RankRule::Kind::profile:
            return "profile";
        case RankRule::Kind::fixed:
            return std::to_string(rule.rank);
        case RankRule::Kind::energy:
            break;
    }
    return "energy:" + nlohmann::json(rule.energy).dump();
}

}  // namespace eckart::text
