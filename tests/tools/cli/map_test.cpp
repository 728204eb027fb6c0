#include <doctest/doctest.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "tools/cli/run_program.h"

using namespace eckart::testing;
namespace fs = std::filesystem;

namespace {

std::string samples_index(const TemporaryFolder& folder) {
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", folder / "docs.idx", "--quiet"}).exit_code == 0);
    return folder / "docs.idx";
}

struct Place {
    std::string x, y, cluster, title;
};

/// The rows of a map's table by id.
std::map<std::string, Place> table(const std::string& path) {
    std::istringstream text(read_file(path));
    std::string line;
    std::getline(text, line);
    CHECK(line == "id\tx\ty\tcluster\ttitle");
    std::map<std::string, Place> places;
    while (std::getline(text, line)) {
        std::istringstream fields(line);
        std::string id;
        Place place;
        std::getline(fields, id, '\t');
        std::getline(fields, place.x, '\t');
        std::getline(fields, place.y, '\t');
        std::getline(fields, place.cluster, '\t');
        std::getline(fields, place.title, '\t');
        places[id] = place;
    }
    return places;
}

Outcome map_of(const std::string& source, const std::string& output, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"map", source, "-o", output};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_eckart(arguments);
}

/// "r7".
template <class Number>
std::string named(const char* kind, Number number) {
    std::string name = kind;
    return name.append(std::to_string(number));
}

/// A CSV of `count` rows in two groups far apart.
std::string groups(int count, int first = 0) {
    std::string text = "id,a,b,c\n";
    for (int i = first; i < first + count; ++i) {
        const int far = i % 2 == 0 ? 0 : 100;
        text += named("r", i);
        for (const int value : {far + i % 7, far + i % 5, i % 3}) text.append(",").append(std::to_string(value));
        text += "\n";
    }
    return text;
}

/// How often `what` stands in `text`.
std::size_t times(const std::string& text, const std::string& what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++count;
    return count;
}

}  // namespace

TEST_CASE("one run writes a page, a picture and a table of an index") {
    const TemporaryFolder folder;
    const std::string index = samples_index(folder);

    const Outcome outcome = run_eckart({"map", index, "-o", folder / "m.html", "-o", folder / "m.svg", "-o",
                                        folder / "m.tsv", "--clusters", "6", "--json"});

    REQUIRE(outcome.exit_code == 0);
    const auto summary = outcome.objects().at(0);
    CHECK(summary["points"] == 24);
    CHECK(summary["clusters"] == 6);
    CHECK(summary["preserved"].get<double>() > 0.4);
    const auto places = table(folder / "m.tsv");
    CHECK(places.size() == 24);
    CHECK(places.at("cars/flat-tyre.md").title == "Changing a flat tyre");
    const std::string page = read_file(folder / "m.html");
    CHECK(page.starts_with("<!doctype html>"));
    CHECK(page.find("default-src 'none'") != std::string::npos);
    CHECK(times(page, "http") == 1);  // the word of its meta element, and no address
    const std::string svg = read_file(folder / "m.svg");
    CHECK(svg.starts_with("<svg "));
    CHECK(times(svg, "h0") == 24);    // a dot each
    CHECK(times(svg, "<text") > 15);  // names, and labels of clusters, as far as there is room
}

TEST_CASE("neighbors by meaning are neighbors on the map") {
    const TemporaryFolder folder;
    const std::string index = samples_index(folder);
    REQUIRE(map_of(index, folder / "m.tsv").exit_code == 0);
    const auto places = table(folder / "m.tsv");
    const auto distance = [&](const std::string& a, const std::string& b) {
        return std::hypot(std::stod(places.at(a).x) - std::stod(places.at(b).x),
                          std::stod(places.at(a).y) - std::stod(places.at(b).y));
    };
    const double near = distance("cars/flat-tyre.md", "cars/winter-driving.md");
    CHECK(near < distance("cars/flat-tyre.md", "kitchen/bread.md"));
    CHECK(near < distance("cars/flat-tyre.md", "sea/tides.md"));
}

TEST_CASE("the same map for any number of threads, and another for another seed") {
    const TemporaryFolder folder;
    const std::string matrix = folder.write("m.csv", groups(1200));
    std::vector<std::string> pages;
    for (const char* threads : {"1", "2", "4"}) {
        REQUIRE(map_of(matrix, folder / "m.html", {"--threads", threads, "--iterations", "60"}).exit_code == 0);
        pages.push_back(read_file(folder / "m.html"));
    }
    CHECK(pages[0] == pages[1]);
    CHECK(pages[0] == pages[2]);
    REQUIRE(map_of(matrix, folder / "m.html", {"--seed", "2", "--iterations", "60"}).exit_code == 0);
    CHECK(read_file(folder / "m.html") != pages[0]);
}

