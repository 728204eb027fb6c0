#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

/// 30 x 8 of rank 3 and a little more, as CSV: sums of waves, and columns that are not centred.
std::string table(double level = 2) {
    std::ostringstream text;
    text.precision(9);
    for (int i = 0; i < 30; ++i) {
        for (int j = 0; j < 8; ++j) {
            const double waves = 5 * std::sin(0.3 * i) * std::cos(j) + 3 * std::cos(0.7 * i) * std::sin(2 * j) +
                                 std::cos(1.9 * i + j * j);
            text << (j > 0 ? "," : "") << waves + level + 0.1 * std::sin(7.0 * i * j + i);
        }
        text << "\n";
    }
    return text.str();
}

/// Two thirds of a 12 x 9 matrix.
std::string coordinates() {
    std::ostringstream text;
    text << "%%MatrixMarket matrix coordinate real general\n12 9 72\n";
    int entries = 0;
    for (int i = 0; i < 12; ++i) {
        for (int j = 0; j < 9; ++j) {
            if ((i + j) % 3 == 0) continue;
            ++entries;
            text << i + 1 << " " << j + 1 << " " << (i % 4 + 1) * (j % 3 + 1) + 0.25 * ((i * j) % 5) << "\n";
        }
    }
    CHECK(entries == 72);
    return text.str();
}

std::map<std::string, nlohmann::json> by_method(const Outcome& outcome) {
    REQUIRE(outcome.exit_code == 0);
    std::map<std::string, nlohmann::json> found;
    for (const auto& object : outcome.objects()) found[object.at("method")] = object;
    return found;
}

struct Array {
    std::vector<float> values;
    std::string header;
};

Array array_of(const std::string& path) {
    const std::string bytes = read_file(path);
    REQUIRE(bytes.size() >= 128);
    Array array;
    array.header = bytes.substr(10, 118);
    array.values.resize((bytes.size() - 128) / sizeof(float));
    std::memcpy(array.values.data(), bytes.data() + 128, array.values.size() * sizeof(float));
    return array;
}

}  // namespace

TEST_CASE("the ladder: every method stands on the bound or above it, and who meets it does") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table());

    const auto steps = by_method(run_eckart({"factorize", file, "--rank", "3", "--json"}));

    REQUIRE(steps.size() == 10);
    const std::set<std::string> own_bounds = {"pca", "autoencoder", "variational", "product-quantization"};
    const double bound = steps.at("svd").at("bound");
    const double norm =
        steps.at("svd").at("objective").get<double>() / std::pow(steps.at("svd").at("relative_error").get<double>(), 2);
    for (const auto& made : steps) {
        const auto& [method, step] = made;
        CAPTURE(made.first);
        CHECK(step.at("rank") == (method == "product-quantization" ? 2 : 3));
        const double objective = step.at("objective"), own = step.at("bound");
        CHECK(step.at("gap") == doctest::Approx(objective - own));
        CHECK(step.at("relative_error") == doctest::Approx(std::sqrt(objective / norm)));
        CHECK(objective >= own - 1e-6 * norm);
        CHECK((own == doctest::Approx(bound)) == (own_bounds.count(method) == 0));
    }
    for (const std::string method : {"svd", "pca", "linear-autoencoder", "tied-autoencoder", "als"}) {
        CAPTURE(method);
        CHECK(std::abs(steps.at(method).at("gap").get<double>()) <= 1e-6 * norm);  // roundoff of float32 factors
    }
    for (const std::string method : {"pca", "linear-autoencoder", "tied-autoencoder", "als"}) {
        CHECK(steps.at(method).at("angle").get<double>() <= 0.05);
    }
    CHECK(steps.at("denoising").at("gap").get<double>() > 1e-4 * norm);  // what noise has shrunk
    for (const std::string method : {"autoencoder", "variational"}) {
        CAPTURE(method);
        CHECK(steps.at(method).at("bound") == steps.at("pca").at("bound"));
        CHECK(steps.at(method).at("gap").get<double>() <= 0.05 * norm);
    }
    CHECK(steps.at("kmeans").at("gap").get<double>() > 0.01 * norm);
    CHECK(steps.at("product-quantization").at("gap").get<double>() > 0.01 * norm);
    CHECK(steps.at("pca").at("bound").get<double>() < bound);  // a mean is one rank more
}

