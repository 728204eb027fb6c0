#include <doctest/doctest.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tools/cli/run_program.h"

using namespace eckart::testing;

namespace {

const std::vector<std::string> quick_training = {"-k", "6", "--epochs", "30", "--progress", "none"};

std::vector<std::string> with(std::vector<std::string> line, const std::vector<std::string>& more) {
    line.insert(line.end(), more.begin(), more.end());
    return line;
}

/// The samples, indexed and encoded.
struct EncodeSamples {
    TemporaryFolder folder;
    std::string index;
    Outcome made;

    EncodeSamples() : index(folder / "samples.idx") {
        REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index, "--progress", "none"}).exit_code == 0);
        made = run_eckart(with({"encode", index, "--json"}, quick_training));
        REQUIRE(made.exit_code == 0);
    }
};

const EncodeSamples& encode_samples() {
    static const EncodeSamples made;
    return made;
}

/// Files of the live generation.
std::map<std::string, std::string> generation(const std::string& store) {
    std::string live = read_file(store + "/CURRENT");
    live.pop_back();
    return contents(store + "/" + live);
}

std::string table() {
    std::ostringstream text;
    for (int row = 0; row < 40; ++row) {
        text << "row" << row;
        for (int column = 0; column < 6; ++column) text << "," << (row % 4 == column % 4 ? 3 : 0) + 0.01 * row * column;
        text << "\n";
    }
    return text.str();
}

void refused(const std::vector<std::string>& line, int code, const std::string& part) {
    const Outcome outcome = run_eckart(line);
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == code);
    CHECK(outcome.err.find(part) != std::string::npos);
    CHECK(outcome.out.empty());
}

}  // namespace

TEST_CASE("encode gives an index codes, says how training went, and keeps all else") {
    const auto object = encode_samples().made.objects().at(0);
    CHECK(object.at("rows") == 24);
    CHECK(object.at("rank") == 6);
    CHECK(object.at("epochs") == 30);
    CHECK(object.at("last_loss").get<double>() < object.at("first_loss").get<double>());
    CHECK(object.contains("seconds"));

    const auto info = run_eckart({"info", encode_samples().index, "--json"}).objects().at(0).at("manifest");
    CHECK(info.at("autoencoder").at("layers").at("code") == 6);
    CHECK(info.at("autoencoder").at("training").at("noise") == "dropout");
    CHECK(info.at("rank") == 8);
    CHECK(run_eckart({"verify", encode_samples().index}).exit_code == 0);
    const TemporaryFolder folder;
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", folder / "plain.idx"}).exit_code == 0);
    const auto encoded = generation(encode_samples().index);
    for (const auto& [name, bytes] : generation(folder / "plain.idx")) {
        if (name != "manifest.json") CHECK(encoded.at(name) == bytes);
    }
}

TEST_CASE("search, similar and evaluate rank by codes") {
    const Outcome found =
        run_eckart({"search", encode_samples().index, "sharp knife", "--mode", "autoencoder", "--json"});
    REQUIRE(found.exit_code == 0);
    double last = 1.0001;
    for (const auto& hit : found.objects()) {
        CHECK(hit.at("score").get<double>() <= last);
        last = hit.at("score");
    }
    CHECK(found.objects().size() == 10);

    const Outcome near =
        run_eckart({"similar", encode_samples().index, "kitchen/knives.md", "--mode", "autoencoder", "--json"});
    REQUIRE(near.exit_code == 0);
    for (const auto& hit : near.objects()) CHECK(hit.at("document") != "kitchen/knives.md");

    const TemporaryFolder folder;
    const std::string queries = folder.write("q.tsv", "1\tsharp knife\n"),
                      judged = folder.write("q.qrels", "1 0 kitchen/knives.md 1\n");
    const Outcome measured = run_eckart({"evaluate", encode_samples().index, "--queries", queries, "--qrels", judged,
                                         "--mode", "latent", "--compare", "autoencoder", "--json"});
    CHECK(measured.exit_code == 0);
    CHECK(measured.out.find("\"mode\":\"autoencoder\"") != std::string::npos);
}

TEST_CASE("a query without a known term has no hits by codes") {
    const Outcome found = run_eckart({"search", encode_samples().index, "xyzzy", "--mode", "autoencoder"});
    CHECK(found.exit_code == 0);
    CHECK(found.out.empty());
}

