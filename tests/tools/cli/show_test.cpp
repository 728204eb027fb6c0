#include <doctest/doctest.h>

#include <algorithm>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

std::vector<std::string> shown_ids(const Outcome& outcome) {
    std::vector<std::string> ids;
    for (const auto& object : outcome.objects()) {
        if (object.contains("document")) ids.push_back(object.at("document"));
    }
    return ids;
}

/// A folder with copies, mail and a table of control characters, and its index.
struct Archive {
    Archive() : index(folder / "archive.idx") {
        const std::string licence =
            "Permission is granted to anyone to use this licence for any purpose, and to alter it and give it away "
            "freely, if the origin of the licence is not misrepresented and this notice is not removed. The licence "
            "comes without a warranty of any kind, stated or implied. In no event is the author liable for damages "
            "that come from the use of the licence. Whoever changes the sources must say so plainly, and must not "
            "call the result the original. A mention in the manual of a product is welcome and not required. The "
            "licence ends when its terms are broken, and it ends for nobody else.";
        folder.write("source/a/LICENSE", licence + "\n");
        folder.write("source/b/LICENSE", licence + "\n\n");
        folder.write("source/c/COPYING", licence + " Written for c.\n");
        folder.write("source/c/own.md", "# Own terms\n\nA licence of its own, in a few words of its own.\n");
        folder.write("source/mail/1.eml",
                     "From: Ada Lovelace <ada@example.org>\nSubject: Which licence\n"
                     "Date: Tue, 20 Apr 1993 12:00:00 GMT\n\nWhich licence do we take?\n");
        folder.write("source/raw.txt",
                     "red \x1b[31m alarm\x07 \xC2\x9B"
                     "31m\r\nsecond\tline\n");
        REQUIRE(run_eckart({"index", folder / "source", "-o", index, "--rank", "2", "--quiet"}).exit_code == 0);
    }

    Outcome search(std::vector<std::string> more) const {
        more.insert(more.begin(), {"search", index, "licence"});
        return run_eckart(more);
    }

    TemporaryFolder folder;
    std::string index;
};

const Archive& archive() {
    static const Archive made;
    return made;
}

}  // namespace

TEST_CASE("show prints a document with its fields and where it came from") {
    const Outcome people = run_eckart({"show", archive().index, "mail/1.eml"});
    const auto object = run_eckart({"show", archive().index, "mail/1.eml", "--json"}).objects().at(0);

    CHECK(people.exit_code == 0);
    CHECK(people.out.starts_with("document  mail/1.eml\ntitle     Which licence\npath      " +
                                 (archive().folder / "source/mail/1.eml") + "\nfolder    mail\ntype      mail\n"));
    CHECK(people.out.find("sender    Ada Lovelace <ada@example.org>\ndate      1993-04-20T12:00:00Z\n\nFrom: Ada") !=
          std::string::npos);
    CHECK(people.out.ends_with("\nWhich licence do we take?\n"));
    CHECK(object.at("document") == "mail/1.eml");
    CHECK(object.at("title") == "Which licence");
    CHECK(object.at("path") == archive().folder / "source/mail/1.eml");
    CHECK(object.at("text").get<std::string>().ends_with("\nWhich licence do we take?\n"));
    CHECK(object.at("date") == "1993-04-20T12:00:00Z");
    CHECK(object.at("copies").empty());
}

TEST_CASE("a field that is not known is null, and no line") {
    const Outcome people = run_eckart({"show", archive().index, "raw.txt"});
    const auto object = run_eckart({"show", archive().index, "raw.txt", "--json"}).objects().at(0);

    CHECK(object.at("sender").is_null());
    CHECK(object.at("folder").is_null());
    CHECK(people.out.find("sender") == std::string::npos);
}

