#include "text/ranking/form_postings.h"

#include <doctest/doctest.h>

#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "tests/text/small_index.h"
#include "text/store/open_index.h"
#include "text/terms/form_lists.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

/// Words of documents by number, and the first so many of each in its title.
struct WrittenDocuments {
    std::vector<std::vector<std::int32_t>> words;
    std::vector<std::int64_t> title_words;
    std::int32_t forms = 0;

    FormLists lists() const {
        std::vector<std::int32_t> places(static_cast<std::size_t>(forms));
        std::iota(places.begin(), places.end(), 0);
        std::vector<FormSequence> sequences;
        for (std::size_t d = 0; d < words.size(); ++d) sequences.push_back({words[d], places, title_words[d]});
        return form_lists(sequences, std::vector<std::int32_t>(static_cast<std::size_t>(forms), -1));
    }

    /// What the lists should say: by form and document, the positions.
    std::vector<std::map<std::int32_t, std::vector<std::uint32_t>>> plain() const {
        std::vector<std::map<std::int32_t, std::vector<std::uint32_t>>> all(static_cast<std::size_t>(forms));
        for (std::size_t d = 0; d < words.size(); ++d)
            for (std::size_t i = 0; i < words[d].size(); ++i) {
                const bool in_title = i < static_cast<std::size_t>(title_words[d]);
                all[static_cast<std::size_t>(words[d][i])][static_cast<std::int32_t>(d)].push_back(
                    static_cast<std::uint32_t>(in_title ? i : i + 64));
            }
        return all;
    }
};

/// Form 0 is in nearly every document, form 1 in every seventh, the others here and there, the last nowhere.
WrittenDocuments written_documents(std::size_t documents, std::uint64_t seed) {
    const Philox random(seed);
    std::uint64_t draw = 0;
    WrittenDocuments made;
    made.forms = 40;
    for (std::size_t d = 0; d < documents; ++d) {
        std::vector<std::int32_t> words;
        const std::uint64_t length = random.below(draw++, 30);
        for (std::uint64_t i = 0; i < length; ++i)
            words.push_back(random.below(draw++, 3) == 0 ? 0 : static_cast<std::int32_t>(2 + random.below(draw++, 37)));
        if (d % 7 == 0) words.insert(words.end(), 300, 1);
        made.title_words.push_back(static_cast<std::int64_t>(random.below(draw++, words.size() + 1)));
        made.words.push_back(words);
    }
    return made;
}

FormPostings view_of(const FormLists& lists, std::size_t documents) {
    return {lists.documents, lists.document_offsets, lists.positions, lists.position_offsets,
            static_cast<std::int64_t>(documents)};
}

}  // namespace

TEST_CASE("three documents by hand: the title's words from 0, the text's behind the gap") {
    WrittenDocuments three;
    three.forms = 2;
    three.words = {{0, 1, 0}, {}, {1}};
    three.title_words = {1, 0, 1};
    const FormLists lists = three.lists();

    // df 1; row 0 with more than one, two of them: 2 * 0 + 1, 0. df 2; row 0 once, row 2 once: 0, 2.
    CHECK(lists.documents == std::vector<std::uint8_t>{1, 1, 0, 2, 0, 2});
    CHECK(lists.document_offsets == std::vector<std::int64_t>{0, 3, 6});
    CHECK(lists.positions == std::vector<std::uint8_t>{0, 65, 65, 0});  // 0, 66; then 65 and 0
    CHECK(lists.position_offsets == std::vector<std::int64_t>{0, 2, 4});
}

TEST_CASE("a cursor reads what a plain list says") {
    const WrittenDocuments made = written_documents(1500, 3);
    const FormLists lists = made.lists();
    const auto plain = made.plain();
    std::vector<std::uint32_t> positions;
    for (std::int32_t form = 0; form < made.forms; ++form) {
        FormCursor cursor(view_of(lists, made.words.size()), form);
        const auto& expected = plain[static_cast<std::size_t>(form)];
        REQUIRE(cursor.size() == static_cast<std::int32_t>(expected.size()));
        for (const auto& entry : expected) {
            REQUIRE(!cursor.at_end());
            CHECK(cursor.document() == entry.first);
            CHECK(cursor.count() == entry.second.size());
            cursor.positions(positions);
            CHECK(positions == entry.second);
            cursor.next();
        }
        CHECK(cursor.at_end());
        cursor.next();
        CHECK(cursor.at_end());
    }
}