TEST_CASE("cluster and map take documents by their codes") {
    const TemporaryFolder folder;
    const Outcome clusters =
        run_eckart({"cluster", encode_samples().index, "--part", "codes", "-k", "3", "-o", folder / "c", "--json"});
    REQUIRE(clusters.exit_code == 0);
    CHECK(clusters.objects().size() == 24);
    CHECK(run_eckart({"map", encode_samples().index, "--part", "codes", "-o", folder / "m.tsv"}).exit_code == 0);
    CHECK(run_eckart({"assign", folder / "c", encode_samples().index, "--part", "codes"}).exit_code == 0);
    refused({"assign", folder / "c", encode_samples().index}, 2, "samples.idx");
}

TEST_CASE("codes that are written go with ids and titles, which cluster shows") {
    const TemporaryFolder folder;
    const std::string out = folder / "codes";
    REQUIRE(run_eckart(with({"encode", encode_samples().index, "-o", out}, quick_training)).exit_code == 0);

    const std::string codes = read_file(out + "/codes.npy");
    CHECK(codes == generation(encode_samples().index).at("code_vectors.npy"));
    CHECK(read_file(out + "/codes_ids.csv").starts_with("id,title\n"));
    const auto rows = run_eckart({"cluster", out + "/codes.npy", "-k", "3", "--json"}).objects();
    REQUIRE(rows.size() == 24);
    CHECK(rows.at(0).at("id").get<std::string>().ends_with(".md"));
    std::ofstream(out + "/codes_ids.csv") << "id\none\n";
    refused({"cluster", out + "/codes.npy", "-k", "3"}, 3, "found 1 names, expected one for each of the 24 rows");
}

TEST_CASE("every method and loss encodes a matrix, dense or sparse, and keeps the ids of its rows") {
    const TemporaryFolder folder;
    const std::string dense = folder.write("x.csv", table()),
                      sparse = folder.write("x.svm", "1 1:2 2:3\n2 2:1 3:4\n1 1:1\n");
    for (const std::string method : {"denoising", "autoencoder", "variational"}) {
        for (const std::string loss : {"squared", "multinomial"}) {
            CAPTURE(method);
            CAPTURE(loss);
            const std::vector<std::string> rest = {"-k",       "2", "--method", method, "--loss", loss,
                                                   "--layers", "5", "--epochs", "20",   "-o",     folder / "out"};
            REQUIRE(run_eckart(with({"encode", dense}, rest)).exit_code == 0);
            CHECK(read_file(folder / "out/codes_ids.csv").find("row7") != std::string::npos);
            CHECK(run_eckart(with({"encode", sparse}, rest)).exit_code == 0);
        }
    }
}

TEST_CASE("the same bytes for every number of threads") {
    const TemporaryFolder folder;
    const auto made = [&](const std::string& threads) {
        const std::string index = folder / ("idx" + threads);
        REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index}).exit_code == 0);
        REQUIRE(run_eckart(with({"encode", index, "--threads", threads}, quick_training)).exit_code == 0);
        return generation(index);
    };

    const auto one = made("1");

    CHECK(made("2") == one);
    CHECK(made("4") == one);
}

TEST_CASE("encoding again replaces the codes and leaves none of the old arrays") {
    const TemporaryFolder folder;
    const std::string index = folder / "x.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index}).exit_code == 0);
    REQUIRE(run_eckart(with({"encode", index, "--layers", "9,7"}, quick_training)).exit_code == 0);
    CHECK(generation(index).count("code_weights_3.npy") == 1);
    REQUIRE(run_eckart(with({"encode", index}, quick_training)).exit_code == 0);
    CHECK(generation(index).count("code_weights_3.npy") == 0);
    CHECK(generation(index) == generation(encode_samples().index));
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index}).exit_code == 0);
    refused({"search", index, "knife", "--mode", "autoencoder"}, 2, "eckart encode");
}