TEST_CASE("terms of an index, items and users of a model, and any matrix have maps") {
    const TemporaryFolder folder;
    const std::string index = samples_index(folder), model = folder / "films.model";
    REQUIRE(run_eckart({"train", ECKART_RATINGS, "--model", "als", "-o", model, "--quiet"}).exit_code == 0);

    CHECK(map_of(index, folder / "m.tsv", {"--part", "terms", "--iterations", "20"}).exit_code == 0);
    CHECK(table(folder / "m.tsv").contains("automobil"));
    CHECK(map_of(model, folder / "m.tsv", {"--iterations", "20"}).exit_code == 0);
    CHECK(table(folder / "m.tsv").size() == 112);
    CHECK(map_of(model, folder / "m.tsv", {"--part", "users", "--iterations", "20"}).exit_code == 0);
    CHECK(table(folder / "m.tsv").size() == 300);
    CHECK(map_of(folder.write("m.csv", groups(30)), folder / "m.tsv", {"--layout", "pca"}).exit_code == 0);
    CHECK(table(folder / "m.tsv").size() == 30);
    const std::string sparse = folder.write("m.mtx",
                                            "%%MatrixMarket matrix coordinate real general\n4 5 5\n1 1 1\n2 "
                                            "2 3\n3 1 1\n3 5 2\n4 4 1\n");
    CHECK(map_of(sparse, folder / "m.tsv").exit_code == 0);
    CHECK(table(folder / "m.tsv").size() == 4);
    const Outcome wrong = map_of(model, folder / "m.tsv", {"--part", "terms"});
    CHECK(wrong.exit_code == 2);
    CHECK(wrong.err.find("has no terms") != std::string::npos);
}

TEST_CASE("what an old map shows stays exactly there, and new rows land among their like") {
    const TemporaryFolder folder;
    const std::string old = folder.write("old.csv", groups(60)), more = folder.write("more.csv", groups(64));
    REQUIRE(run_eckart({"map", old, "-o", folder / "old.tsv", "-o", folder / "old.html"}).exit_code == 0);
    const auto before = table(folder / "old.tsv");

    for (const char* kind : {"old.tsv", "old.html"}) {
        CAPTURE(kind);
        const Outcome outcome = map_of(more, folder / "new.tsv", {"--onto", folder / kind, "--json"});
        REQUIRE(outcome.exit_code == 0);
        CHECK(outcome.objects().at(0)["kept"] == 60);
        CHECK(outcome.objects().at(0)["placed"] == 4);
        const auto after = table(folder / "new.tsv");
        for (const auto& [id, place] : before) {
            CHECK(after.at(id).x == place.x);
            CHECK(after.at(id).y == place.y);
        }
        const auto distance = [&](const std::string& a, const std::string& b) {
            return std::hypot(std::stod(after.at(a).x) - std::stod(after.at(b).x),
                              std::stod(after.at(a).y) - std::stod(after.at(b).y));
        };
        double own = 0, other = 0;
        for (int i = 0; i < 60; ++i) (i % 2 == 0 ? own : other) += distance("r62", named("r", i)) / 30;
        CHECK(own < other);
    }
    const Outcome none =
        map_of(folder.write("x.csv", "id,a\nz1,1\nz2,2\n"), folder / "n.tsv", {"--onto", folder / "old.tsv"});
    CHECK(none.exit_code == 2);
    CHECK(none.err.find("the earlier map has none of the 2 rows") != std::string::npos);
}

