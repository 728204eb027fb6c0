#include "text/indexing/index_builder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

using eckart::testing::write_bytes;

/// Checks that every mode answers something finite, or nothing, for every word of the collection and for others.
void check_answers(const Index& index, const std::vector<SourceDocument>& documents) {
    for (const Mode mode : {Mode::lexical, Mode::latent, Mode::hybrid}) {
        const SearchOptions options{.mode = mode, .count = 100, .latent_weight = {}};
        for (const SourceDocument& document : documents) {
            for (const Hit& hit : index.search(document.title + " " + document.text, options)) {
                CHECK(std::isfinite(hit.score));
                CHECK(std::isfinite(index.explain(hit, document.text, options).score));
                index.snippet(hit, document.text);
            }
            for (const Hit& hit : index.similar(document.id, options)) CHECK(std::isfinite(hit.score));
        }
    }
}

struct Case {
    const char* name;
    std::vector<SourceDocument> documents;
    std::int64_t rank;  ///< of the latent space
};

std::vector<SourceDocument> copies(int count, const std::string& text) {
    std::vector<SourceDocument> documents;
    for (int i = 0; i < count; ++i) documents.push_back({"copy" + std::to_string(i), "", text});
    return documents;
}

/// Documents of seven words in all.
std::vector<SourceDocument> few_words() {
    std::vector<SourceDocument> documents;
    for (std::size_t i = 0; i < 60; ++i) {
        documents.push_back({numbered("few", i), "", numbered(numbered("x", i % 7) + " x", i % 3)});
    }
    return documents;
}

std::vector<SourceDocument> joined(std::vector<SourceDocument> documents, const std::vector<SourceDocument>& more) {
    documents.insert(documents.end(), more.begin(), more.end());
    return documents;
}

/// An index that must answer as before whatever `attempt` to replace it does.
template <class Failure, class Attempt>
void check_old_index_answers(const Attempt& attempt) {
    const TemporaryFolder folder;
    const std::string path = folder / "index";
    build_index(path, source_of({{"old", "", "an old text"}, {"older", "", "an older text"}}), plain());
    const auto before = bytes_of(path);

    CHECK_THROWS_AS(attempt(path), Failure);

    CHECK(bytes_of(path) == before);
    CHECK(ids(Index::open(path).search("old")) == Ids{"old"});
    CHECK(std::distance(std::filesystem::directory_iterator(path), {}) == 3);  // CURRENT, LOCK and one generation
    build_index(path, source_of({{"new", "", "a new text"}}), plain());        // and it can be replaced
    CHECK(ids(Index::open(path).search("new")) == Ids{"new"});
}

}  // namespace

