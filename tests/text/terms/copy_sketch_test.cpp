#include "text/terms/copy_sketch.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "engine/support/random.h"

using namespace eckart;
using namespace eckart::text;

namespace {

using Words = std::vector<std::uint64_t>;

CopySketch sketch(const Words& words) {
    CopySketcher sketcher;
    for (const std::uint64_t word : words) sketcher.add(word);
    return sketcher.take();
}

Words random_words(std::size_t count, std::uint64_t seed) {
    const Philox random(seed);
    Words words;
    for (std::size_t i = 0; i < count; ++i) words.push_back(random.bits(i));
    return words;
}

std::vector<std::uint64_t> shingles(const Words& words) {
    ShingleHashes hashes;
    std::vector<std::uint64_t> result;
    std::uint64_t shingle = 0;
    for (const std::uint64_t word : words) {
        if (hashes.next(word, shingle)) result.push_back(shingle);
    }
    return result;
}

}  // namespace

TEST_CASE("a text of n words has n - 3 shingles, and each depends on its own four words alone") {
    CHECK(shingles(random_words(3, 1)).empty());
    const Words words = random_words(50, 1);
    const auto all = shingles(words);

    REQUIRE(all.size() == 47);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto at = words.begin() + static_cast<std::ptrdiff_t>(i);
        CHECK(shingles({at, at + 4}).at(0) == all[i]);
    }
    CHECK(std::set<std::uint64_t>(all.begin(), all.end()).size() == all.size());
    CHECK(shingles({1, 2, 3, 4}) != shingles({4, 3, 2, 1}));
}

TEST_CASE("equal words in equal order have equal sketches, and any other words have not") {
    const Words words = random_words(200, 2);
    Words other = words, swapped = words, longer = words;
    other[77] ^= 1;
    std::swap(swapped[10], swapped[11]);
    longer.push_back(words[0]);

    CHECK(sketch(words) == sketch(words));
    for (const Words& each : {other, swapped, longer}) CHECK(sketch(each).sequence != sketch(words).sequence);
    CHECK(sketch({}).sequence == 0);
    CHECK(sketch({7}).sequence != 0);
}

TEST_CASE("a sketcher starts anew when its sketch was taken") {
    CopySketcher sketcher;
    for (const std::uint64_t word : random_words(30, 3)) sketcher.add(word);
    sketcher.take();
    for (const std::uint64_t word : random_words(40, 4)) sketcher.add(word);

    CHECK(sketcher.take() == sketch(random_words(40, 4)));
}

TEST_CASE("the share of equal minima estimates the Jaccard index") {
    // The second text has the first `kept` words of the first and others behind: kept - 3 shingles in common.
    for (const std::size_t kept : {100, 300, 500, 700, 900}) {
        double mean = 0;
        constexpr int trials = 40;
        for (int trial = 0; trial < trials; ++trial) {
            const auto seed = static_cast<std::uint64_t>(1000 + trial);
            Words a = random_words(1000, seed), b = random_words(1000, seed + 500);
            std::copy_n(a.begin(), kept, b.begin());
            mean += resemblance(sketch(a), sketch(b)) / trials;
        }
        const double common = static_cast<double>(kept - 3), jaccard = common / (2 * 997 - common);
        CAPTURE(kept);
        // Each trial has 64 bins, of a standard deviation sqrt(J (1 - J)) each: four of those of the mean.
        CHECK(std::abs(mean - jaccard) < 4 * std::sqrt(jaccard * (1 - jaccard) / (64 * trials)) + 1e-3);
    }
}

TEST_CASE("a text of few different shingles fills all bins from those that it has") {
    for (std::uint64_t word = 1; word <= 200; ++word) {
        const CopySketch one = sketch(Words(20, word));  // one shingle, many times
        CHECK(one.shingles == 17);
        for (const std::uint16_t least : one.minima) CHECK(least == one.minima[0]);
    }
    CHECK(sketch(random_words(11, 5)).minima == CopySketch{}.minima);  // eight shingles
    CHECK(sketch(random_words(12, 5)).minima != CopySketch{}.minima);
}

TEST_CASE("words differ in their hash by any byte and by their length") {
    std::set<std::uint64_t> hashes;
    const std::vector<std::string> words = {
        "",         "a",         "b",         "aa",        "ab",   "a" + std::string(1, '\0'),
        "aaaaaaaa", "aaaaaaaaa", "aaaaaaaab", "baaaaaaaa", "word", "words"};
    for (const std::string& word : words) hashes.insert(word_hash(word));

    CHECK(hashes.size() == words.size());
}
