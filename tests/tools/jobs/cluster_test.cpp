#include "tools/jobs/clusters/cluster.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "tests/tools/jobs/rows_on_disk.h"
#include "tools/jobs/clusters/assign.h"
#include "tools/jobs/clusters/clustering_store.h"

using namespace eckart;
using namespace eckart::testing;
using jobs::cluster;
using jobs::Clustering;
using jobs::ClusterResult;
using jobs::Points;
using jobs::read_points;

namespace {

constexpr double far_away = 1e9;

std::vector<std::string> codes_of(const jobs::Notes& notes) {
    std::vector<std::string> codes;
    for (const Note& note : notes) codes.push_back(note.code);
    return codes;
}

/// Whether rows of one group, and only these, share a label.
bool are_groups(const std::vector<std::int32_t>& labels) {
    for (std::size_t i = 0; i < labels.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if ((labels[i] == labels[j]) != (i % 3 == j % 3)) return false;
        }
    }
    return true;
}

}  // namespace

TEST_CASE("a clustering has its groups, figures, labels and measures") {
    const TemporaryFolder folder;
    const Points points = read_points(write_rows(folder, "x.npy", grouped_rows(31)), "", {});
    std::string classes;
    for (int row = 0; row < 30; ++row) classes += std::to_string(row) + "\t" + std::string(1, "abc"[row % 3]) + "\n";
    write_bytes(folder / "classes", classes + "nobody\ta\n");

    const ClusterResult result =
        cluster(points, {.fit = {.clusters = 3}, .classes = folder / "classes", .silhouette = true}, {});
    const Clustering& clustering = result.fitted.clustering;

    CHECK(are_groups(clustering.placement.labels));
    REQUIRE(clustering.size() == 3);
    CHECK(clustering.clusters[0].size == 11);
    CHECK(clustering.clusters[0].representatives.size() == 5);
    CHECK(clustering.clusters[0].label == points.label(clustering.clusters[0].representatives[0]) + ", " +
                                              points.label(clustering.clusters[0].representatives[1]) + ", " +
                                              points.label(clustering.clusters[0].representatives[2]) + ", " +
                                              points.label(clustering.clusters[0].representatives[3]) + ", " +
                                              points.label(clustering.clusters[0].representatives[4]));
    CHECK(result.fitted.options.starts == 8);
    CHECK(result.fitted.closeness > 0.95);
    REQUIRE(result.agreement);
    CHECK(result.agreement->n == 30);
    CHECK(result.agreement->ari == 1);
    REQUIRE(result.silhouette);
    CHECK(result.silhouette->n == 31);
    CHECK(result.silhouette->mean > 0.8);
    CHECK(codes_of(result.notes) == std::vector<std::string>{"rows-without-class", "classes-without-row"});
    CHECK(result.notes[0].text == "1 row has no class and is not measured");
}

TEST_CASE("without a number the most stable one is taken, and what was tried is told") {
    const TemporaryFolder folder;
    const Points points = read_points(write_rows(folder, "x.npy", grouped_rows(60)), "", {});

    const ClusterResult result = cluster(points, {}, {});

    CHECK(result.fitted.clustering.size() == most_stable(result.fitted.tried).clusters);
    CHECK(result.fitted.tried[1].stability == doctest::Approx(1));  // three groups are there in any half
    CHECK(result.fitted.tried.front().clusters == 2);
    CHECK(result.fitted.tried.back().clusters == 12);  // five rows each
}

TEST_CASE("rows far from zero are clustered as the same rows at zero are") {
    const TemporaryFolder folder;
    const DenseMatrixF64 x = grouped_rows(60);
    const Points near = read_points(write_rows(folder, "near.npy", x), "", {});
    const Points far = read_points(write_rows(folder, "far.npy", moved(x, far_away)), "", {});

    for (const bool centered : {false, true}) {
        CAPTURE(centered);
        const jobs::ClusterOptions options = {.fit = {.clusters = 3, .centered = centered}, .silhouette = true};
        const ClusterResult expected = cluster(near, options, {}), found = cluster(far, options, {});

        CHECK(are_groups(found.fitted.clustering.placement.labels));
        CHECK(found.fitted.kmeans.inertia == doctest::Approx(expected.fitted.kmeans.inertia).epsilon(1e-6));
        CHECK(found.fitted.closeness == doctest::Approx(expected.fitted.closeness).epsilon(1e-6));
        CHECK(found.silhouette->mean == doctest::Approx(expected.silhouette->mean).epsilon(1e-6));
        CHECK(found.notes.empty());
    }
}

