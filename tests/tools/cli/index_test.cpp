#include <doctest/doctest.h>

#include <algorithm>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

const std::string tiny_collection = R"({"_id": "a", "title": "Cars", "text": "The car has an engine and a wheel."})"
                                    "\n"
                                    R"({"_id": "b", "title": "Boats", "text": "The boat has an engine and a sail."})"
                                    "\n"
                                    R"({"_id": "c", "title": "Bread", "text": "Flour, water and salt make bread."})"
                                    "\n";

}  // namespace

TEST_CASE("index prints what it made, with the documented fields") {
    const TemporaryFolder folder;

    const Outcome outcome = run_eckart({"index", ECKART_SAMPLES, "-o", folder / "samples.idx", "--json"});
    const auto summary = outcome.objects().at(0);

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.err.empty());
    CHECK(summary.at("documents") == 24);
    CHECK(summary.at("terms").get<int>() > 500);
    CHECK(summary.at("nonzeros").get<int>() > 1000);
    CHECK(summary.at("rank").get<int>() >= 1);
    CHECK(summary.at("rank").get<int>() <= 24);
    CHECK(summary.at("energy").get<double>() > 0);
    CHECK(summary.at("energy").get<double>() <= 1.000001);
    CHECK(summary.at("max_residual").get<double>() <= 1e-2);
    CHECK(summary.at("seconds").get<double>() >= 0);
}

TEST_CASE("the same documents give the same bytes on 1, 2 and 4 threads") {
    const TemporaryFolder folder;

    for (const std::string threads : {"1", "2", "4"}) {
        const Outcome outcome =
            run_eckart({"index", ECKART_SAMPLES, "-o", folder / threads, "--threads", threads, "--quiet"});
        REQUIRE(outcome.exit_code == 0);
    }

    auto one = contents(folder.path() / "1"), two = contents(folder.path() / "2"), four = contents(folder.path() / "4");
    for (auto* files : {&one, &two, &four}) files->erase("LOCK");  // names the process that wrote
    CHECK(one.size() >= 3);
    CHECK(one == two);
    CHECK(one == four);
}

TEST_CASE("standard input is indexed") {
    const TemporaryFolder folder;
    RunOptions options;
    options.input = tiny_collection;

    const Outcome outcome = run_eckart({"index", "-", "--format", "jsonl", "-o", folder / "tiny", "--json"}, options);

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.objects().at(0).at("documents") == 3);
}

TEST_CASE("several sources make one index") {
    const TemporaryFolder folder;
    const std::string extra = folder.write("extra.jsonl", tiny_collection);

    const Outcome outcome = run_eckart({"index", ECKART_SAMPLES, extra, "-o", folder / "both", "--json"});

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.objects().at(0).at("documents") == 27);
}

TEST_CASE("a rank above what the matrix has is cut, and one that is no number is refused") {
    const TemporaryFolder folder;
    const std::string source = folder.write("tiny.jsonl", tiny_collection);

    const Outcome cut = run_eckart({"index", source, "-o", folder / "a", "--rank", "500", "--json"});
    const Outcome refused = run_eckart({"index", source, "-o", folder / "b", "--rank", "many"});

    CHECK(cut.exit_code == 0);
    CHECK(cut.objects().at(0).at("rank").get<int>() <= 3);
    CHECK(refused.exit_code == 2);
    CHECK(refused.err ==
          "eckart: 'many' is not a rank; write a number from 1 on, auto, profile, or energy: and a share, for "
          "example energy:0.3\n");
}