TEST_CASE("an old map that cannot be read is refused with its line") {
    const TemporaryFolder folder;
    const std::string matrix = folder.write("m.csv", groups(10));
    const std::map<std::string, std::string> bad = {
        {"nothing here", "columns id, x and y"},
        {"id\tx\ty\nr0\t1\n", ":2: found 2 columns"},
        {"id\tx\ty\nr0\t1\tfar\n", ":2: found 'far', expected a number"},
        {"id\tx\ty\nr0\t1\tnan\n", ":2: found a place that is not finite"},
        {"id\tx\ty\nr0\t1\t2\nr0\t1\t3\n", ":3: found an id twice"},
        {"id\tx\ty\n", "found no places"},
        {"<!doctype html><p>", "found no map-places"},
        {"<!doctype html><script type=\"application/x-eckart\" id=\"map-places\">AA!A</script><script "
         "type=\"application/x-eckart\" id=\"map-ids\">cjA=</script>",
         "not base64"},
        {"<!doctype html><script type=\"application/x-eckart\" id=\"map-places\">AAAA</script><script "
         "type=\"application/x-eckart\" id=\"map-ids\">cjA=</script>",
         "found 1 ids and 3 bytes of places"}};

    for (const auto& entry : bad) {
        const std::string &content = entry.first, &message = entry.second;
        CAPTURE(content);
        const Outcome outcome = map_of(matrix, folder / "m.tsv", {"--onto", folder.write("old", content)});
        CHECK(outcome.exit_code == 3);
        CHECK(outcome.err.find(message) != std::string::npos);
        CHECK_FALSE(fs::exists(folder / "m.tsv"));
    }
    CHECK(map_of(matrix, folder / "m.tsv", {"--onto", folder / "absent.tsv"}).exit_code == 3);
    CHECK(map_of(matrix, folder / "m.tsv", {"--onto", folder.path().string()}).exit_code == 3);
}

TEST_CASE("one row, two, equal ones, zeros, and a perplexity above their number have maps") {
    const TemporaryFolder folder;
    const std::map<std::string, std::size_t> matrices = {{"id,a,b\nx,1,2\n", 1},
                                                         {"id,a,b\nx,1,2\ny,3,4\n", 2},
                                                         {"id,a,b\nx,1,1\ny,1,1\nz,1,1\nu,1,1\nv,1,1\n", 5},
                                                         {"id,a,b\nx,0,0\ny,0,0\nz,1,0\nu,0,0\n", 4},
                                                         {"id,a\nx,1\ny,2\nz,3\nu,4\nv,5\nw,6\n", 6}};
    for (const auto& matrix : matrices) {
        const std::string& content = matrix.first;
        const std::size_t rows = matrix.second;
        for (const char* layout : {"tsne", "pca"}) {
            CAPTURE(content);
            const Outcome outcome =
                run_eckart({"map", folder.write("m.csv", content), "-o", folder / "m.tsv", "-o", folder / "m.svg", "-o",
                            folder / "m.html", "--layout", layout, "--perplexity", "500", "--clusters", "none"});
            CHECK(outcome.exit_code == 0);
            CHECK(outcome.err == "");
            const auto places = table(folder / "m.tsv");
            CHECK(places.size() == rows);
            for (const auto& [id, place] : places) CHECK(std::isfinite(std::stod(place.x) + std::stod(place.y)));
            CHECK(times(read_file(folder / "m.svg"), "h0") == rows);
            CHECK(read_file(folder / "m.svg").find("nan") == std::string::npos);
        }
    }
    CHECK(map_of(folder.write("m.csv", "id,a,b\nx,0,0\ny,0,0\nz,1,0\nu,0,0\n"), folder / "m.tsv").exit_code == 0);
}

TEST_CASE("numbers that are not finite, options out of range and files of another kind are refused") {
    const TemporaryFolder folder;
    const std::string matrix = folder.write("m.csv", groups(10));
    CHECK(map_of(folder.write("nan.csv", "id,a\nx,1\ny,nan\n"), folder / "m.tsv").exit_code != 0);
    CHECK(map_of(matrix, folder / "m.png").err.find("ends in .html, .svg or .tsv") != std::string::npos);
    CHECK(map_of(matrix, folder / "m.png").exit_code == 2);
    CHECK(run_eckart({"map", matrix}).exit_code == 2);
    for (const std::vector<std::string>& options : {std::vector<std::string>{"--perplexity", "0"},
                                                    {"--perplexity", "nan"},
                                                    {"--perplexity", "inf"},
                                                    {"--exaggeration", "0.5"},
                                                    {"--iterations", "0"},
                                                    {"--clusters", "0"},
                                                    {"--clusters", "many"},
                                                    {"--layout", "umap"},
                                                    {"--clusters", "11"}}) {
        CAPTURE(options[0]);
        CAPTURE(options[1]);
        CHECK(map_of(matrix, folder / "m.tsv", options).exit_code == 2);
    }
    CHECK(map_of(matrix, folder / "m.tsv", {"--memory", "1K"}).exit_code == 6);
    CHECK(map_of(matrix, folder / "absent/m.tsv").exit_code == 3);
    CHECK(map_of(matrix, "/dev/full/m.tsv").exit_code == 3);
    CHECK(map_of(folder / "absent.csv", folder / "m.tsv").exit_code == 3);
    CHECK_FALSE(fs::exists(folder / "m.tsv"));
}

