#include "engine/support/random.h"

#include <doctest/doctest.h>

#include <set>

using namespace eckart;

namespace {

using Words = std::array<std::uint32_t, 4>;

}  // namespace

TEST_CASE("blocks are those of the authors' known answers for Philox4x32-10") {
    // Counter words 0..3 are (index low, index high, stream low, stream high), key words 0..1 are (seed low, seed
    // high).
    constexpr std::uint64_t ones = ~std::uint64_t{0};

    CHECK(Philox(0, 0).block(0) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(Philox(ones, ones).block(ones) == Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(Philox(0x299f31d0a4093822, 0x0370734413198a2e).block(0x85a308d3243f6a88) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("64 bits are two words of a block, the first one high") {
    CHECK(Philox(0).bits(0) == 0x6627e8d5e169c58d);
    CHECK(Philox(0).bits(1) == 0xbc57ac4c9b00dbd8);
    CHECK(Philox(0).bits(2) != Philox(0).bits(0));
}

TEST_CASE("seeds, streams and indices give different numbers") {
    std::set<std::uint64_t> seen;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        for (std::uint64_t stream = 0; stream < 10; ++stream) {
            for (std::uint64_t index = 0; index < 10; ++index) seen.insert(Philox(seed, stream).bits(index));
        }
    }

    CHECK(seen.size() == 1000);
}

TEST_CASE("uniform numbers lie in [0, 1) and fill it evenly") {
    const Philox random(1);
    std::array<int, 10> counts{};
    for (std::uint64_t i = 0; i < 100000; ++i) {
        const double value = random.uniform(i);
        REQUIRE((value >= 0 && value < 1));
        ++counts[static_cast<std::size_t>(value * 10)];
    }

    // Four standard deviations of a count of 100000 draws with the chance 1/10.
    for (const int count : counts) CHECK(std::abs(count - 10000) <= 4 * std::sqrt(100000 * 0.1 * 0.9));
}

TEST_CASE("numbers below a bound are below it and reach all of it") {
    const Philox random(2);
    std::array<int, 7> counts{};
    for (std::uint64_t i = 0; i < 7000; ++i) ++counts.at(random.below(i, 7));

    for (const int count : counts) CHECK(std::abs(count - 1000) <= 4 * std::sqrt(7000 * 6.0 / 49));
    CHECK(random.below(5, 1) == 0);
    CHECK(random.below(5, ~std::uint64_t{0}) < ~std::uint64_t{0});
}

TEST_CASE("normal numbers have the moments 0, 1, 0, 3 and are finite") {
    constexpr int draws = 200000;
    const Philox random(3);
    double sums[4] = {};
    for (std::uint64_t i = 0; i < draws; ++i) {
        const double value = random.normal(i);
        REQUIRE(std::isfinite(value));
        for (int power = 1; power <= 4; ++power) sums[power - 1] += std::pow(value, power) / draws;
    }

    // Four standard deviations of the means: the variances of x, x^2, x^3 and x^4 are 1, 2, 15 and 96.
    const double unit = 4 / std::sqrt(double{draws});
    CHECK(std::abs(sums[0]) <= unit);
    CHECK(std::abs(sums[1] - 1) <= unit * std::sqrt(2.0));
    CHECK(std::abs(sums[2]) <= unit * std::sqrt(15.0));
    CHECK(std::abs(sums[3] - 3) <= unit * std::sqrt(96.0));
}