TEST_CASE("control characters of a text do not reach the terminal, its lines and tabs do") {
    const Outcome people = run_eckart({"show", archive().index, "raw.txt"});
    const Outcome script = run_eckart({"show", archive().index, "raw.txt", "--json"});
    const auto object = script.objects().at(0);

    CHECK(script.out.find("\\u009b") != std::string::npos);
    CHECK(script.out.find("\xC2\x9B") == std::string::npos);
    CHECK(people.out.find("red  [31m alarm    31m\nsecond\tline\n") != std::string::npos);
    CHECK(people.out.find('\x1b') == std::string::npos);
    CHECK(people.out.find("\xC2\x9B") == std::string::npos);
    CHECK(object.at("text") ==
          "red \x1b[31m alarm\x07 \xC2\x9B"
          "31m\r\nsecond\tline\n");
}

TEST_CASE("an unknown document is refused with the nearest names") {
    const Outcome outcome = run_eckart({"show", archive().index, "mail/2.eml"});

    CHECK(outcome.exit_code == 4);
    CHECK(outcome.out.empty());
    CHECK(outcome.err.find("mail/1.eml") != std::string::npos);
}

TEST_CASE("copies of a text are one hit that names them, and --copies shows every document") {
    for (const char* mode : {"lexical", "hybrid", "latent"}) {
        CAPTURE(mode);
        const Outcome folded = archive().search({"--json", "--mode", mode});
        const Outcome every = archive().search({"--json", "--mode", mode, "--copies"});
        const auto is_copy = [](const std::string& id) {
            return id == "a/LICENSE" || id == "b/LICENSE" || id == "c/COPYING";
        };
        const auto folded_ids = shown_ids(folded), all_ids = shown_ids(every);

        CHECK(std::count_if(folded_ids.begin(), folded_ids.end(), is_copy) == 1);
        CHECK(std::count_if(all_ids.begin(), all_ids.end(), is_copy) == 3);
        CHECK(folded_ids.size() + 2 == all_ids.size());
        for (const auto& hit : folded.objects()) {
            std::vector<std::string> group = hit.at("copies");
            CHECK(std::is_sorted(group.begin(), group.end()));
            group.push_back(hit.at("document"));
            CHECK(group.size() == (is_copy(hit.at("document")) ? 3 : 1));
            CHECK(std::all_of(group.begin(), group.end(),
                              [&](const std::string& id) { return is_copy(id) == (group.size() == 3); }));
        }
        for (const auto& hit : every.objects()) CHECK_FALSE(hit.contains("copies"));
    }
}

TEST_CASE("people see the copies of a hit and the path of its file") {
    const Outcome outcome = archive().search({"--mode", "lexical"});

    CHECK(outcome.out.find("     " + (archive().folder / "source/a/LICENSE") + "\n     and 2 copies: ") !=
          std::string::npos);
}

TEST_CASE("a hit fills its page though copies of earlier ones are passed over") {
    TemporaryFolder folder;
    for (int i = 0; i < 60; ++i) folder.write("s/copy" + std::to_string(100 + i), "oar oar oar oar boat");
    for (int i = 0; i < 5; ++i) folder.write("s/own" + std::to_string(i), "an oar and sail " + std::to_string(i));
    REQUIRE(run_eckart({"index", folder / "s", "-o", folder / "i", "--rank", "2", "--quiet"}).exit_code == 0);

    const auto hits = run_eckart({"search", folder / "i", "oar", "-n", "4", "--json", "--mode", "lexical"}).objects();

    REQUIRE(hits.size() == 4);
    CHECK(hits[0].at("document") == "copy100");
    CHECK(hits[0].at("copies").size() == 59);
    for (std::size_t i = 1; i < 4; ++i) CHECK(hits[i].at("document").get<std::string>().starts_with("own"));
}

TEST_CASE("similar folds copies too, and never shows the document itself") {
    const auto similar = run_eckart({"similar", archive().index, "a/LICENSE", "--json"}).objects();

    REQUIRE(!similar.empty());
    CHECK(similar[0].at("document") == "b/LICENSE");
    CHECK(similar[0].at("copies") == std::vector<std::string>{"c/COPYING"});
    for (const auto& hit : similar) CHECK(hit.at("document") != "a/LICENSE");
}