TEST_CASE("identical documents, one document and one term make indexes that answer") {
    const TemporaryFolder folder;
    const std::string line = "The lighthouse stands on the shore.\n";
    for (int i = 0; i < 5; ++i) folder.write("identical/" + std::to_string(i) + ".txt", line);
    folder.write("single/only.txt", line);
    folder.write("term/a.txt", "lighthouse\n");
    folder.write("term/b.txt", "lighthouse lighthouse\n");

    for (const std::string name : {"identical", "single", "term"}) {
        CAPTURE(name);
        const Outcome made = run_eckart({"index", folder / name, "-o", folder / (name + ".idx"), "--json"});
        REQUIRE(made.exit_code == 0);
        for (const std::string mode : {"hybrid", "lexical", "latent"}) {
            CAPTURE(mode);
            const Outcome found =
                run_eckart({"search", folder / (name + ".idx"), "lighthouse", "--mode", mode, "--json", "--copies"});
            CHECK(found.exit_code == 0);
            for (const auto& hit : found.objects()) CHECK(hit.at("score").is_number());  // NaN would print as null
            if (mode == "lexical")
                CHECK(found.objects().size() == made.objects().at(0).at("documents").get<std::size_t>());
        }
    }
}

TEST_CASE("a folder without documents is refused and leaves nothing behind") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder / "empty");
    folder.write("binary/picture.png", std::string("\x89PNG\r\n\x1a\n\0\0\0", 11));

    for (const std::string name : {"empty", "binary"}) {
        CAPTURE(name);
        const Outcome outcome = run_eckart({"index", folder / name, "-o", folder / "none.idx"});
        CHECK(outcome.exit_code == 3);
        CHECK(outcome.out.empty());
        CHECK(outcome.err.find(folder / name + ": found 0 documents") != std::string::npos);
        CHECK(!std::filesystem::exists(folder / "none.idx"));
    }
}

TEST_CASE("people read how large the index is and how search will rank, in three lines") {
    const TemporaryFolder folder;

    const Outcome outcome = run_eckart({"index", ECKART_SAMPLES, "-o", folder / "samples.idx"});

    CHECK(outcome.out.starts_with(folder / "samples.idx" + ": 24 documents, "));
    CHECK(outcome.out.find("\nranking: ") != std::string::npos);
    CHECK(outcome.out.find("% meaning (self-tested; details: eckart info)\n") != std::string::npos);
    CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 3);
}

TEST_CASE("columns of tables are taken by name and by number, and refused where there are none") {
    const TemporaryFolder folder;
    const std::string named = folder.write("a.csv", "sku,head,body\nk1,Boats,an oar and a sail\nk2,Bread,a loaf\n");
    const std::string bare = folder.write("b.tsv", "an oar and a sail\tk1\na loaf\tk2\n");
    const std::string text = folder.write("c.txt", "an oar\n");
    const auto first_hit = [&](const std::string& source, const std::string& columns) {
        const std::string index = folder / "docs.idx";
        REQUIRE(run_eckart({"index", source, "-o", index, "--columns", columns, "--quiet"}).exit_code == 0);
        return run_eckart({"search", index, "oar", "--json"}).objects().at(0);
    };

    const auto by_name = first_hit(named, "id=sku,title=head,text=body");
    CHECK(by_name.at("document") == "k1");
    CHECK(by_name.at("title") == "Boats");
    CHECK(first_hit(bare, "id=2,text=1").at("document") == "k1");
    for (const auto& [source, columns] : std::map<std::string, std::string>{{named, "sku"}, {text, "id=sku"}}) {
        CHECK(run_eckart({"index", source, "-o", folder / "no.idx", "--columns", columns}).exit_code == 2);
    }
    const Outcome missing = run_eckart({"index", named, "-o", folder / "no.idx", "--columns", "id=code"});
    CHECK(missing.exit_code == 3);
    CHECK(missing.err.find("found no column \"code\"") != std::string::npos);
}

TEST_CASE("a language that is not known is refused with those that are") {
    const TemporaryFolder folder;

    const Outcome outcome = run_eckart({"index", ECKART_SAMPLES, "-o", folder / "x.idx", "--language", "xx"});

    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err.starts_with("eckart: 'xx' is not a known language; use auto, none, "));
    CHECK(outcome.err.find(" en ") != std::string::npos);
    CHECK(!std::filesystem::exists(folder / "x.idx"));
}

