#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <set>

#include "tools/cli/films.h"
#include "tools/cli/run_program.h"

using namespace eckart::testing;
using nlohmann::json;

namespace {

using Line = std::vector<std::string>;

/// The samples, indexed once for all tests of this file.
struct ClusterSamples {
    TemporaryFolder folder;
    std::string index;

    ClusterSamples() : index(folder / "samples.idx") {
        REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--quiet"}).exit_code == 0);
    }
};

const std::string& cluster_samples() {
    static const ClusterSamples made;
    return made.index;
}

/// Two groups of three points each, far from each other, with names.
const std::string points =
    "name,x,y\n"
    "a1,0,0\na2,0,1\na3,1,0\n"
    "b1,10,10\nb2,10,11\nb3,12,10\n";

Outcome cluster(const std::string& source, Line more) {
    Line line = {"cluster", source};
    line.insert(line.end(), more.begin(), more.end());
    return run_eckart(line);
}

std::map<std::string, int> labels_of(const Outcome& outcome) {
    std::map<std::string, int> labels;
    for (const json& object : outcome.objects()) {
        if (object.contains("id")) labels[object["id"]] = object["cluster"];
    }
    return labels;
}

double measure(const Outcome& outcome, const std::string& metric) {
    for (const json& object : outcome.objects()) {
        if (object.value("metric", "") == metric) return object["value"];
    }
    return std::nan("");
}

json summary_of(const Outcome& outcome, int number) {
    for (const json& object : outcome.objects()) {
        if (object.contains("size") && object["cluster"] == number) return object;
    }
    return {};
}

}  // namespace

TEST_CASE("rows of a file go to the nearer of two centroids, which are the means of their groups") {
    const TemporaryFolder folder;
    const std::string file = folder.write("points.csv", points);

    const Outcome outcome = cluster(file, {"-k", "2", "--json"});
    const auto labels = labels_of(outcome);

    REQUIRE(outcome.exit_code == 0);
    REQUIRE(labels.size() == 6);
    CHECK(labels.at("a1") == 0);  // of two clusters of one size that with the first row is the first
    CHECK(labels.at("a2") == 0);
    CHECK(labels.at("a3") == 0);
    CHECK(labels.at("b1") == 1);
    CHECK(labels.at("b2") == 1);
    CHECK(labels.at("b3") == 1);
    // (0,0) from the mean (1/3, 1/3)
    CHECK(outcome.objects().at(0).at("distance").get<double>() == doctest::Approx(std::sqrt(2.0) / 3).epsilon(1e-6));
}

TEST_CASE("one cluster is the mean of all rows") {
    const TemporaryFolder folder;
    const std::string file = folder.write("points.csv", points);

    const Outcome outcome = cluster(file, {"-k", "1", "--json", "--summary"});

    REQUIRE(outcome.exit_code == 0);
    REQUIRE(outcome.objects().size() == 1);
    CHECK(summary_of(outcome, 0).at("size") == 6);
}

TEST_CASE("as many clusters as rows leave no distance, and more are refused") {
    const TemporaryFolder folder;
    const std::string file = folder.write("points.csv", points);

    const Outcome all = cluster(file, {"-k", "6", "--json"});
    const Outcome more = cluster(file, {"-k", "7"});

    REQUIRE(all.exit_code == 0);
    for (const json& row : all.objects()) CHECK(row.at("distance") == 0);
    CHECK(more.exit_code == 2);
    CHECK(more.err.find("7 clusters are too many") != std::string::npos);
    CHECK(more.err.find("has 6 rows") != std::string::npos);
}

TEST_CASE("equal rows make one cluster whatever is asked for, and the answer says so") {
    const TemporaryFolder folder;
    const std::string file = folder.write("equal.csv", "1,2\n1,2\n1,2\n1,2\n");

    for (const Line& how : {Line{}, Line{"--spherical", "yes"}, Line{"--spherical", "yes", "--centred"}}) {
        Line line = {"-k", "3", "--json", "--summary"};
        line.insert(line.end(), how.begin(), how.end());
        const Outcome outcome = cluster(file, line);

        REQUIRE(outcome.exit_code == 0);
        REQUIRE(outcome.objects().size() == 1);
        CHECK(summary_of(outcome, 0).at("size") == 4);
        CHECK(outcome.err.find("1 cluster instead of 3") != std::string::npos);
    }
}

