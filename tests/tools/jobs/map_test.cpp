#include "tools/jobs/maps/map.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "engine/support/error.h"
#include "tests/tools/jobs/rows_on_disk.h"
#include "tools/jobs/clusters/cluster.h"
#include "tools/jobs/clusters/clustering_store.h"
#include "tools/jobs/maps/map_files.h"

using namespace eckart;
using namespace eckart::testing;
using jobs::MapClusters;
using jobs::MapResult;

namespace {

jobs::MapOptions by_components() {
    jobs::MapOptions options;
    options.layout.pca = true;
    return options;
}

}  // namespace

TEST_CASE("a map has a place, a name and a cluster for each row, and files in three forms") {
    const TemporaryFolder folder;
    const std::string source = write_rows(folder, "x.npy", grouped_rows(30));

    const MapResult made = jobs::map(source, {.clusters = MapClusters::number, .cluster_count = 3}, {});
    jobs::MapFiles files({folder / "m.html", folder / "m.svg", folder / "m.tsv"});
    files.write(made.picture);

    CHECK(made.picture.title == "x.npy");
    CHECK(made.picture.many == "rows");
    CHECK(made.picture.one == "row");
    CHECK(made.picture.ids.size() == 30);
    REQUIRE(made.picture.places.rows() == 30);
    CHECK(made.picture.described.size() == 3);
    for (std::size_t i = 3; i < 30; ++i) CHECK(made.picture.clusters[i] == made.picture.clusters[i % 3]);
    CHECK(made.layout.perplexity.value() <= 10);
    CHECK(made.notes.empty());
    CHECK(read_bytes(folder / "m.html").starts_with("<!doctype html>"));
    CHECK(read_bytes(folder / "m.svg").starts_with("<svg "));
    CHECK(read_bytes(folder / "m.tsv").starts_with("id\tx\ty\tcluster\ttitle\n0\t"));
}

TEST_CASE("rows far from zero lie on the map as the same rows at zero do") {
    const TemporaryFolder folder;
    const DenseMatrixF64 x = grouped_rows(60);
    const std::string near = write_rows(folder, "near.npy", x);
    const std::string far = write_rows(folder, "far.npy", moved(x, 1e9));

    const MapResult expected = jobs::map(near, by_components(), {}), found = jobs::map(far, by_components(), {});
    CHECK((found.picture.places - expected.picture.places).cwiseAbs().maxCoeff() <= 1e-3F);  // of places up to 60
    CHECK(found.picture.clusters == expected.picture.clusters);

    const MapResult neighbors = jobs::map(far, {}, {});
    CHECK(neighbors.layout.preserved.value() ==
          doctest::Approx(jobs::map(near, {}, {}).layout.preserved.value()).epsilon(0.1));
}

TEST_CASE("clusters may be stored ones or none, and an earlier map keeps its places") {
    const TemporaryFolder folder;
    const std::string source = write_rows(folder, "x.npy", grouped_rows(30));
    const jobs::Points points = jobs::read_points(source, "", {});
    jobs::save_clustering(folder / "x.clusters", jobs::cluster(points, {.fit = {.clusters = 2}}, {}).fitted, points,
                          {});

    jobs::MapOptions options = by_components();
    options.clusters = MapClusters::stored;
    options.clustering = folder / "x.clusters";
    const MapResult stored = jobs::map(source, options, {});
    CHECK(stored.picture.described.size() == 2);
    options.clusters = MapClusters::none;
    const MapResult none = jobs::map(source, options, {});
    CHECK(none.picture.described.empty());
    CHECK(std::count(none.picture.clusters.begin(), none.picture.clusters.end(), -1) == 30);

    jobs::MapFiles(std::vector<std::string>{folder / "m.tsv"}).write(none.picture);
    options.layout.pca = false;
    options.onto = folder / "m.tsv";
    const MapResult later = jobs::map(source, options, {});
    CHECK(later.layout.kept == 30);
    CHECK(later.picture.places == none.picture.places);
}

TEST_CASE("options out of range, parts that are not there and files of other kinds are refused") {
    const TemporaryFolder folder;
    const std::string source = write_rows(folder, "x.npy", grouped_rows(12));

    CHECK_THROWS_AS((void)jobs::map(source, {.layout = {.perplexity = 0}}, {}), UsageError);
    CHECK_THROWS_AS((void)jobs::map(source, {.layout = {.exaggeration = 0.5}}, {}), UsageError);
    CHECK_THROWS_AS((void)jobs::map(source, {.part = "users"}, {}), UsageError);
    CHECK_THROWS_AS(jobs::MapFiles(std::vector<std::string>{}), UsageError);
    CHECK_THROWS_AS(jobs::MapFiles({folder / "m.png"}), UsageError);
    CHECK_THROWS_AS(jobs::MapFiles({folder / "absent/m.svg"}), InputError);
}