TEST_CASE("run files rank every document, and evaluate measures what they rank") {
    const TemporaryFolder folder;
    const std::string queries = folder.write("q.tsv", "1\tlicence\n");
    const std::string qrels = folder.write("q.qrels", "1 0 a/LICENSE 1\n1 0 b/LICENSE 1\n1 0 c/COPYING 1\n");
    const Outcome run = run_eckart({"search", archive().index, "--queries", queries, "--format", "trec"});
    const auto of_index = run_eckart({"evaluate", archive().index, "--queries", queries, "--qrels", qrels, "--json"});
    const auto of_run =
        run_eckart({"evaluate", "--run", folder.write("run", run.out), "--qrels", qrels, "--json"}).objects();

    for (const char* document : {"a/LICENSE", "b/LICENSE", "c/COPYING"}) {
        CHECK(run.out.find(document) != std::string::npos);
    }
    REQUIRE(of_index.objects().size() == of_run.size());
    for (std::size_t i = 0; i < of_run.size(); ++i) CHECK(of_index.objects()[i] == of_run[i]);
    CHECK(run_eckart({"search", archive().index, "x", "--format", "trec", "--copies"}).exit_code == 2);
    CHECK(run_eckart({"search", archive().index, "x", "--format", "trec", "--facets", "type"}).exit_code == 2);
}

TEST_CASE("facets count the documents that hold a word of the query, the same in every mode") {
    for (const char* mode : {"lexical", "hybrid", "latent"}) {
        const auto objects =
            archive().search({"--json", "-n", "1", "--mode", mode, "--facets", "type,folder,language,year"}).objects();
        CAPTURE(mode);
        REQUIRE(objects.size() == 5);
        CHECK(objects[1] == nlohmann::json::parse(R"({"facet":"type","values":[{"value":"txt","documents":3},
            {"value":"mail","documents":1},{"value":"md","documents":1}],"unknown":0})"));
        CHECK(objects[2] == nlohmann::json::parse(R"({"facet":"folder","values":[{"value":"c","documents":2},
            {"value":"a","documents":1},{"value":"b","documents":1},{"value":"mail","documents":1}],"unknown":0})"));
        CHECK(objects[3].at("facet") == "language");
        CHECK(objects[4].at("values").back() == nlohmann::json::parse(R"({"value":"1993","documents":1})"));
    }
    const Outcome people = archive().search({"-n", "1", "--facets", "type"});
    CHECK(people.out.ends_with("\ntype: txt (3), mail (1), md (1)\n"));
    CHECK(run_eckart({"search", archive().index, "alarm", "--facets", "folder,sender"})
              .out.ends_with("folder: not known (1)\nsender: not known (1)\n"));
}

TEST_CASE("a facet that does not exist is refused with those that do") {
    const Outcome outcome = archive().search({"--facets", "type,color"});

    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err.find("'color'") != std::string::npos);
    CHECK(outcome.err.find("type, folder, language, sender, year") != std::string::npos);
}

TEST_CASE("a cluster is represented by different texts, and a map says which documents are copies") {
    const TemporaryFolder folder;
    const auto clusters = run_eckart({"cluster", archive().index, "-k", "1", "--summary", "--json"}).objects();
    const std::string map = folder / "map.tsv";
    REQUIRE(run_eckart({"map", archive().index, "-o", map, "--quiet"}).exit_code == 0);

    REQUIRE(!clusters.empty());
    CHECK(clusters[0].at("representative") != "b/LICENSE");
    CHECK(clusters[0].at("representative") != "c/COPYING");
    CHECK(read_file(map).find("\tLICENSE (copy of a/LICENSE)\n") != std::string::npos);
}