TEST_CASE("a row of zeros has no direction: by cosine it is in the largest cluster, and the answer says so") {
    const TemporaryFolder folder;
    const std::string file = folder.write("zeros.csv", "name,x,y\nz,0,0\na,1,0\nb,2,0.1\nc,3,0\nd,0,1\ne,0.1,2\n");

    const Outcome outcome = cluster(file, {"-k", "2", "--spherical", "yes", "--json"});

    REQUIRE(outcome.exit_code == 0);
    CHECK(labels_of(outcome).at("z") == labels_of(outcome).at("a"));
    CHECK(outcome.objects().at(0).at("fallback") == "no direction");
    CHECK(outcome.objects().at(0).at("distance") == 1);
    CHECK(!outcome.objects().at(1).contains("fallback"));
    CHECK(outcome.err.find("1 of 6 rows has no direction") != std::string::npos);
    CHECK(cluster(folder.write("all.csv", "0,0\n0,0\n"), {"-k", "1", "--spherical", "yes"}).exit_code == 3);
}

TEST_CASE("documents of six folders come together as in the folders, labelled by words that stand in them") {
    const Outcome outcome = cluster(cluster_samples(), {"-k", "6", "--labels", "folder", "--json", "--summary"});

    REQUIRE(outcome.exit_code == 0);
    CHECK(measure(outcome, "nmi") > 0.5);
    CHECK(measure(outcome, "ari") > 0.3);
    CHECK(measure(outcome, "v-measure") == doctest::Approx(measure(outcome, "nmi")).epsilon(1e-9));
    std::int64_t documents = 0;
    for (int number = 0; number < 6; ++number) {
        const json one = summary_of(outcome, number);
        documents += one.at("size").get<std::int64_t>();
        CHECK(!one.at("label").get<std::string>().empty());
        CHECK(one.at("representative").is_string());
    }
    CHECK(documents == static_cast<std::int64_t>(labels_of(cluster(cluster_samples(), {"-k", "2", "--json"})).size()));
}

TEST_CASE("for people, cluster prints a table, and measures when they are asked for") {
    const Outcome outcome = cluster(cluster_samples(), {"-k", "3", "--labels", "folder", "--silhouette", "--quiet"});

    REQUIRE(outcome.exit_code == 0);
    CHECK(outcome.out.find("in 3 clusters, by cosine") != std::string::npos);
    CHECK(outcome.out.find("nearest to the centroid") != std::string::npos);
    CHECK(outcome.out.find("nmi ") != std::string::npos);
    CHECK(outcome.out.find("silhouette ") != std::string::npos);
}

TEST_CASE("the same clusters come out for any number of threads and every method") {
    const std::string wanted = cluster(cluster_samples(), {"-k", "4", "--json", "--threads", "1"}).out;

    CHECK(cluster(cluster_samples(), {"-k", "4", "--json", "--threads", "2"}).out == wanted);
    CHECK(cluster(cluster_samples(), {"-k", "4", "--json", "--threads", "4"}).out == wanted);
    CHECK(cluster(cluster_samples(), {"-k", "4", "--json", "--method", "hamerly"}).out == wanted);
    CHECK(cluster(cluster_samples(), {"-k", "4", "--json", "--method", "yinyang"}).out == wanted);
}

