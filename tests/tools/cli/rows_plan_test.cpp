// What plan says of cluster, map and factorize.

#include <doctest/doctest.h>

#include <cmath>
#include <sstream>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

/// Rows around five centres, as a table.
std::string table(int rows, int columns) {
    std::ostringstream text;
    text.precision(6);
    for (int i = 0; i < rows; ++i) {
        for (int j = 0; j < columns; ++j) {
            text << (j > 0 ? "," : "") << 4 * std::sin(1.7 * (i % 5) + j) + std::sin(12.9 * i + 78.2 * j + i * j);
        }
        text << "\n";
    }
    return text.str();
}

std::string coordinates(int rows, int columns) {
    std::ostringstream text;
    text << "%%MatrixMarket matrix coordinate real general\n" << rows << " " << columns << " " << 2 * rows << "\n";
    for (int i = 0; i < rows; ++i) {
        text << i + 1 << " " << i % columns + 1 << " 1.5\n"
             << i + 1 << " " << (i * i + 1) % (columns - 1) + 1 << " 2\n";
    }
    return text.str();
}

nlohmann::json planned(std::vector<std::string> line) {
    line.insert(line.begin(), "plan");
    line.insert(line.end(), {"--json", "--progress", "none"});
    const Outcome outcome = run_eckart(line);
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    return outcome.objects().at(0);
}

double measured_peak(const std::vector<std::string>& line) {
    const Outcome outcome = run_eckart(line);
    REQUIRE(outcome.exit_code == 0);
    return outcome.peak_memory;
}

/// A sanitizer's own memory is no part of a plan.
#ifdef ECKART_SANITIZED
const doctest::skip skipped_where_sanitized(true);
#else
const doctest::skip skipped_where_sanitized(false);
#endif

}  // namespace

TEST_CASE("plan says what clustering would take, and the run stays below it" * skipped_where_sanitized) {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table(20'000, 24));

    const auto plan = planned({file, "--cluster", "40"});

    CHECK(plan.at("rows") == 20'000);
    CHECK(plan.at("dimensions") == 24);
    CHECK(plan.at("clusters") == 40);
    CHECK(plan.at("seconds").get<double>() > 0);
    CHECK(measured_peak({"cluster", file, "-k", "40", "--progress", "none"}) <= plan.at("memory").get<double>());
}

TEST_CASE("plan says what a map would take, and the run stays below it" * skipped_where_sanitized) {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table(3'000, 24));

    const auto plan = planned({file, "--map"});

    CHECK(plan.at("rows") == 3'000);
    CHECK(plan.at("clusters") == 18);
    CHECK(plan.at("seconds").get<double>() > 0);
    CHECK(measured_peak({"map", file, "-o", folder / "x.html", "--progress", "none"}) <=
          plan.at("memory").get<double>());
}

TEST_CASE("plan says what factorizing would take, and the run stays below it" * skipped_where_sanitized) {
    const TemporaryFolder folder;
    for (const std::string& file :
         {folder.write("x.csv", table(4'000, 30)), folder.write("x.mtx", coordinates(4'000, 300))}) {
        CAPTURE(file);
        const auto plan = planned({file, "--factorize", "6"});

        CHECK(plan.at("rows") == 4'000);
        CHECK(plan.at("rank") == 6);
        CHECK(plan.at("seconds").get<double>() > 0);
        CHECK(measured_peak({"factorize", file, "--rank", "6", "--progress", "none"}) <=
              plan.at("memory").get<double>());
    }
}

TEST_CASE("a rank above the matrix is planned as the highest there is") {
    const TemporaryFolder folder;

    CHECK(planned({folder.write("x.mtx", coordinates(60, 20)), "--factorize", "5000"}).at("rank") == 20);
}

TEST_CASE("plans are of an index and of a model, too, by their parts") {
    const TemporaryFolder folder;
    const std::string index = folder / "samples.idx", model = folder / "films.model";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--quiet"}).exit_code == 0);
    REQUIRE(run_eckart({"train", ECKART_RATINGS, "--model", "als", "-o", model, "--quiet"}).exit_code == 0);

    CHECK(planned({index, "--cluster", "4"}).at("documents") == 24);
    CHECK(planned({index, "--map", "--part", "terms"}).at("terms").get<int>() > 24);
    CHECK(planned({model, "--cluster", "4"}).at("items") == 112);
    CHECK(planned({model, "--map", "--part", "users"}).at("users") == 300);
}

TEST_CASE("a plan past the bound is printed without a time, and ends with code 6") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table(300, 150));
    for (const std::string work : {"--cluster=150", "--map", "--factorize=6"}) {
        CAPTURE(work);
        const Outcome outcome = run_eckart({"plan", file, work, "--json", "--memory", "33M"});

        CHECK(outcome.exit_code == 6);
        CHECK(outcome.objects().at(0).at("memory").get<double>() > 33e6);
        CHECK(outcome.objects().at(0).at("seconds").is_null());
    }
}

TEST_CASE("what does not go together is refused") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table(20, 4));
    const auto refused = [&](std::vector<std::string> line) {
        line.insert(line.begin(), {"plan", file});
        return run_eckart(line).exit_code;
    };

    CHECK(refused({"--cluster", "3", "--map"}) == 2);
    CHECK(refused({"--factorize", "3", "--model", "als"}) == 2);
    CHECK(refused({"--factorize", "3", "--part", "rows"}) == 2);
    CHECK(refused({"--cluster", "3", "--rank", "7"}) == 2);
    CHECK(refused({"--map", file}) == 2);
    CHECK(refused({"--cluster", "21"}) == 2);
    CHECK(refused({"--cluster", "0"}) == 2);
    CHECK(refused({"--map", "--part", "items"}) == 2);
}
