#include <doctest/doctest.h>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

/// The samples, indexed with an inverted file.
struct NeighborsSamples {
    TemporaryFolder folder;
    std::string index;
    Outcome made;

    NeighborsSamples()
        : index(folder / "samples.idx"),
          made(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--neighbors", "ivf", "--progress", "none"})) {
        REQUIRE(made.exit_code == 0);
    }
};

const NeighborsSamples& neighbors_samples() {
    static const NeighborsSamples made;
    return made;
}

}  // namespace

TEST_CASE("index --neighbors ivf says what it made and how well it does; info keeps the recall") {
    CHECK(neighbors_samples().made.out.find("neighbors: ivf of ") != std::string::npos);
    CHECK(neighbors_samples().made.out.find(" of the ten nearest in ") != std::string::npos);

    const Outcome info = run_eckart({"info", neighbors_samples().index, "--json"});

    const auto neighbors = info.objects().at(0).at("manifest").at("neighbors");
    CHECK(neighbors.at("method") == "ivf");
    CHECK(neighbors.at("recall").get<double>() >= 0.98);
    CHECK(run_eckart({"verify", neighbors_samples().index}).exit_code == 0);
}

TEST_CASE("a small index answers alike by its inverted file and by reading all vectors") {
    for (const char* mode : {"hybrid", "latent"}) {
        const auto search = [&](const char* how) {
            return run_eckart({"search", neighbors_samples().index, "sharp knife", "--mode", mode, "--neighbors", how,
                               "--json"})
                .out;
        };
        CHECK_FALSE(search("exact").empty());
        CHECK(search("ivf") == search("exact"));
        CHECK(search("auto") == search("exact"));
        const auto similar = [&](const char* how) {
            return run_eckart({"similar", neighbors_samples().index, "kitchen/knives.md", "--mode", mode, "--neighbors",
                               how, "--json"})
                .out;
        };
        CHECK(similar("ivf") == similar("exact"));
    }
}

TEST_CASE("what an index does not have, and what means nothing, is refused") {
    const Outcome other = run_eckart({"search", neighbors_samples().index, "knife", "--neighbors", "ivf-pq"});
    CHECK(other.exit_code == 2);
    CHECK(other.err.find("eckart index --neighbors ivf-pq") != std::string::npos);
    CHECK(run_eckart({"search", neighbors_samples().index, "knife", "--mode", "lexical", "--neighbors", "ivf"})
              .exit_code == 2);
    CHECK(run_eckart({"search", neighbors_samples().index, "knife", "--neighbors", "faiss"}).exit_code == 2);
    CHECK(run_eckart(
              {"similar", neighbors_samples().index, "kitchen/knives.md", "--mode", "lexical", "--neighbors", "ivf"})
              .exit_code == 2);
}

TEST_CASE("train --cells ivf says what it made, and recommend answers by it as by all scores") {
    const TemporaryFolder folder;
    const std::string model = folder / "films.model";
    const Outcome made =
        run_eckart({"train", ECKART_RATINGS, "--model", "als", "-o", model, "--cells", "ivf", "--quiet"});
    const auto recommend = [&](std::vector<std::string> options) {
        options.insert(options.begin(), {"recommend", model, "--json"});
        const Outcome outcome = run_eckart(options);
        CHECK(outcome.exit_code == 0);
        return outcome.out;
    };

    CHECK(made.out.find("items: ivf of ") != std::string::npos);
    const auto neighbors = run_eckart({"info", model, "--json"}).objects().at(0).at("manifest").at("neighbors");
    CHECK(neighbors.at("method") == "ivf");
    CHECK(neighbors.at("recall").get<double>() >= 0.98);
    CHECK(run_eckart({"verify", model}).exit_code == 0);
    for (const std::vector<std::string>& whom : {std::vector<std::string>{"--user", "17", "--why"},
                                                 {"--users", "all"},
                                                 {"--user", "17", "--only", "comedy"}}) {
        const auto by = [&](const char* how) {
            std::vector<std::string> line = whom;
            line.insert(line.end(), {"--neighbors", how});
            return recommend(line);
        };
        CHECK(by("ivf") == by("auto"));
    }
    CHECK(recommend({"--user", "17", "-n", "1", "--neighbors", "ivf"}) ==
          recommend({"--user", "17", "-n", "1", "--neighbors", "exact"}));
}

TEST_CASE("cells that a model has not, or cannot have, are refused with what to do") {
    const TemporaryFolder folder;
    const std::string model = folder / "films.model";
    const auto refusal = [](const std::vector<std::string>& line) {
        const Outcome outcome = run_eckart(line);
        CHECK(outcome.exit_code == 2);
        return outcome.err;
    };
    const auto trained = [&](const std::string& kind) {
        REQUIRE(run_eckart({"train", ECKART_RATINGS, "-o", model, "--model", kind, "--quiet"}).exit_code == 0);
    };

    trained("als");
    CHECK(refusal({"recommend", model, "--user", "17", "--neighbors", "ivf"}).find("eckart train --cells ivf") !=
          std::string::npos);
    const std::string candidates = folder.write("some", "1\n");
    CHECK(refusal({"recommend", model, "--user", "17", "--neighbors", "ivf", "--candidates", candidates})
              .find("--candidates") != std::string::npos);
    trained("bias");
    CHECK(refusal({"recommend", model, "--user", "17", "--neighbors", "ivf"}).find("als, sgd") != std::string::npos);
    CHECK(refusal({"train", ECKART_RATINGS, "-o", model, "--model", "bias", "--cells", "ivf"})
              .find("the scores of bias") != std::string::npos);
    CHECK(run_eckart({"recommend", model, "--user", "17", "--neighbors", "exact"}).exit_code == 0);
    CHECK(run_eckart({"recommend", model, "--user", "17", "--neighbors", "ivf-pq"}).exit_code == 2);
}