TEST_CASE("centred, PCA is the truncated SVD, and so are the autoencoders and als") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table());

    const auto steps = by_method(run_eckart({"factorize", file, "--rank", "2", "--center", "--json"}));
    const auto plain = by_method(run_eckart({"factorize", file, "--rank", "2", "--method", "pca", "--json"}));

    const double best = steps.at("svd").at("objective");
    for (const std::string method : {"pca", "linear-autoencoder", "tied-autoencoder", "als"}) {
        CHECK(steps.at(method).at("objective").get<double>() == doctest::Approx(best).epsilon(1e-4));
        CHECK(steps.at(method).at("bound") == steps.at("svd").at("bound"));
    }
    CHECK(plain.at("pca").at("objective").get<double>() == doctest::Approx(best).epsilon(1e-4));
    CHECK(steps.at("kmeans").at("objective").get<double>() > best);
}

TEST_CASE("a sparse matrix and the same matrix dense have the same ladder, but for als") {
    const TemporaryFolder folder;
    const std::string sparse = folder.write("x.mtx", coordinates());
    std::vector<std::vector<double>> dense(12, std::vector<double>(9));
    std::istringstream lines(coordinates().substr(coordinates().find("72\n") + 3));
    int i = 0, j = 0;
    for (double value = 0; lines >> i >> j >> value;) {
        dense[static_cast<std::size_t>(i - 1)][static_cast<std::size_t>(j - 1)] = value;
    }
    std::string text;
    for (const auto& row : dense) {
        for (std::size_t c = 0; c < row.size(); ++c) text.append(c > 0 ? "," : "").append(std::to_string(row[c]));
        text += "\n";
    }
    const std::string table_file = folder.write("x.csv", text);

    for (const std::string center : {"", "--center"}) {
        std::vector<std::string> rest = {"--rank", "3", "--json"};
        if (!center.empty()) rest.emplace_back(center);
        std::vector<std::string> first = {"factorize", sparse}, second = {"factorize", table_file};
        first.insert(first.end(), rest.begin(), rest.end());
        second.insert(second.end(), rest.begin(), rest.end());
        const auto of_sparse = by_method(run_eckart(first)), of_dense = by_method(run_eckart(second));
        for (const std::string method :
             {"svd", "pca", "linear-autoencoder", "tied-autoencoder", "denoising", "kmeans"}) {
            CAPTURE(method);
            const double expected = of_dense.at(method).at("objective");
            CHECK(of_sparse.at(method).at("objective").get<double>() == doctest::Approx(expected).epsilon(1e-4));
            CHECK(of_sparse.at(method).at("bound").get<double>() ==
                  doctest::Approx(of_dense.at(method).at("bound").get<double>()).epsilon(1e-4));
        }
        if (!center.empty()) continue;
        const auto& als = of_sparse.at("als");
        CHECK(als.at("constraint") == "only stored entries count");
        CHECK(als.at("stored_objective").get<double>() < als.at("bound").get<double>());
        CHECK(als.at("objective").get<double>() > als.at("bound").get<double>());
        CHECK(of_dense.at("als").at("constraint") == "all entries count");
    }
}

