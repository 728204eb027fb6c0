#include <doctest/doctest.h>

#include <cmath>
#include <csignal>
#include <filesystem>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

std::string made_index(const TemporaryFolder& folder) {
    const std::string index = folder / "docs.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--rank", "6", "--quiet"}).exit_code == 0);
    return index;
}

std::string made_model(const TemporaryFolder& folder) {
    const std::string model = folder / "films.model", ratings = std::string(ECKART_RATINGS) + "/ratings.csv";
    REQUIRE(run_eckart({"train", ratings, "-o", model, "--model", "als:factors=4", "--quiet"}).exit_code == 0);
    return model;
}

/// What `factorize` makes of a matrix file by SVD of rank 3.
nlohmann::json svd_of(const std::string& file) {
    const Outcome outcome = run_eckart({"factorize", file, "--rank", "3", "--method", "svd", "--json"});
    CAPTURE(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    return outcome.objects().at(0);
}

std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    for (const auto& [name, content] : contents(folder)) names.push_back(name);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a part is the same matrix in every format, read again by factorize") {
    const TemporaryFolder folder;
    const std::string index = made_index(folder), out = folder / "out";
    const auto exported = [&](const std::string& format) {
        CHECK(run_eckart({"export", index, "--part", "documents", "--format", format, "-o", out}).exit_code == 0);
    };
    for (const std::string format : {"npy", "csv", "word2vec", "projector", "matrix-market"}) exported(format);

    CHECK(names_in(out) == Names{"documents.csv", "documents.mtx", "documents.npy", "documents.vec",
                                 "documents_ids.csv", "metadata.tsv", "vectors.tsv"});
    const auto expected = svd_of(out + "/documents.npy").at("objective");
    for (const std::string name : {"documents.csv", "documents.vec", "vectors.tsv", "documents.mtx"}) {
        CAPTURE(name);
        CHECK(svd_of(out + "/" + name).at("objective") == expected);
    }
    CHECK(read_file(out + "/metadata.tsv").starts_with("name\ttitle\ncars/buying-used.md\tBuying a used vehicle\n"));
    CHECK(read_file(out + "/documents_ids.csv").starts_with("id,title\ncars/buying-used.md,Buying a used vehicle\n"));
}

TEST_CASE("the weighted matrix of an index is what its SVD was made of") {
    const TemporaryFolder folder;
    const std::string index = folder / "docs.idx", out = folder / "out";
    const Outcome made = run_eckart({"index", ECKART_SAMPLES, "-o", index, "--rank", "6", "--quiet", "--json"});
    REQUIRE(made.exit_code == 0);
    REQUIRE(run_eckart({"export", index, "--format", "matrix-market", "-o", out}).exit_code == 0);

    CHECK(names_in(out) == Names{"documents_ids.csv", "matrix.mtx", "terms_ids.csv"});
    const Outcome outcome = run_eckart({"factorize", out + "/matrix.mtx", "--rank", "6", "--method", "svd", "--json"});
    const double lost = std::pow(outcome.objects().at(0).at("relative_error").get<double>(), 2);
    CHECK(1 - lost == doctest::Approx(made.objects().at(0).at("energy").get<double>()).epsilon(1e-4));
}

TEST_CASE("a model gives its items, its users and its ratings") {
    const TemporaryFolder folder;
    const std::string model = made_model(folder), out = folder / "out";
    const auto exported = [&](const std::string& part) {
        const Outcome outcome = run_eckart({"export", model, "--part", part, "-o", out, "--json"});
        CAPTURE(outcome.err);
        REQUIRE(outcome.exit_code == 0);
        return outcome.objects().at(0).at("file").get<std::string>();
    };

    CHECK(exported("items") == "items.npy");
    CHECK(exported("users") == "users.npy");
    CHECK(exported("ratings") == "ratings.mtx");
    CHECK(names_in(out) == Names{"items.npy", "items_ids.csv", "ratings.mtx", "users.npy", "users_ids.csv"});
    const std::string head = read_file(out + "/ratings.mtx").substr(0, 80);
    CHECK(head.find(" 6000\n") != std::string::npos);  // as many as the samples have
    CHECK(svd_of(out + "/ratings.mtx").at("rank") == 3);
}

TEST_CASE("a part that is not there, or does not go with the format, is an error and leaves nothing") {
    const TemporaryFolder folder;
    const std::string index = made_index(folder), model = made_model(folder), out = folder / "out";
    const auto refused = [&](const std::string& store, const std::string& part, const std::string& format) {
        const Outcome outcome = run_eckart({"export", store, "--part", part, "--format", format, "-o", out});
        CHECK(outcome.exit_code == 2);
        CHECK_FALSE(std::filesystem::exists(out));
        return outcome.err;
    };

    CHECK(refused(index, "ratings", "npy").find("is an index and has no ratings; it has matrix") != std::string::npos);
    CHECK(refused(model, "matrix", "npy").find("is a model and has no matrix; it has ratings") != std::string::npos);
    CHECK(refused(index, "items", "npy").find("has no items") != std::string::npos);
    CHECK(refused(index, "matrix", "csv").find("use the format matrix-market") != std::string::npos);
}

TEST_CASE("an export that is interrupted changes no file that was there") {
    const TemporaryFolder folder;
    const std::string model = made_model(folder), out = folder / "out";
    REQUIRE(run_eckart({"export", model, "--part", "items", "--format", "csv", "-o", out}).exit_code == 0);
    const auto before = contents(out);

    const Outcome outcome = run_eckart_and_signal(
        {"export", model, "--part", "items", "--format", "csv", "-o", out, "--progress", "json"}, 1, SIGINT);

    CHECK((outcome.exit_code == 130 || outcome.exit_code == 0));
    CHECK(contents(out) == before);
}
