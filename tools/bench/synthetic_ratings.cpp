// Writes synthetic ratings of invented films, in the form of MovieLens: FOLDER/ratings.csv and FOLDER/movies.csv, or
// the ratings alone on standard output.
//
//   synthetic_ratings --users 138000 --items 27000 --ratings 20000000 --seed 1 [-o FOLDER]

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <system_error>

#include "engine/storage/output_file.h"
#include "engine/support/error.h"
#include "tools/bench/synthetic_world.h"

namespace eckart::bench {
namespace {

constexpr const char* usage = "--users N, --items N, --ratings N, --seed N or -o FOLDER";

struct Request {
    WorldSize size;
    std::string folder;
};

Request parse(int argc, char** argv) {
    Request request;
    std::uint64_t& seed = request.size.seed;
    const std::map<std::string, std::int64_t*> counts = {
        {"--users", &request.size.users}, {"--items", &request.size.items}, {"--ratings", &request.size.ratings}};
    for (int i = 1; i < argc; i += 2) {
        const std::string name = argv[i], value = i + 1 < argc ? argv[i + 1] : "";
        const auto read = [&](auto& target) {
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), target);
            return error == std::errc() && end == value.data() + value.size();
        };
        const auto count = counts.find(name);
        bool good = false;
        if (name == "-o" && !value.empty()) {
            request.folder = value;
            good = true;
        } else if (name == "--seed") {
            good = read(seed);
        } else if (count != counts.end()) {
            good = read(*count->second);
        }
        if (!good) throw UsageError(std::string("found \"").append(name).append("\", expected ").append(usage));
    }
    return request;
}

/// A field of a CSV file, in quotes where MovieLens has them.
std::string field(const std::string& text) {
    return text.find(',') == std::string::npos ? text : "\"" + text + "\"";
}

void write_films(const World& world, const std::string& path) {
    OutputFile file(path);
    file.append("movieId,title,genres\n");
    std::size_t id = 0;
    for (const Film& film : world.films()) {
        std::string line = std::to_string(++id) + "," + field(film.title) + ",";
        for (const std::string& category : film.categories) line += (line.back() == ',' ? "" : "|") + category;
        file.append(line + "\n");
    }
    file.close();
}

void write_ratings(const World& world, std::int64_t users, const std::function<void(std::string_view)>& write) {
    write("userId,movieId,rating,timestamp\n");
    for (std::int64_t user = 0; user < users; ++user) {
        std::string lines;
        for (const SyntheticRating& rating : world.ratings_of(user)) {
            lines += std::to_string(user + 1) + "," + std::to_string(rating.item + 1) + "," +
                     std::to_string(rating.stars) + "," + std::to_string(rating.time) + "\n";
        }
        write(lines);
    }
}

void write_to_standard_output(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return;
    throw InputError("standard output cannot be written");
}

void run(int argc, char** argv) {
    const Request request = parse(argc, argv);
    const World world(request.size);
    if (request.folder.empty()) return write_ratings(world, request.size.users, write_to_standard_output);
    std::filesystem::create_directories(request.folder);
    write_films(world, request.folder + "/movies.csv");
    OutputFile ratings(request.folder + "/ratings.csv");
    write_ratings(world, request.size.users, [&](std::string_view text) { ratings.append(text); });
    ratings.close();
}

}  // namespace
}  // namespace eckart::bench

int main(int argc, char** argv) {
    try {
        eckart::bench::run(argc, argv);
        return 0;
    } catch (const eckart::Error& error) {
        std::fprintf(stderr, "synthetic_ratings: %s\n", error.what());
        return error.exit_code();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "synthetic_ratings: %s\n", error.what());
        return 1;
    }
}