TEST_CASE("the factors that are written multiply to the objective that is printed") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table()), out = folder / "factors";
    const auto steps = by_method(run_eckart({"factorize", file, "--rank", "4", "-o", out, "--json"}));

    std::vector<double> x;
    std::istringstream lines(table());
    for (std::string line; std::getline(lines, line);) {
        std::istringstream row(line);
        for (std::string number; std::getline(row, number, ',');) x.push_back(std::stod(number));
    }
    REQUIRE(x.size() == 240);
    for (const auto& made : steps) {
        const auto& [method, step] = made;
        CAPTURE(made.first);
        const Array w = array_of(out + "/" + method + "_w.npy");
        CHECK(w.header.find("'shape': (4, 8)") != std::string::npos);
        std::vector<double> mean(8);
        if (method == "pca" || method == "autoencoder" || method == "variational") {
            const std::string bytes = read_file(out + "/" + method + "_mean.npy");
            REQUIRE(bytes.size() == 128 + 8 * sizeof(double));
            std::memcpy(mean.data(), bytes.data() + 128, 8 * sizeof(double));
        }
        std::vector<double> z(120);
        if (method == "kmeans") {
            const Array labels = array_of(out + "/kmeans_labels.npy");
            REQUIRE(labels.values.size() == 30);
            for (std::size_t row = 0; row < 30; ++row) {
                std::int32_t label = 0;
                std::memcpy(&label, &labels.values[row], sizeof label);
                z[row * 4 + static_cast<std::size_t>(label)] = 1;
            }
        } else {
            const Array stored = array_of(out + "/" + method + "_z.npy");
            CHECK(stored.header.find("'shape': (30, 4)") != std::string::npos);
            z.assign(stored.values.begin(), stored.values.end());
        }
        double error = 0;
        for (std::size_t row = 0; row < 30; ++row) {
            for (std::size_t col = 0; col < 8; ++col) {
                double left = x[row * 8 + col] - mean[col];
                for (std::size_t k = 0; k < 4; ++k) left -= z[row * 4 + k] * w.values[k * 8 + col];
                error += left * left;
            }
        }
        CHECK(error == doctest::Approx(step.at("objective").get<double>()).epsilon(1e-4));
    }
}

TEST_CASE("the table and its factors are the same for every number of threads") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table());
    const auto files = [&](const std::string& threads) {
        const std::string out = folder / ("factors-" + threads);
        REQUIRE(run_eckart({"factorize", file, "--rank", "4", "-o", out, "--threads", threads}).exit_code == 0);
        return contents(out);
    };

    const auto one = files("1");
    CHECK(one.size() == 23);  // Z and W of ten, the mean of three
    CHECK(files("2") == one);
    CHECK(files("4") == one);
}

TEST_CASE("a rank above the matrix's is cut and said") {
    RunOptions three_rows;
    three_rows.input = "1,2\n3,4\n5,7\n";
    const Outcome outcome = run_eckart({"factorize", "-", "--rank", "9", "--method", "svd", "--json"}, three_rows);

    CHECK(by_method(outcome).at("svd").at("rank") == 2);
    CHECK(outcome.err.find("the rank is cut to 2") != std::string::npos);
}

TEST_CASE("rows that are all equal are of rank one, and a plane of no dimension") {
    const TemporaryFolder folder;
    const std::string file = folder.write("equal.csv", "1,2,3\n1,2,3\n1,2,3\n1,2,3\n");

    for (const auto& made : by_method(run_eckart({"factorize", file, "--rank", "2", "--json"}))) {
        const auto& [method, step] = made;
        CAPTURE(made.first);
        if (method == "denoising") {  // which shrinks what it finds
            CHECK(step.at("rank") == 1);
            continue;
        }
        CHECK(std::abs(step.at("objective").get<double>()) <= 1e-9);
        CHECK(std::abs(step.at("gap").get<double>()) <= 1e-9);
        if (method == "pca") CHECK(step.at("rank") == 0);
    }
}

TEST_CASE("the fainter the noise, the nearer is denoising to the bound") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table());
    const auto gap = [&](const std::string& dropout) {
        const auto steps = by_method(
            run_eckart({"factorize", file, "-k", "3", "--method", "denoising", "--dropout", dropout, "--json"}));
        return steps.at("denoising").at("gap").get<double>();
    };

    CHECK(gap("0.5") > gap("0.1"));
    CHECK(gap("0.1") > gap("0.001"));
    CHECK(std::abs(gap("0.000001")) <= 1e-3);
    for (const std::string dropout : {"0", "1", "-0.1"}) {
        CHECK(run_eckart({"factorize", file, "-k", "3", "--dropout", dropout}).exit_code == 2);
    }
}

