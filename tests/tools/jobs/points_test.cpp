#include "tools/jobs/points/points.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tests/tools/jobs/rows_on_disk.h"

using namespace eckart;
using namespace eckart::testing;
using jobs::counted;
using jobs::PointKind;
using jobs::Points;
using jobs::read_points;

TEST_CASE("rows of a table have its ids, a place in their order, and labels without control characters") {
    const TemporaryFolder folder;
    write_bytes(folder / "x.csv", "id,a,b\nz,1,2\na\x1b[31m,3,4\nm,5,6\n");

    const Points points = read_points(folder / "x.csv", "", {});

    CHECK(points.kind == PointKind::rows);
    CHECK(points.size() == 3);
    CHECK(points.width() == 2);
    CHECK(points.ids == std::vector<std::string>{"z", "a\x1b[31m", "m"});
    CHECK(points.places() == std::vector<std::int32_t>{2, 0, 1});
    CHECK(points.label(1) == "a [31m");
    CHECK(points.offset.size() == 0);
    CHECK(points.dense()(2, 1) == 6);
}

TEST_CASE("rows without ids are numbered, and those of an array may have them beside it") {
    const TemporaryFolder folder;
    const std::string path = write_rows(folder, "x.npy", grouped_rows(2));
    CHECK(read_points(path, "rows", {}).ids == std::vector<std::string>{"0", "1"});

    write_bytes(folder / "x_ids.csv", "id,title\np,First\nq,\n");
    const Points named = read_points(path, "", {});
    CHECK(named.ids == std::vector<std::string>{"p", "q"});
    CHECK(named.label(0) == "First");
    CHECK(named.label(1) == "q");

    write_bytes(folder / "x_ids.csv", "id,title\np,First\n");
    CHECK_THROWS_AS((void)read_points(path, "", {}), InputError);
    write_bytes(folder / "x_ids.csv", "id,title\np,First\np,Second\n");
    CHECK(message_of<InputError>([&] { (void)read_points(path, "", {}); }).ends_with("two rows have the id 'p'"));
    CHECK_THROWS_AS((void)read_points(path, "documents", {}), UsageError);
}

TEST_CASE("columns far from zero are read less an offset, and rows at even distances keep it") {
    const TemporaryFolder folder;
    const DenseMatrixF64 x = moved(grouped_rows(30), 1e9);

    const Points points = read_points(write_rows(folder, "x.npy", x), "", {});
    const Points some = some_points(points, 10);

    REQUIRE(points.offset.size() == 3);
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
        CHECK(points.dense().row(i).cast<double>() + points.offset.transpose() == x.row(i));
    }
    CHECK(some.offset == points.offset);
    CHECK(some.size() == 10);
    CHECK(some.dense().row(1) == points.dense().row(3));
    CHECK(some.ids[1] == "3");
}

TEST_CASE("a bound on memory is kept, and counts agree with their nouns") {
    const TemporaryFolder folder;
    const std::string path = write_rows(folder, "x.npy", grouped_rows(50));

    CHECK_THROWS_AS((void)read_points(path, "", {.memory = {.bytes = 1000}}), MemoryError);
    CHECK(counted(1, PointKind::documents) == "1 document");
    CHECK(counted(2, PointKind::rows) == "2 rows");
    CHECK(counted(0, PointKind::items) == "0 items");
}