TEST_CASE("auto finds the two groups of a file, and prints what it chose from") {
    const TemporaryFolder folder;
    std::string rows;
    for (int i = 0; i < 24; ++i) {
        const double x = i % 2 == 0 ? 0 : 50, angle = 0.7 * i;
        rows += std::to_string(x + std::cos(angle)) + "," + std::to_string(std::sin(angle)) + "\n";
    }
    const std::string file = folder.write("groups.csv", rows);

    const Outcome outcome = cluster(file, {"-k", "auto", "--json", "--summary"});
    std::vector<std::int64_t> chosen;
    std::size_t tried = 0;
    for (const json& object : outcome.objects()) {
        if (!object.contains("k")) continue;
        ++tried;
        if (object["chosen"]) chosen.push_back(object["k"]);
    }

    REQUIRE(outcome.exit_code == 0);
    CHECK(tried == 3);  // 2 to a fifth of the rows
    CHECK(chosen == std::vector<std::int64_t>{2});
    CHECK(summary_of(outcome, 0).at("size") == 12);
    CHECK(cluster(folder.write("few.csv", "1,2\n3,4\n5,6\n"), {"-k", "auto"}).exit_code == 2);
}

TEST_CASE("terms, items and users are clustered and labelled, and models without vectors are named") {
    const TemporaryFolder folder;
    const std::string model = film_model(folder, {"--model", "als", "--factors", "2"});
    const std::string likes = film_model(folder, {"--model", "popular"});

    const Outcome terms = cluster(cluster_samples(), {"-k", "3", "--part", "terms", "--json", "--summary"});
    CHECK(terms.exit_code == 0);
    CHECK(summary_of(terms, 0).at("label").get<std::string>().find(", ") != std::string::npos);

    film_model(folder, {"--model", "als", "--factors", "2"});
    const Outcome items = cluster(model, {"-k", "2", "--json"});
    REQUIRE(items.exit_code == 0);
    CHECK(labels_of(items).size() == 6);
    const Outcome users = cluster(model, {"-k", "2", "--part", "users", "--json", "--summary"});
    REQUIRE(users.exit_code == 0);
    CHECK(summary_of(users, 0).at("size").get<int>() + summary_of(users, 1).at("size").get<int>() == 6);

    film_model(folder, {"--model", "popular"});
    const Outcome none = cluster(likes, {"-k", "2"});
    CHECK(none.exit_code == 2);
    CHECK(none.err.find("popular has no vectors of items") != std::string::npos);
}

TEST_CASE("a part that a source has not is refused with those that it has") {
    const TemporaryFolder folder;
    const std::string file = folder.write("points.csv", points);

    const Outcome index = cluster(cluster_samples(), {"-k", "2", "--part", "items"});
    CHECK(index.exit_code == 2);
    CHECK(index.err.find("is an index and has no items; it has documents and terms") != std::string::npos);
    CHECK(cluster(file, {"-k", "2", "--part", "documents"}).exit_code == 2);
    CHECK(cluster(folder / "absent", {"-k", "2"}).exit_code == 3);
    CHECK(cluster(folder.write("empty.csv", ""), {"-k", "2"}).exit_code == 3);
    for (const char* k : {"0", "-1", "two", "2.5", ""}) CHECK(cluster(file, {"-k", k}).exit_code == 2);
    CHECK(cluster(file, {"-k", "2", "--rank", "3"}).exit_code == 2);
    CHECK(cluster(folder.write("nan.csv", "1,2\nnan,4\n"), {"-k", "1"}).exit_code == 3);
}

TEST_CASE("an index without a latent space has nothing to cluster") {
    const TemporaryFolder folder;
    const std::string text = folder.write("one/only.txt", "a single document of a few words");
    REQUIRE(run_eckart({"index", folder / "one", "-o", folder / "one.idx", "--quiet"}).exit_code == 0);

    const Outcome outcome = cluster(folder / "one.idx", {"-k", "1"});

    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err.find("has no latent space") != std::string::npos);
}