TEST_CASE("a stored clustering of rows far from zero has its centroids where the rows are, and takes new rows") {
    const TemporaryFolder folder;
    const DenseMatrixF64 x = moved(grouped_rows(60), far_away);
    const std::string path = write_rows(folder, "far.npy", x);
    const Points points = read_points(path, "", {});
    const ClusterResult result = cluster(points, {.fit = {.clusters = 3}}, {});
    jobs::save_clustering(folder / "far.clusters", result.fitted, points, {});

    const Clustering opened = jobs::open_clustering(folder / "far.clusters");
    CHECK(opened.space.offset == points.offset);
    CHECK(opened.centroids.isApprox(result.fitted.clustering.centroids, 1e-6F));
    const StoreReader store = StoreReader::open(folder / "far.clusters", jobs::clustering_kind);
    const MappedArray<double> stored(store.file("centroids.npy"), {3, 3});
    for (Eigen::Index c = 0; c < 3; ++c) {
        Eigen::RowVector3d mean = Eigen::RowVector3d::Zero();
        double members = 0;
        for (Eigen::Index i = 0; i < x.rows(); ++i) {
            if (opened.placement.labels[static_cast<std::size_t>(i)] != c) continue;
            mean += x.row(i);
            ++members;
        }
        const Eigen::Map<const Eigen::RowVector3d> centroid(stored.values().data() + 3 * c);
        CHECK((centroid - mean / members).cwiseAbs().maxCoeff() <= 1e-5);
    }

    // The rows that were clustered, and a few of them, which have other offsets of their own.
    const jobs::Assigned again = jobs::assign(folder / "far.clusters", path, {}, {});
    CHECK(again.placement.labels == result.fitted.clustering.placement.labels);
    CHECK(again.placement.distances[7] ==
          doctest::Approx(result.fitted.clustering.placement.distances[7]).epsilon(1e-5));
    const jobs::Assigned few =
        jobs::assign(folder / "far.clusters", write_rows(folder, "few.npy", x.topRows(4)), {}, {});
    CHECK(few.placement.labels[3] == again.placement.labels[3]);
    CHECK(few.placement.distances[3] == doctest::Approx(again.placement.distances[3]).epsilon(1e-5));
}

TEST_CASE("a clustering about the mean is stored far from zero too") {
    const TemporaryFolder folder;
    const std::string path = write_rows(folder, "far.npy", moved(grouped_rows(60), far_away));
    const Points points = read_points(path, "", {});
    const ClusterResult result = cluster(points, {.fit = {.clusters = 3, .centered = true}}, {});
    jobs::save_clustering(folder / "far.clusters", result.fitted, points, {});

    const jobs::Assigned again = jobs::assign(folder / "far.clusters", path, {}, {});

    CHECK(again.placement.labels == result.fitted.clustering.placement.labels);
    CHECK(again.placement.distances == result.fitted.clustering.placement.distances);
}

TEST_CASE("directions of rows far from zero are told to say little") {
    const TemporaryFolder folder;
    const Points far = read_points(write_rows(folder, "far.npy", moved(grouped_rows(30), far_away)), "", {});
    const Points near = read_points(write_rows(folder, "near.npy", moved(grouped_rows(30), 1)), "", {});

    CHECK(codes_of(cluster(far, {.fit = {.clusters = 1, .spherical = true}}, {}).notes) ==
          std::vector<std::string>{"far-from-zero"});
    CHECK(cluster(near, {.fit = {.clusters = 1, .spherical = true}}, {}).notes.empty());
}

TEST_CASE("what cannot be clustered as asked for is refused") {
    const TemporaryFolder folder;
    const Points points = read_points(write_rows(folder, "x.npy", grouped_rows(6)), "", {});
    write_bytes(folder / "x.svm", "1 1:2\n2 2:3\n");
    const Points sparse = read_points(folder / "x.svm", "", {});

    CHECK(message_of<UsageError>([&] {
              (void)cluster(points, {.fit = {.clusters = 7}}, {});
          }).ends_with("x.npy has 6 rows"));
    CHECK_THROWS_AS((void)cluster(points, {.fit = {.clusters = 2, .rank = 4}}, {}), UsageError);
    CHECK_THROWS_AS((void)cluster(points, {.fit = {.clusters = 3, .minibatch = 2}}, {}), UsageError);
    CHECK_THROWS_AS((void)cluster(points, {.fit = {.clusters = 2}, .classes = "source"}, {}), UsageError);
    CHECK_THROWS_AS((void)cluster(points, {}, {}), UsageError);  // too few to choose a number
    CHECK_THROWS_AS((void)cluster(points, {.fit = {.clusters = 2}}, {.memory = {.bytes = 1000}}), MemoryError);
    CHECK_THROWS_AS((void)cluster(sparse, {.fit = {.clusters = 1}, .silhouette = true}, {}), UsageError);
    CHECK_THROWS_AS((void)cluster(sparse, {.fit = {.clusters = 1, .centered = true}}, {}), UsageError);
    CHECK(cluster(sparse, {.fit = {.clusters = 2}, .classes = "source"}, {}).agreement->ari == 1);
}
