#include "tools/jobs/plans/plan.h"

#include <doctest/doctest.h>

#include <cmath>

#include "engine/support/error.h"
#include "tests/engine/matrix/random_matrices.h"
#include "tests/engine/storage/temporary_folder.h"
#include "tools/jobs/plans/index_plan.h"
#include "tools/jobs/plans/plan_estimate.h"
#include "tools/jobs/plans/rows_plan.h"

using namespace eckart;
using namespace eckart::jobs;
using namespace eckart::testing;

TEST_CASE("time is read off the line through two parts, which never falls") {
    CHECK(extrapolated_seconds(100, {20, 3}, {10, 2}) == doctest::Approx(11));
    CHECK(extrapolated_seconds(100, {20, 3}, {10, 4}) == 3);
}

TEST_CASE("rows are worked on in two parts, or as a whole if they are few") {
    std::vector<std::int64_t> asked;
    const auto seconds_for = [&](std::int64_t count) {
        asked.push_back(count);
        return 1 + 0.5 * static_cast<double>(count);
    };

    CHECK(seconds_for_rows(1000, 40, seconds_for) == doctest::Approx(501));
    CHECK(asked == std::vector<std::int64_t>{40, 10});
    asked.clear();
    CHECK(seconds_for_rows(40, 40, seconds_for) == 21);
    CHECK(asked.front() == 40);
    CHECK(std::isfinite(seconds_for_rows(5, 1, seconds_for)));
}

TEST_CASE("a part has the entries that are wanted, as few rows as allowed and no more than there are") {
    CHECK(part_rows(1000, 100'000, 5'000, 10) == 50);
    CHECK(part_rows(1000, 100'000, 5'000, 80) == 80);
    CHECK(part_rows(30, 100, 5'000, 80) == 30);
    CHECK(part_rows(30, 0, 5'000, 1) == 30);
}

TEST_CASE("a plan that counts the program is held against the bound as it is, another with the program beside it") {
    Plan plan{.work = PlannedWork::cluster, .subject = "x.npy", .memory = 50'000'000, .with_program = true};
    CHECK_NOTHROW(require_memory(plan, {.memory = {50'000'000}}));
    CHECK(message_of<MemoryError>([&] {
              require_memory(plan, {.memory = {40'000'000}});
          }).starts_with("clustering x.npy needs 50 MB"));

    plan.with_program = false;
    CHECK_THROWS_AS(require_memory(plan, {.memory = {50'000'000}}), MemoryError);
    CHECK_NOTHROW(require_memory(plan, {.memory = {50'000'000 + program_bytes}}));
}

TEST_CASE("plans of clustering and of a map say what the source has") {
    const TemporaryFolder folder;
    std::string text;
    const DenseMatrix x = random_panel<float>(50, 3, 4);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        text.append(std::to_string(x(i, 0))).append(",").append(std::to_string(x(i, 1))).append(",1\n");
    }
    write_bytes(folder / "x.csv", text);

    const Plan clustering = plan_clustering(folder / "x.csv", "", 4, {});
    const Plan map = plan_map(folder / "x.csv", "", {});

    CHECK(clustering.sizes.at(0).name == "rows");
    CHECK(clustering.sizes.at(0).count == 50);
    CHECK(clustering.sizes.at(2).count == 4);
    CHECK(clustering.seconds.has_value());
    CHECK(map.memory > program_bytes);
    CHECK(map.seconds.has_value());
    CHECK_THROWS_AS(static_cast<void>(plan_clustering(folder / "x.csv", "", 51, {})), UsageError);
    CHECK_THROWS_AS(static_cast<void>(plan_clustering(folder / "x.csv", "items", 4, {})), UsageError);
    CHECK_FALSE(plan_map(folder / "x.csv", "", {.memory = {map.memory - 1}}).seconds.has_value());
}

TEST_CASE("a plan of indexing scales what the first documents took") {
    const Plan plan = plan_index({ECKART_SAMPLES}, {}, {}, {});

    CHECK(name(plan.work) == "index");
    CHECK(plan.sizes.at(0).name == "documents");
    CHECK(plan.sizes.at(0).count == 24);
    REQUIRE(plan.sample.has_value());
    CHECK(plan.sample->documents == 24);
    CHECK(plan.sample->fraction == 1);
    CHECK(plan.disk.value_or(0) > 0);
    CHECK(plan.text.value_or(0) > 0);
    CHECK(plan.memory > 0);
    CHECK_THROWS_AS(static_cast<void>(plan_index({"/no/such/folder"}, {}, {}, {})), InputError);
}