TEST_CASE("a cursor seeks as a plain list is searched, across blocks and within") {
    const WrittenDocuments made = written_documents(3000, 4);
    const FormLists lists = made.lists();
    const auto plain = made.plain();
    const Philox random(5);
    std::uint64_t draw = 0;
    std::vector<std::uint32_t> positions;
    for (const std::uint64_t longest : {3U, 100U, 1500U}) {
        for (std::int32_t form = 0; form < 5; ++form) {
            FormCursor cursor(view_of(lists, made.words.size()), form);
            const auto& expected = plain[static_cast<std::size_t>(form)];
            std::int32_t wanted = 0;
            while (true) {
                wanted += static_cast<std::int32_t>(random.below(draw++, longest));
                cursor.seek(wanted);
                const auto found = expected.lower_bound(wanted);
                REQUIRE(cursor.at_end() == (found == expected.end()));
                if (cursor.at_end()) break;
                CHECK(cursor.document() == found->first);
                CHECK(cursor.count() == found->second.size());
                cursor.positions(positions);
                CHECK(positions == found->second);
                cursor.seek(0);
                CHECK(cursor.document() == found->first);
                if (random.below(draw++, 2) == 0) cursor.next();
                wanted = found->first + 1;
                if (!cursor.at_end()) cursor.seek(wanted);
            }
        }
    }
}

TEST_CASE("lists are the same for 1, 2 and 4 threads") {
    const WrittenDocuments made = written_documents(2000, 6);
    const FormLists first = made.lists();
    for (const int threads : {1, 4}) {
        const ThreadLimit limit(threads);
        const FormLists other = made.lists();
        CHECK(other.documents == first.documents);
        CHECK(other.document_offsets == first.document_offsets);
        CHECK(other.positions == first.positions);
        CHECK(other.position_offsets == first.position_offsets);
    }
}

TEST_CASE("damaged lists are refused or read to an end, never beyond their bytes") {
    const WrittenDocuments made = written_documents(600, 7);
    const FormLists whole = made.lists();
    const Philox random(8);
    std::uint64_t draw = 0;
    std::vector<std::uint32_t> positions;
    std::size_t refused = 0;
    for (int trial = 0; trial < 300; ++trial) {
        FormLists changed = whole;
        auto& bytes = trial % 2 == 0 ? changed.documents : changed.positions;
        for (int i = 0; i < 20; ++i) {
            const std::uint64_t at = random.below(draw++, bytes.size());
            bytes[at] = static_cast<std::uint8_t>(random.bits(draw++));
        }
        for (std::int32_t form = 0; form < made.forms; ++form) {
            try {
                FormCursor cursor(view_of(changed, made.words.size()), form);
                for (std::int32_t step = 0; !cursor.at_end(); ++step) {
                    CHECK(cursor.document() < 600);
                    cursor.positions(positions);
                    cursor.seek(cursor.document() + 1 + step % 200);
                }
            } catch (const DamagedError&) {
                ++refused;
            }
        }
    }
    CHECK(refused > 0);
}

TEST_CASE("an index knows every word as it is written, and where it stands") {
    const SmallIndex made({{"a", "The Boats", "a boat and the boat"}, {"b", "", "boats"}}, {.language = "en"});
    const OpenIndex open(made.path());
    const auto form = [&](std::string_view word) {
        return FormCursor(open.form_postings(), open.forms().find(word).value());
    };
    std::vector<std::uint32_t> positions;

    CHECK(open.forms().size() == 5);
    FormCursor boat = form("boat");
    CHECK(boat.size() == 1);
    boat.positions(positions);
    CHECK(positions == std::vector<std::uint32_t>{2 + 64 + 1, 2 + 64 + 4});
    FormCursor the = form("the");
    the.positions(positions);
    CHECK(positions == std::vector<std::uint32_t>{0, 2 + 64 + 3});
    FormCursor boats = form("boats");
    CHECK(boats.size() == 2);
    boats.next();
    CHECK(boats.document() == 1);
    boats.positions(positions);
    CHECK(positions == std::vector<std::uint32_t>{64});
    CHECK(open.files().title_lengths()[0] == 2);
    CHECK(open.manifest().all_languages == std::vector<Language>{Language("en")});
    CHECK(open.files().document_languages()[1] == 0);
}