TEST_CASE("odd collections make indexes that answer") {
    const auto others = random_documents(8, 3);
    const std::vector<Case> cases = {
        {"one document", {{"one", "", "a single document of some words"}}, 0},
        {"one word", {{"one", "", "word"}}, 0},
        {"one term in all", copies(5, "word word"), 0},
        {"two identical", copies(2, "the same words twice twice"), 0},
        {"many identical, nothing else", copies(40, "the same words twice twice"), 0},
        {"identical and one other", joined(copies(40, "same words twice twice"), {{"z", "", "other"}}), 1},
        {"pairs", {{"a", "", "x y"}, {"b", "", "x y"}, {"c", "", "v w"}, {"d", "", "v w"}}, 2},
        {"no term in two documents", {{"a", "", "one"}, {"b", "", "two"}, {"c", "", "three"}}, 0},
        {"empty ones among others", joined(others, {{"e", "", ""}, {"f", "", "  .. !"}, {"g", "title", ""}}), 8},
        {"bytes that are not UTF-8",
         joined(others, {{"bad", "\xff\xfe", std::string("aword1 \xc3\x28 \0 plain2", 18)}}), 9},
        {"a word without end", joined(others, {{"long", "", others[0].text + std::string(100'000, 'a')}}), 8}};
    for (const Case& given : cases) {
        CAPTURE(std::string(given.name));
        const SmallIndex made(given.documents, plain("100"));
        CHECK(made.summary.documents == static_cast<std::int64_t>(given.documents.size()));
        CHECK(made.summary.rank == given.rank);
        check_answers(made.index, given.documents);
    }
}

TEST_CASE("identical documents have one rank and equal vectors, with the weighting that keeps their words") {
    const auto documents = copies(30, "the same words twice twice");
    for (const auto* solver : {"auto", "spectra", "block-krylov"}) {
        IndexOptions options = plain("5", "tf-idf:nnc");
        options.solver = solver;
        const SmallIndex made(documents, options);
        CAPTURE(solver);
        CHECK(made.summary.rank == 1);
        CHECK(std::abs(made.summary.energy - 1) <= 1e-6);
        CHECK(made.summary.max_residual <= 1e-5);
        const auto hits = made.index.search("words", {.mode = Mode::latent, .count = 30, .latent_weight = {}});
        REQUIRE(hits.size() == 30);
        CHECK(hits.front().document == "copy0");
        for (const Hit& hit : hits) CHECK(hit.score == hits.front().score);
    }
}

TEST_CASE("a collection without a word is an input error that says how many documents there were") {
    IndexOptions english;
    english.language = "en";
    const auto message = [](const std::vector<SourceDocument>& documents, const IndexOptions& options) {
        const TemporaryFolder folder;
        const auto text = message_of<InputError>([&] { build_index(folder / "index", source_of(documents), options); });
        CHECK_FALSE(std::filesystem::exists(folder / "index"));
        return text;
    };

    CHECK(message({}, plain()) == "there is no document to index");
    CHECK(message({{"a", "", ""}, {"b", "", " ... "}}, plain()).find("none of the 2 documents has a word") == 0);
    CHECK(message({{"a", "", "the of and"}, {"b", "", "was not"}}, english).find("none of the 2 documents") == 0);
}

TEST_CASE("a document of an id that was there is left out and counted") {
    auto documents = random_documents(10, 3);
    documents.push_back({"d003", "", "zebra"});
    documents.push_back({"d003", "", "zebra"});
    const SmallIndex made(documents);

    CHECK(made.summary.documents == 10);
    CHECK(made.summary.duplicate_ids == 2);
    CHECK(made.index.search("zebra").empty());
}

TEST_CASE("ids of any characters come back as they were") {
    const Ids odd = {"",
                     " ",
                     "a b\tc\n",
                     "../../etc/passwd",
                     "'; drop table document; --",
                     "\u65e5\u672c",
                     "e\u0301",
                     "%00",
                     std::string(5000, 'x'),
                     "-n",
                     "\"quoted\"",
                     "\\"};
    auto documents = random_documents(5, 3);
    for (const auto& id : odd) documents.push_back({id, "", "zebra zebra crossing"});
    const SmallIndex made(documents);

    const auto found = ids(made.index.search("zebra", {.mode = Mode::lexical, .count = 100, .latent_weight = {}}));

    Ids sorted = odd;
    std::sort(sorted.begin(), sorted.end());
    CHECK(found == sorted);
    for (const auto& id : odd) CHECK_FALSE(made.index.similar(id).empty());
}

TEST_CASE("empty documents, invalid bytes and overlong words are counted") {
    auto documents = random_documents(6, 3);
    documents.push_back({"e1", "", ""});
    documents.push_back({"e2", "", "\xff \xc3"});
    const SmallIndex made(documents);

    CHECK(made.summary.documents == 8);
    CHECK(made.summary.empty_documents == 2);
    CHECK(made.summary.invalid_sequences == 2);
}

TEST_CASE("a rank above the matrix is cut to what it has, and the reason says so") {
    const auto documents = random_documents(20, 3);
    for (const auto* rank : {"20", "21", "1000", "1000000000000000"}) {
        const SmallIndex made(documents, plain(rank));
        CAPTURE(rank);
        CHECK(made.summary.rank == 20);
        CHECK(made.summary.rank_reason == (std::string(rank) == "20" ? "asked for" : "all that the matrix has"));
        CHECK(made.summary.energy >= 1 - 1e-6);
    }
    CHECK(SmallIndex(documents, plain("3")).summary.rank == 3);
    const SmallIndex automatic(copies(10, "word word"), plain("auto", "tf-idf:nnc"));
    CHECK(automatic.summary.rank == 1);
    CHECK(automatic.summary.rank_reason == "all that the matrix has");
}

TEST_CASE("the automatic rank is a tenth of the documents, at least 50, and no more than a third of them") {
    CHECK(SmallIndex(random_documents(3, 3)).summary.rank == 1);
    CHECK(SmallIndex(random_documents(60, 3)).summary.rank == 20);
    CHECK(SmallIndex(random_documents(200, 3)).summary.rank == 50);
    const SmallIndex larger(random_documents(700, 3, 20), {});
    CHECK(larger.summary.rank == 70);
    CHECK(larger.summary.rank_reason.find("a tenth of the 700 documents") == 0);
}

TEST_CASE("energy and profile give the rank that they say, and say why") {
    const auto documents = random_documents(60, 3);
    const SmallIndex whole(documents, plain("50"));
    const auto errors = nlohmann::json::parse(whole.index.info().description_json)
                            .at("certificate")
                            .at("eckart_young_errors")
                            .get<std::vector<double>>();
    for (const double share : {0.05, 0.2, 0.4}) {
        const SmallIndex made(documents, plain("energy:" + std::to_string(share)));
        const auto least =
            std::find_if(errors.begin(), errors.end(), [&](double error) { return 1 - error / errors[0] >= share; });
        CHECK(made.summary.rank == least - errors.begin());
        CHECK(made.summary.energy >= share);
        CHECK(made.summary.rank_reason.find("rank " + std::to_string(made.summary.rank)) == 0);
    }
    const SmallIndex all(documents, plain("energy:1"));
    CHECK(all.summary.rank == 20);  // of at most what automatic gives

    for (const bool of_few_words : {false, true}) {  // then the matrix has less than automatic gives
        const SmallIndex made(of_few_words ? few_words() : documents, plain("profile"));
        CHECK(made.summary.rank < 20);
        CHECK(made.summary.rank_reason.find("rank " + std::to_string(made.summary.rank) + " splits") == 0);
        const auto values = OpenFiles(made.path()).files.singular_values();
        CHECK(static_cast<std::int64_t>(values.size()) == made.summary.rank);
    }
}

TEST_CASE("a rank rule is read as it is written") {
    for (const auto* given : {"auto", "profile", "1", "200", "energy:0.3", "energy:1.0", "energy:0.125"}) {
        CHECK(name(parse_rank_rule(given)) == given);
    }
    CHECK(parse_rank_rule("energy:1e-3").energy == 1e-3);
    CHECK(parse_rank_rule("energy:1").energy == 1);
    for (const auto* given : {"",
                              "0",
                              "-3",
                              "1e3",
                              "1.5",
                              " 5",
                              "5 ",
                              "+5",
                              "0x10",
                              "Auto",
                              "all",
                              "energy",
                              "energy:",
                              "energy:nan",
                              "energy:inf",
                              "energy:2",
                              "energy:0",
                              "energy:-0.1",
                              "energy:0.3x",
                              "energy: 0.3",
                              "profile:3",
                              "99999999999999999999",
                              "energy:1e-999"}) {
        CAPTURE(given);
        std::string message = "'";
        message.append(given).append("' is not a rank");
        CHECK_THROWS_WITH_AS(parse_rank_rule(given), doctest::Contains(message.c_str()), UsageError);
    }
}

TEST_CASE("options out of range are refused before a document is read") {
    const auto refused = [](const auto& change) {
        const TemporaryFolder folder;
        IndexOptions options = plain();
        change(options);
        bool read = false;
        const auto source = [&](SourceDocument&) { return !(read = true); };
        CHECK_THROWS_AS(build_index(folder / "index", source, options), UsageError);
        CHECK_FALSE(read);
        CHECK_FALSE(std::filesystem::exists(folder / "index"));
    };

    refused([](IndexOptions& options) { options.solver = "magic"; });
    refused([](IndexOptions& options) { options.language = "klingon"; });
    refused([](IndexOptions& options) { options.tolerance = 0; });
    refused([](IndexOptions& options) { options.tolerance = std::nan(""); });
    refused([](IndexOptions& options) { options.rank = {.kind = RankRule::Kind::fixed, .rank = 0}; });
    refused([](IndexOptions& options) { options.rank = {.kind = RankRule::Kind::energy, .energy = 2}; });
}

TEST_CASE("1, 2 and 4 threads give the same bytes in every file") {
    auto documents = random_documents(700, 5, 25);
    documents.push_back({"empty", "", ""});
    std::map<std::string, std::string> first;
    for (const int threads : {1, 2, 4}) {
        const ThreadLimit limit(threads);
        const TemporaryFolder folder;
        IndexOptions options;
        options.rank = parse_rank_rule("60");
        build_index(folder / "index", source_of(documents), options);
        const auto files = bytes_of(folder / "index");
        if (threads == 1) first = files;
        REQUIRE(files.size() == first.size());
        for (const auto& file : files) {
            CAPTURE(file.first);
            CHECK((file.second == first.at(file.first)));
        }
    }
    CHECK(first.size() == 39);
}

TEST_CASE("the order in which documents come changes nothing but where their texts stand") {
    auto documents = random_documents(60, 5);
    const SmallIndex made(documents);
    std::reverse(documents.begin(), documents.end());
    const SmallIndex reversed(documents);

    const auto files = bytes_of(made.path()), others = bytes_of(reversed.path());
    for (const auto& file : files) {
        const auto& [name, bytes] = file;
        CAPTURE(file.first);
        if (name == "text.npy" || name == "text_offsets.npy" || name == "manifest.json") continue;
        CHECK((bytes == others.at(name)));
    }
    const Hit hit = made.index.search("aword1").at(0);
    CHECK(made.index.snippet(hit, "aword1").text == reversed.index.snippet(hit, "aword1").text);
}

TEST_CASE("a seed changes what is drawn, not what is exact") {
    const auto documents = random_documents(60, 5);
    IndexOptions options = plain("10");
    options.seed = 2;
    const SmallIndex one(documents, plain("10")), two(documents, options);

    const auto files = bytes_of(one.path()), others = bytes_of(two.path());
    CHECK((files.at("posting_documents.npy") == others.at("posting_documents.npy")));
    CHECK(std::abs(one.summary.energy - two.summary.energy) <= 1e-6);
}

TEST_CASE("too small a budget is a memory error, and the old index answers") {
    const auto documents = random_documents(400, 5);
    std::set<std::string> messages;
    for (const std::uint64_t bytes : {1'000, 100'000, 300'000, 500'000, 1'000'000}) {
        check_old_index_answers<MemoryError>([&](const std::string& path) {
            IndexOptions options = plain("300");
            options.memory.bytes = bytes;
            try {
                build_index(path, source_of(documents), options);
            } catch (const MemoryError& error) {
                messages.insert(std::string(error.what()).substr(0, 12));
                throw;
            }
        });
    }
    CHECK(messages.size() >= 2);  // at different steps

    IndexOptions enough = plain("50");
    enough.memory.bytes = 2'000'000'000;
    CHECK(SmallIndex(documents, enough).summary.rank == 50);
}

TEST_CASE("an interrupt at any report leaves the old index answering") {
    const auto documents = random_documents(60, 5);
    std::vector<std::string> phases;
    {
        const TemporaryFolder folder;
        const Progress progress(
            [&](std::string_view phase, std::uint64_t, std::uint64_t) { phases.emplace_back(phase); });
        build_index(folder / "index", source_of(documents), plain("10"), progress);
    }
    const std::set<std::string> different(phases.begin(), phases.end());
    CHECK(different.size() >= 4);
    for (const auto* phase : {"reading", "finding the blend"}) CHECK(different.count(phase) == 1);

    for (std::size_t stop = 0; stop < phases.size(); ++stop) {
        if (stop > 0 && stop + 1 < phases.size() && phases[stop] == phases[stop - 1] &&
            phases[stop] == phases[stop + 1]) {
            continue;  // the first and the last report of each phase
        }
        CAPTURE(stop);
        CAPTURE(phases[stop]);
        check_old_index_answers<InterruptedError>([&](const std::string& path) {
            const Progress progress({}, [&, reports = std::size_t{0}]() mutable { return reports++ == stop; });
            build_index(path, source_of(documents), plain("10"), progress);
        });
    }
}

TEST_CASE("a source that fails midway leaves the old index answering, and its error comes through") {
    for (const std::size_t good : {0, 1, 50}) {
        check_old_index_answers<InputError>([&](const std::string& path) {
            const auto source = [documents = random_documents(51, 5), good,
                                 next = std::size_t{0}](SourceDocument& document) mutable {
                if (next == good) throw InputError("file.jsonl", 7, "found the end, expected a record");
                document = documents[next++];
                return true;
            };
            build_index(path, source, plain());
        });
    }
    struct Strange {};
    check_old_index_answers<Strange>([](const std::string& path) {
        build_index(
            path, [](SourceDocument&) -> bool { throw Strange(); }, plain());
    });
}

TEST_CASE("a folder that holds something else is not written to") {
    const TemporaryFolder folder;
    write_bytes(folder / "letter.txt", "dear");

    CHECK_THROWS_AS(build_index(folder.path(), source_of(random_documents(5, 1)), plain()), InputError);

    CHECK(std::filesystem::exists(folder / "letter.txt"));
    CHECK(std::distance(std::filesystem::directory_iterator(folder.path()), {}) == 1);
}
