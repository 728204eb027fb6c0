#include <doctest/doctest.h>

#include "tools/run_program.h"

using namespace eckart::testing;

namespace {

/// The samples, indexed with an inverted file.
struct Samples {
    TemporaryFolder folder;
    std::string index;
    Outcome made;

    Samples()
        : index(folder / "samples.idx"),
          made(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--neighbors", "ivf", "--progress", "none"})) {
        REQUIRE(made.exit_code == 0);
    }
};

const Samples& samples() {
    static const Samples made;
    return made;
}

}  // namespace

TEST_CASE("index --neighbors ivf says what it made and how well it does; info keeps the recall") {
    CHECK(samples().made.out.find("neighbors: ivf of ") != std::string::npos);
    CHECK(samples().made.out.find(" of the ten nearest in ") != std::string::npos);

    const Outcome info = run_eckart({"info", samples().index, "--json"});

    const auto neighbors = info.objects().at(0).at("manifest").at("neighbors");
    CHECK(neighbors.at("method") == "ivf");
    CHECK(neighbors.at("recall").get<double>() >= 0.98);
    CHECK(run_eckart({"verify", samples().index}).exit_code == 0);
}

TEST_CASE("a small index answers alike by its inverted file and by reading all vectors") {
    for (const char* mode : {"hybrid", "latent"}) {
        const auto search = [&](const char* how) {
            return run_eckart({"search", samples().index, "sharp knife", "--mode", mode, "--neighbors", how, "--json"})
                .out;
        };
        CHECK_FALSE(search("exact").empty());
        CHECK(search("ivf") == search("exact"));
        CHECK(search("auto") == search("exact"));
        const auto similar = [&](const char* how) {
            return run_eckart(
                       {"similar", samples().index, "kitchen/knives.md", "--mode", mode, "--neighbors", how, "--json"})
                .out;
        };
        CHECK(similar("ivf") == similar("exact"));
    }
}

TEST_CASE("what an index does not have, and what means nothing, is refused") {
    const Outcome other = run_eckart({"search", samples().index, "knife", "--neighbors", "ivf-pq"});
    CHECK(other.exit_code == 2);
    CHECK(other.err.find("eckart index --neighbors ivf-pq") != std::string::npos);
    CHECK(run_eckart({"search", samples().index, "knife", "--mode", "lexical", "--neighbors", "ivf"}).exit_code == 2);
    CHECK(run_eckart({"search", samples().index, "knife", "--neighbors", "faiss"}).exit_code == 2);
    CHECK(run_eckart({"similar", samples().index, "kitchen/knives.md", "--mode", "lexical", "--neighbors", "ivf"})
              .exit_code == 2);
}