TEST_CASE("the table names its columns and gives one line a method") {
    const TemporaryFolder folder;
    const Outcome outcome = run_eckart({"factorize", folder.write("x.csv", table()), "-k", "2", "--method", "kmeans"});

    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.starts_with("method  constraint"));
    CHECK(outcome.out.find("kmeans  rows of Z are one-hot") != std::string::npos);
    CHECK(std::count(outcome.out.begin(), outcome.out.end(), '\n') == 2);
}

TEST_CASE("bad lines and bad files end with their code and one line that says why") {
    const TemporaryFolder folder;
    const auto refused = [](const std::vector<std::string>& arguments, int code, const std::string& part) {
        const Outcome outcome = run_eckart(arguments);
        CAPTURE(outcome.err);
        CHECK(outcome.exit_code == code);
        CHECK(outcome.err.find(part) != std::string::npos);
        CHECK(outcome.out.empty());
    };
    const std::string good = folder.write("good.csv", table());

    refused({"factorize", good}, 2, "--rank is needed");
    refused({"factorize", good, "--rank", "2", "--method", "magic"}, 2, "magic");
    refused({"factorize", good, "--rank", "2", "--method", "svd", "--lambda", "1"}, 2, "--lambda goes with");
    refused({"factorize", good, "--rank", "2", "--tolerance", "0"}, 2,
            "the tolerance is 0, expected a number above 0 and below 1");
    refused({"factorize", good, "--rank", "2", "--format", "excel"}, 2, "found the format \"excel\"");
    refused({"factorize", folder / "none.npy", "--rank", "2"}, 3, "No such file");
    refused({"factorize", folder.write("a.mtx", "%%MatrixMarket matrix coordinate real general\n2 2 1\n9 1 1\n"),
             "--rank", "1"},
            3, "a.mtx:3: found the row \"9\", expected 1 to 2");
    refused({"factorize", folder.write("zeros.csv", "0,0\n0,0\n"), "--rank", "1"}, 3, "zeros.csv: every entry is zero");
    refused({"factorize", folder.write("equal.csv", "1,2\n1,2\n"), "--rank", "1", "--center"}, 3, "all rows are equal");
    refused({"factorize", good, "--rank", "2", "--memory", "1M"}, 6, "memory");
    refused(
        {"factorize", folder.write("s.svm", "1 1:2 2:3\n1 2:1\n"), "--rank", "1", "--method", "product-quantization"},
        2, "needs a dense matrix");
}

TEST_CASE("a run that is interrupted, or finds no room, changes no factor that was there") {
    const TemporaryFolder folder;
    const std::string file = folder.write("x.csv", table()), out = folder / "factors";
    REQUIRE(run_eckart({"factorize", file, "--rank", "2", "-o", out}).exit_code == 0);
    const auto before = contents(out);
    const std::string other = folder.write("y.csv", table(9));

    bool interrupted = false;
    for (int line = 1; line <= 4; ++line) {
        const Outcome outcome =
            run_eckart_and_signal({"factorize", other, "--rank", "2", "-o", out, "--progress", "json"}, line, SIGINT);
        if (outcome.exit_code == 0) break;
        interrupted = true;
        CHECK(outcome.exit_code == 130);
        CHECK(contents(out) == before);
    }
    CHECK(interrupted);
    // A bound on the size of files stands in for a disk that is full.
    const Outcome no_room = run_shell(
        "trap '' XFSZ; ulimit -f 0; \"$0\" factorize \"$1\" --rank 2 -o \"$2\" | cat; "
        "exit ${PIPESTATUS[0]}",
        {ECKART_PROGRAM, other, out});
    CHECK(no_room.exit_code == 3);
    CHECK(contents(out) == before);
    REQUIRE(run_eckart({"factorize", file, "--rank", "2", "-o", out}).exit_code == 0);
    CHECK(contents(out) == before);
}
