#include "text/terms/vocabulary.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "engine/support/error.h"

using eckart::text::Vocabulary;

namespace {

Vocabulary vocabulary_of(const std::vector<std::string>& terms) {
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> offsets = {0};
    for (const auto& term : terms) {
        bytes.insert(bytes.end(), term.begin(), term.end());
        offsets.push_back(static_cast<std::int64_t>(bytes.size()));
    }
    return Vocabulary::owning(std::move(bytes), std::move(offsets));
}

}  // namespace

TEST_CASE("every term is found at its place and nothing else is") {
    const std::vector<std::string> terms = {"a", "ab", "b", "zebra", "\u00e9t\u00e9", "\u6771"};
    const Vocabulary vocabulary = vocabulary_of(terms);

    REQUIRE(vocabulary.size() == 6);
    for (std::int32_t i = 0; i < 6; ++i) {
        CHECK(vocabulary.term(i) == terms[static_cast<std::size_t>(i)]);
        CHECK(vocabulary.find(vocabulary.term(i)) == i);
    }
    for (const char* other : {"", "aa", "abc", "z", "zebras", "\u6772"}) CHECK_FALSE(vocabulary.find(other));
}

TEST_CASE("a copy outlives its original, a view sees the same terms") {
    Vocabulary copy;
    {
        const Vocabulary original = vocabulary_of({"one", "two"});
        copy = original;
    }
    const Vocabulary view = Vocabulary::viewing(copy.bytes(), copy.offsets());

    CHECK(copy.term(1) == "two");
    CHECK(view.find("two") == 1);
}

TEST_CASE("an empty vocabulary finds nothing") {
    CHECK(Vocabulary().size() == 0);
    CHECK_FALSE(Vocabulary().find("a"));
    CHECK(vocabulary_of({}).size() == 0);
}

TEST_CASE("arrays that are no vocabulary are refused") {
    CHECK_THROWS_AS(vocabulary_of({"b", "a"}), eckart::UsageError);
    CHECK_THROWS_AS(vocabulary_of({"a", "a"}), eckart::UsageError);
    CHECK_THROWS_AS(vocabulary_of({""}), eckart::UsageError);
    const std::vector<std::uint8_t> bytes = {'a', 'b'};
    for (const std::vector<std::int64_t>& offsets :
         {std::vector<std::int64_t>{0, 1}, {1, 2}, {0, 5, 2}, {0, 2, 1, 2}, {}})
        CHECK_THROWS_AS(Vocabulary::viewing(bytes, offsets), eckart::DamagedError);
}