TEST_CASE("names that look like markup, quotes and control characters cannot break out of a page or a picture") {
    const TemporaryFolder folder;
    const std::vector<std::string> names = {
        "</script><script>alert(1)</script>",   "\"><img src=x onerror=alert(1)>",           "<!--",
        "a\tb\\n' & \x01\x7f \xE2\x80\xAE rtl", "\xF0\x9F\x98\x80 \xE6\x97\xA5\xE6\x9C\xAC", "@SCRIPT@ @DATA@"};
    std::string lines;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const nlohmann::json record = {{"_id", named("d", i) + names[i]},
                                       {"title", names[i]},
                                       {"text", i % 2 == 0 ? "apples and pears" : "apples and plums, pears"}};
        lines += record.dump() + "\n";
    }
    const std::string index = folder / "h.idx";
    REQUIRE(run_eckart({"index", folder.write("h.jsonl", lines), "-o", index, "--rank", "2", "--quiet"}).exit_code ==
            0);

    REQUIRE(run_eckart({"map", index, "-o", folder / "h.html", "-o", folder / "h.svg", "-o", folder / "h.tsv",
                        "--title", "</title><script>alert(1)</script>"})
                .exit_code == 0);

    const std::string page = read_file(folder / "h.html"), svg = read_file(folder / "h.svg");
    CHECK(page.find("alert(1)</script>") == std::string::npos);
    CHECK(page.find("<img") == std::string::npos);
    CHECK(times(page, "<script") == 6);  // five of data and the page's own
    CHECK(times(page, "</script") == 6);
    CHECK(svg.find("<script") == std::string::npos);
    CHECK(svg.find("<img") == std::string::npos);
    CHECK(svg.find('\x01') == std::string::npos);
    CHECK(svg.find("\xE2\x80\xAE") == std::string::npos);
    CHECK(svg.find("\xF0\x9F\x98\x80") != std::string::npos);
    CHECK(times(svg, "<title>") == 1);
    std::istringstream rows(read_file(folder / "h.tsv"));
    for (std::string row; std::getline(rows, row);) CHECK(times(row, "\t") == 4);
    const Outcome again = run_eckart({"map", index, "-o", folder / "i.tsv", "--onto", folder / "h.html", "--json"});
    CHECK(again.objects().at(0)["kept"] == names.size());  // ids survive the page and the table
    const Outcome table_again =
        run_eckart({"map", index, "-o", folder / "i.tsv", "--onto", folder / "h.tsv", "--json"});
    CHECK(table_again.objects().at(0)["kept"] == names.size());
}

TEST_CASE("clusters come from a stored clustering of the same vectors, or are left out") {
    const TemporaryFolder folder;
    const std::string index = samples_index(folder), clusters = folder / "c";
    REQUIRE(run_eckart({"cluster", index, "-k", "4", "-o", clusters, "--assignments", folder / "a.tsv"}).exit_code ==
            0);

    REQUIRE(map_of(index, folder / "m.tsv", {"--clusters", clusters}).exit_code == 0);

    std::istringstream rows(read_file(folder / "a.tsv"));
    std::map<std::string, std::string> labels;
    for (std::string id, cluster, rest; std::getline(rows, id, '\t');) {
        std::getline(rows, cluster, '\t');
        std::getline(rows, rest);
        labels[id] = cluster;
    }
    for (const auto& [id, place] : table(folder / "m.tsv")) CHECK(place.cluster == labels[id]);
    REQUIRE(map_of(index, folder / "m.tsv", {"--clusters", "none"}).exit_code == 0);
    for (const auto& [id, place] : table(folder / "m.tsv")) CHECK(place.cluster == "");
    const Outcome other = map_of(index, folder / "m.tsv", {"--clusters", clusters, "--part", "terms"});
    CHECK(other.exit_code == 2);
    CHECK(other.err.find("a clustering of other vectors") != std::string::npos);
}

TEST_CASE("an interrupt leaves the old map as it was and nothing beside it") {
    const TemporaryFolder folder;
    const std::string matrix = folder.write("m.csv", groups(1500));
    folder.write("out/m.html", "old");

    const Outcome outcome = run_eckart_and_signal(
        {"map", matrix, "-o", folder / "out/m.html", "--progress", "json", "--iterations", "100000"}, 4, SIGINT);

    CHECK(outcome.exit_code == 130);
    CHECK(contents(folder.path() / "out") == std::map<std::string, std::string>{{"m.html", "old"}});
}