TEST_CASE("the folders above the index are made") {
    const TemporaryFolder folder;
    const std::string source = folder.write("tiny.jsonl", tiny_collection), index = folder / "a/b/docs.idx";

    CHECK(run_eckart({"index", source, "-o", index, "--quiet"}).exit_code == 0);
    CHECK(run_eckart({"search", index, "bread", "--json"}).objects().at(0).at("document") == "c");
    CHECK(run_eckart({"index", folder / "nowhere", "-o", folder / "c/d.idx"}).exit_code == 3);
    CHECK(!std::filesystem::exists(folder / "c"));
}

TEST_CASE("a source that is not there is named") {
    const TemporaryFolder folder;

    const Outcome outcome = run_eckart({"index", folder / "nowhere", "-o", folder / "x.idx"});

    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err.find("nowhere") != std::string::npos);
}

TEST_CASE("a truncated record is refused with file and line, and the old index still answers") {
    const TemporaryFolder folder;
    const std::string good = folder.write("good.jsonl", tiny_collection);
    const std::string bad = folder.write("bad.jsonl", tiny_collection + R"({"_id": "d", "text": "cut sh)");
    REQUIRE(run_eckart({"index", good, "-o", folder / "docs.idx"}).exit_code == 0);

    const Outcome outcome = run_eckart({"index", bad, "-o", folder / "docs.idx"});

    CHECK(outcome.exit_code == 3);
    CHECK(outcome.err.find("bad.jsonl:4: ") != std::string::npos);
    CHECK(run_eckart({"search", folder / "docs.idx", "bread", "--json"}).objects().at(0).at("document") == "c");
}

TEST_CASE("progress in JSON is one object a line on standard error") {
    const TemporaryFolder folder;

    const Outcome outcome =
        run_eckart({"index", ECKART_SAMPLES, "-o", folder / "samples.idx", "--progress", "json", "--json"});

    std::istringstream lines(outcome.err);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
        const auto object = nlohmann::json::parse(line);
        CHECK(object.at("phase").is_string());
        CHECK(object.at("done").is_number_unsigned());
        CHECK(object.at("total").is_number_unsigned());
    }
    CHECK(count >= 3);
    CHECK(outcome.objects().size() == 1);
}

TEST_CASE("a bar is drawn only when asked for or on a terminal") {
    const TemporaryFolder folder;

    const Outcome drawn = run_eckart({"index", ECKART_SAMPLES, "-o", folder / "a", "--progress", "bar"});
    const Outcome silent = run_eckart({"index", ECKART_SAMPLES, "-o", folder / "b"});

    CHECK(drawn.err.find("\r\x1b[K") != std::string::npos);
    CHECK(silent.err.find('\r') == std::string::npos);
}

TEST_CASE("plan reads the columns that index would read") {
    const TemporaryFolder folder;
    const std::string table = folder.write("a.csv", "sku,body\nk1,an oar and a sail\nk2,a loaf\n");

    CHECK(run_eckart({"plan", table, "--columns", "id=sku,text=body", "--json"}).objects().at(0).at("documents") == 2);
    CHECK(run_eckart({"plan", table, "--columns", "id=code", "--json"}).exit_code == 3);
    CHECK(run_eckart({"plan", table, "--columns", "id=sku", "--cluster", "2"}).exit_code == 2);
}

TEST_CASE("plan says what indexing would take, as an estimate from a sample") {
    const Outcome outcome = run_eckart({"plan", ECKART_SAMPLES, "--json"});
    const auto plan = outcome.objects().at(0);

    CHECK(outcome.exit_code == 0);
    CHECK(plan.at("documents") == 24);
    CHECK(plan.at("memory").get<std::uint64_t>() > 0);
    CHECK(plan.at("seconds").get<double>() > 0);
    CHECK(plan.at("sampled_fraction").get<double>() == doctest::Approx(1));
}