TEST_CASE("what cannot be encoded, or searched, is refused with what to do") {
    const TemporaryFolder folder;
    const std::string plain = folder / "plain.idx", matrix = folder.write("x.csv", table());
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", plain}).exit_code == 0);

    refused({"search", plain, "knife", "--mode", "autoencoder"}, 2, "eckart encode");
    refused({"similar", plain, "kitchen/knives.md", "--mode", "autoencoder"}, 2, "eckart encode");
    refused({"cluster", plain, "--part", "codes", "-k", "2"}, 2, "eckart encode");
    refused({"search", encode_samples().index, "knife", "--mode", "autoencoder", "--why"}, 2, "not a sum over words");
    refused({"search", encode_samples().index, "knife", "--mode", "autoencoder", "--neighbors", "ivf"}, 2,
            "--neighbors");
    refused({"search", encode_samples().index, "knife", "--mode", "neural"}, 2, "neural");
    refused({"encode", matrix}, 2, "name a folder with -o");
    refused({"encode", matrix, "-o", folder / "o", "--method", "magic"}, 2, "magic");
    refused({"encode", matrix, "-o", folder / "o", "--dropout", "1"}, 2, "--dropout");
    refused({"encode", matrix, "-o", folder / "o", "--layers", "5,x"}, 2, "--layers");
    refused({"encode", matrix, "-o", folder / "o", "-k", "0"}, 2, "--rank");
    refused({"encode", matrix, "-o", folder / "o", "--memory", "1M"}, 6, "memory");
    refused({"encode", folder.write("nan.csv", "1,2\nnan,3\n"), "-o", folder / "o"}, 3, "nan");
    refused({"encode", folder.write("equal.csv", "1,2\n1,2\n"), "-o", folder / "o"}, 2, "not all equal");
    refused({"encode", folder.write("minus.csv", "1,-2\n1,2\n"), "-o", folder / "o", "--loss", "multinomial"}, 2,
            "none below 0");
    refused({"encode", folder / "none.idx"}, 3, "none.idx");
    refused({"encode", matrix, "-o", folder / "o", "--method", "variational", "--variance", "0"}, 2, "variance");
    CHECK_FALSE(std::filesystem::exists(folder / "o"));
}

TEST_CASE("a rank above the data's is a wider code, and stays finite") {
    const TemporaryFolder folder;
    const std::string matrix = folder.write("x.csv", "1,2\n3,4\n5,7\n");
    REQUIRE(run_eckart({"encode", matrix, "-k", "9", "--epochs", "20", "-o", folder / "o"}).exit_code == 0);
    CHECK(run_eckart({"cluster", folder / "o/codes.npy", "-k", "2"}).exit_code == 0);
}

TEST_CASE("arrays of another shape or with other bytes are damage") {
    const TemporaryFolder folder;
    const std::string index = folder / "x.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index}).exit_code == 0);
    REQUIRE(run_eckart(with({"encode", index}, quick_training)).exit_code == 0);
    std::string live = read_file(index + "/CURRENT");
    live.pop_back();
    const std::string file = index + "/" + live + "/code_vectors.npy", bytes = read_file(file);

    std::string changed = bytes;
    changed.back() = static_cast<char>(changed.back() ^ 1);
    std::ofstream(file, std::ios::binary) << changed;
    refused({"verify", index}, 5, "code_vectors.npy");
    std::string reshaped = bytes;
    reshaped.replace(reshaped.find("(24, 6)"), 7, "(6, 24)");
    std::ofstream(file, std::ios::binary) << reshaped;
    refused({"search", index, "knife"}, 5, "code_vectors.npy");
    std::ofstream(file, std::ios::binary) << bytes.substr(0, 200);
    refused({"search", index, "knife"}, 5, "code_vectors.npy");
}

TEST_CASE("an interruption leaves the index as it was") {
    const TemporaryFolder folder;
    const std::string index = folder / "x.idx";
    REQUIRE(run_eckart({"index", ECKART_SAMPLES, "-o", index}).exit_code == 0);
    const auto before = generation(index);

    bool interrupted = false;
    for (const int line : {1, 2, 4}) {
        const Outcome outcome =
            run_eckart_and_signal({"encode", index, "--epochs", "20000", "--progress", "json"}, line, SIGINT);
        if (outcome.exit_code == 0) break;
        interrupted = true;
        CHECK(outcome.exit_code == 130);
        CHECK(generation(index) == before);
        CHECK(run_eckart({"search", index, "knife"}).exit_code == 0);
    }
    CHECK(interrupted);
}