TEST_CASE("a file of classes may lack rows and name others, but not give one row two classes") {
    const TemporaryFolder folder;
    const std::string file = folder.write("points.csv", points);
    const auto with = [&](const std::string& content) {
        return cluster(file, {"-k", "2", "--json", "--labels", folder.write("classes", content)});
    };

    const Outcome whole = with("a1 one\na2 one\na3\tone\nb1 two\nb2 two\nb3 two\n");
    REQUIRE(whole.exit_code == 0);
    CHECK(measure(whole, "nmi") == doctest::Approx(1));
    CHECK(measure(whole, "purity") == 1);

    const Outcome part = with("a1 one\nb1 two\nb1 two\nzz two\n");
    REQUIRE(part.exit_code == 0);
    CHECK(measure(part, "ari") == 1);
    CHECK(part.err.find("4 rows have no class") != std::string::npos);
    CHECK(part.err.find("1 of the classes names no row here") != std::string::npos);

    const Outcome twice = with("a1 one\na1 two\n");
    CHECK(twice.exit_code == 3);
    CHECK(twice.err.find("classes:2:") != std::string::npos);
    CHECK(with("a1\n").exit_code == 3);
    CHECK(with("zz one\n").exit_code == 3);
    CHECK(cluster(file, {"-k", "2", "--labels", "folder"}).exit_code == 2);
    CHECK(cluster(file, {"-k", "2", "--labels", "source"}).exit_code == 2);
}

TEST_CASE("sparse rows are clustered like the same rows written out, and their classes come with the file") {
    const TemporaryFolder folder;
    const std::string sparse =
        folder.write("points.svm", "x 1:1\nx 1:1.5 2:0.1\nx 1:2\ny 2:7\ny 2:7.5 3:1\ny 1:0.2 2:8\n");
    const std::string dense = folder.write("points.csv", "1,0,0\n1.5,0.1,0\n2,0,0\n0,7,0\n0,7.5,1\n0.2,8,0\n");

    for (const char* spherical : {"yes", "no"}) {
        const Line how = {"-k", "2", "--json", "--spherical", spherical};
        CHECK(labels_of(cluster(sparse, how)) == labels_of(cluster(dense, how)));
    }
    CHECK(measure(cluster(sparse, {"-k", "2", "--json", "--labels", "source"}), "nmi") == doctest::Approx(1));
    CHECK(cluster(sparse, {"-k", "2", "--centred"}).exit_code == 2);
    CHECK(cluster(sparse, {"-k", "2", "--silhouette"}).exit_code == 2);
}

TEST_CASE("a stored clustering is a store that info and verify know, with the rows it was made of") {
    const TemporaryFolder folder;
    const std::string file = folder.write("points.csv", points), store = folder / "points.clusters";

    const Outcome made = cluster(file, {"-k", "2", "-o", store, "--assignments", folder / "rows.tsv", "--quiet"});

    REQUIRE(made.exit_code == 0);
    CHECK(run_eckart({"verify", store}).exit_code == 0);
    const auto info = run_eckart({"info", store, "--json"}).objects().at(0);
    CHECK(info.at("clusters") == 2);
    CHECK(info.at("rows") == 6);
    CHECK(info.at("manifest").at("certificate").at("converged") == true);
    CHECK(read_file(folder / "rows.tsv").starts_with("id\tcluster\tdistance\na1\t0\t0.471405\n"));
    CHECK(run_eckart({"search", store, "word"}).exit_code == 3);
}

TEST_CASE("assign puts the rows that were clustered, and new ones, where the nearest centroid is") {
    const TemporaryFolder folder;
    const std::string file = folder.write("points.csv", points), store = folder / "points.clusters";
    const Outcome made = cluster(file, {"-k", "2", "-o", store, "--json"});

    const Outcome same = run_eckart({"assign", store, file, "--json"});
    const Outcome fresh = run_eckart({"assign", store, folder.write("new.csv", "9,9\n-1,2\n"), "--json"});
    const Outcome wide = run_eckart({"assign", store, folder.write("wide.csv", "1,2,3\n")});

    CHECK(same.out == made.out);
    REQUIRE(fresh.objects().size() == 2);
    CHECK(fresh.objects().at(0) == json{{"id", "0"}, {"cluster", 1}, {"distance", fresh.objects()[0]["distance"]}});
    CHECK(fresh.objects().at(1).at("cluster") == 0);
    CHECK(wide.exit_code == 2);
    CHECK(wide.err.find("has 3 columns") != std::string::npos);
    CHECK(run_eckart({"assign", file, file}).exit_code == 3);
}

TEST_CASE("documents of the index and the same as new ones get the clusters they have, other indexes are refused") {
    const TemporaryFolder folder;
    const std::string store = folder / "samples.clusters";
    const Outcome made = cluster(cluster_samples(), {"-k", "6", "-o", store, "--json"});
    REQUIRE(made.exit_code == 0);

    const Outcome same = run_eckart({"assign", store, cluster_samples(), "--json"});
    CHECK(labels_of(same) == labels_of(made));
    CHECK(same.objects().at(0).at("distance").get<double>() ==
          doctest::Approx(made.objects().at(0).at("distance").get<double>()).epsilon(1e-5));

    const Outcome folded = run_eckart({"assign", store, ECKART_SAMPLES, "--json"});
    REQUIRE(folded.exit_code == 0);
    CHECK(labels_of(folded) == labels_of(made));

    const std::string empty = folder.write("new/empty.txt", "...\n");
    const Outcome lost = run_eckart({"assign", store, empty, "--json"});
    REQUIRE(lost.exit_code == 0);
    CHECK(lost.objects().at(0).at("fallback") == "no direction");

    REQUIRE(run_eckart(
                {"index", ECKART_SAMPLES, "-o", folder / "other.idx", "--rank", "5", "--weighting", "bm25", "--quiet"})
                .exit_code == 0);
    CHECK(run_eckart({"assign", store, folder / "other.idx"}).exit_code == 2);
    CHECK(run_eckart({"assign", store, ECKART_SAMPLES, "--index", folder / "other.idx"}).exit_code == 2);
    CHECK(run_eckart({"assign", store, cluster_samples(), "--format", "jsonl"}).exit_code == 2);
}

TEST_CASE("a single pass in batches finds two groups that lie far apart, and needs a row a cluster in each batch") {
    const TemporaryFolder folder;
    const std::string file = folder.write("points.csv", points);

    const Outcome outcome = cluster(file, {"-k", "2", "--minibatch", "4", "--json"});

    REQUIRE(outcome.exit_code == 0);
    CHECK(labels_of(outcome) == labels_of(cluster(file, {"-k", "2", "--json"})));
    CHECK(cluster(file, {"-k", "3", "--minibatch", "2"}).exit_code == 2);
    CHECK(cluster(cluster_samples(), {"-k", "3", "--minibatch", "10", "--json"}).exit_code == 0);
}

TEST_CASE("points in time, which float32 cannot tell apart, are clustered, stored and assigned") {
    const TemporaryFolder folder;
    const std::string times = folder.write("times.csv", "at\n1500000000\n1500000001\n1500000090\n1500000092\n");
    const std::string later = folder.write("later.csv", "at\n1500000003\n1500000080\n");
    const std::string store = folder / "times.clusters";

    const Outcome outcome = cluster(times, {"-k", "2", "-o", store, "--json"});
    const Outcome assigned = run_eckart({"assign", store, later, "--json"});

    REQUIRE(outcome.exit_code == 0);
    CHECK(labels_of(outcome) == std::map<std::string, int>{{"0", 0}, {"1", 0}, {"2", 1}, {"3", 1}});
    CHECK(outcome.objects().at(3).at("distance") == 1);
    CHECK(outcome.err == "");
    REQUIRE(assigned.exit_code == 0);
    CHECK(labels_of(assigned) == std::map<std::string, int>{{"0", 0}, {"1", 1}});
    CHECK(assigned.objects().at(0).at("distance") == 2.5);
    CHECK(assigned.objects().at(1).at("distance") == 11);
    CHECK(run_eckart({"verify", store}).exit_code == 0);
}

TEST_CASE("the older spelling of --centered is understood and not shown") {
    const TemporaryFolder folder;
    const std::string file = folder.write("points.csv", points);

    CHECK(cluster(file, {"-k", "2", "--centred"}).out == cluster(file, {"-k", "2", "--centered"}).out);
    CHECK(run_eckart({"cluster", "-h"}).out.find("--centred") == std::string::npos);
}

TEST_CASE("a memory bound is kept") {
    const Outcome outcome = cluster(cluster_samples(), {"-k", "2", "--memory", "1M"});

    CHECK(outcome.exit_code == 6);
}
