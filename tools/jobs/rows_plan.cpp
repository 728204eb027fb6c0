#include "tools/jobs/rows_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>

#include "engine/matrix/even_rows.h"
#include "engine/support/error.h"
#include "tools/cli/arguments/matrix_arguments.h"
#include "tools/jobs/cluster_labels.h"
#include "tools/jobs/factorization.h"
#include "tools/jobs/fit_clustering.h"
#include "tools/jobs/machine.h"
#include "tools/jobs/map_layout.h"

namespace eckart::tools {

using jobs::ClusterFitOptions;
using jobs::FittedClustering;
using jobs::LayoutOptions;
using jobs::PointKind;
using jobs::Points;

namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

/// Numbers in the larger part of the rows that is worked on; the smaller one has a fourth of them. Fewer where every
/// method is tried, some of which go over their part hundreds of times.
constexpr std::int64_t clustered_entries = 2'000'000, factorized_entries = 500'000;
/// Points in the larger part of a map, whose time goes by points and not by their dimensions.
constexpr std::int64_t part_points = 8'000;
constexpr std::int64_t smaller_part = 4;

double seconds_since(Clock::time_point begin) {
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

double seconds_of(const std::function<void()>& work) {
    const auto begin = Clock::now();
    work();
    return seconds_since(begin);
}

/// Rows that have `wanted` of the `entries` together, but no fewer than `least`.
std::int64_t part_rows(std::int64_t rows, std::int64_t entries, std::int64_t wanted, std::int64_t least) {
    const double share = static_cast<double>(wanted) / static_cast<double>(std::max<std::int64_t>(1, entries));
    const auto some = static_cast<std::int64_t>(share * static_cast<double>(rows));
    return std::min(rows, std::max(least, some));
}

/// Seconds for `rows` rows: time grows with the rows, above a part that is the same for any number of them, so
/// it is read off the line through what `part` rows and a fourth of them take.
double estimated_seconds(std::int64_t rows, std::int64_t part, const std::function<double(std::int64_t)>& seconds_for) {
    const std::int64_t small = std::max<std::int64_t>(1, part / smaller_part);
    const double large_seconds = seconds_for(part);
    if (part >= rows) return large_seconds;
    const double small_seconds = seconds_for(small);
    const double slope = std::max(0.0, large_seconds - small_seconds) / static_cast<double>(part - small);
    return large_seconds + slope * static_cast<double>(rows - part);
}

/// What reading took, what was read, and the program with it.
struct Read {
    double seconds;
    std::uint64_t bytes;
    std::uint64_t peak = peak_memory();
    std::uint64_t held = resident_memory();
};

void print_table(Output& out, const std::string& work, const Json& plan) {
    Table table({"to " + work, plan["source"].get<std::string>()});
    for (const auto& [name, value] : plan.items()) {
        if (value.is_number_integer() && !name.starts_with("memory")) table.add({name, value.dump()});
    }
    const auto bytes = [&](const char* field) { return readable_bytes(plan[field].get<std::uint64_t>()); };
    table.add({"memory", bytes("memory") + " of " + bytes("memory_available") + " available"});
    if (plan["seconds"].is_number()) {
        const double seconds = plan["seconds"];
        table.add(
            {"time", "about " + (seconds < 10 ? fmt::format("{:.2g} s", seconds) : fmt::format("{:.0f} s", seconds))});
    }
    table.print(out);
}

/// Prints `plan`, to which memory and time are added. Work past the bound is not tried.
void print_plan(Session& session, const std::string& work, Json plan, const Read& read, std::uint64_t work_bytes,
                const std::function<double()>& work_seconds) {
    const std::uint64_t memory = std::max(read.peak, std::max(program_bytes + read.bytes, read.held) + work_bytes);
    const bool fits = session.memory.bytes == 0 || memory <= session.memory.bytes;
    plan["memory"] = memory;
    plan["memory_available"] = available_memory();
    plan["seconds"] = fits ? Json(read.seconds + work_seconds()) : Json(nullptr);
    if (session.common.json) {
        session.out.object(plan);
    } else {
        print_table(session.out, work, plan);
    }
    session.memory.require(memory, "to " + work + " " + plan["source"].get<std::string>());
}

/// Seconds of finding the labels of all points, which no part of them has: with clusters of a single round.
double label_seconds(const Points& points, ClusterFitOptions options, Session& session) {
    if (points.kind == PointKind::rows) return 0;
    options.starts = options.iterations = 1;
    FittedClustering fitted = fit_clustering(points, options, session.work());
    return seconds_of([&] { label_clusters(fitted.clustering, points); });
}

/// The points, with what reading them took.
struct ReadPoints {
    Points points;
    Read read;
};

std::uint64_t bytes_of(const Points& points) {
    if (!points.is_sparse()) return sizeof(float) * static_cast<std::uint64_t>(points.size() * points.width());
    return (sizeof(float) + sizeof(std::int32_t)) * static_cast<std::uint64_t>(points.sparse().nonzeros());
}

ReadPoints read_for_plan(const std::string& source, const std::string& part, Session& session) {
    const auto begin = Clock::now();
    Points points = read_points(source, part, session.work());
    const double seconds = seconds_since(begin);
    const std::uint64_t bytes = bytes_of(points);
    return {std::move(points), Read{seconds, bytes}};
}

/// How the points are clustered where nobody says more than the number.
ClusterFitOptions usual_clustering(const Points& points, std::int64_t clusters) {
    ClusterFitOptions options;
    options.clusters = clusters;
    options.starts = jobs::usual_starts(points.size(), clustered_dimensions(points, options), clusters);
    return options;
}

double clustering_seconds(const Points& points, const ClusterFitOptions& options, Session& session) {
    const std::int64_t entries =
        points.is_sparse() ? points.sparse().nonzeros() : points.size() * clustered_dimensions(points, options);
    const std::int64_t part = part_rows(points.size(), entries, clustered_entries, 16 * *options.clusters);
    return label_seconds(points, options, session) + estimated_seconds(points.size(), part, [&](std::int64_t count) {
               return seconds_of([&] { (void)fit_clustering(some_points(points, count), options, session.work()); });
           });
}

double layout_seconds(const Points& points, const LayoutOptions& options, Session& session) {
    const std::int64_t part = std::min(points.size(), part_points);
    return estimated_seconds(points.size(), part, [&](std::int64_t count) {
        return seconds_of([&] { (void)laid_out(some_points(points, count), options, nullptr, session.work()); });
    });
}

/// The page is made as a whole: place, cluster and names of each point, as text of their own and in the page's.
std::uint64_t page_memory(const Points& points) {
    std::uint64_t bytes = 0;
    for (const std::string& id : points.ids) bytes += 64 + id.size();
    for (const std::string& title : points.titles) bytes += title.size();
    return 2 * bytes;
}

/// So many rows of a matrix, as a matrix of their own.
corpora::MatrixFile some_rows(const FactorizedMatrix& matrix, std::int64_t count) {
    corpora::MatrixFile some;
    if (matrix.is_sparse()) {
        some.matrix = even_rows(matrix.sparse(), count);
    } else {
        const DenseMatrix& all = matrix.dense();
        some.matrix = even_rows(ConstMatrixMap(all.data(), all.rows(), all.cols()), count);
    }
    return some;
}

/// Seconds of all methods on `matrix`, a part of one of `rows` rows. Those that go on until they are still may take
/// their bound of rounds on a part and few on the whole, so that a part says nothing of how many: they are given as
/// many as mostly suffice. Networks are trained for a few of the epochs that the whole will have.
double factorization_seconds(const FactorizedMatrix& matrix, std::int64_t rows, FactorizeOptions options,
                             Session& session) {
    constexpr std::int64_t training_rounds = 10, other_rounds = 200;
    options.rank = possible_rank(options.rank, matrix);
    const double epochs = static_cast<double>(network_epochs(rows, options)) / training_rounds;
    options.iterations = training_rounds;
    Ladder training(matrix, options, session);
    options.iterations = other_rounds;
    Ladder others(matrix, options, session);
    double seconds = 0;
    for (const std::string& method : factorization_methods("all", matrix)) {
        const bool network = has_hidden_layers(method);
        Ladder& ladder = network || method.ends_with("autoencoder") ? training : others;
        seconds += (network ? epochs : 1) * ladder.step(method).seconds;
    }
    return seconds;
}

/// Bytes of the method that takes most.
std::uint64_t most_memory(const FactorizedMatrix& matrix, const FactorizeOptions& options) {
    std::uint64_t most = 0;
    for (const std::string& method : factorization_methods("all", matrix)) {
        most = std::max(most, factorization_memory(method, matrix, options));
    }
    return most;
}

}  // namespace

void print_clustering_plan(Session& session, const std::string& source, const std::string& part,
                           std::int64_t clusters) {
    const ReadPoints given = read_for_plan(source, part, session);
    const Points& points = given.points;
    if (clusters > points.size()) {
        throw UsageError(fmt::format("--cluster {}: {} has {} {}", clusters, source, points.size(), name(points.kind)));
    }
    const ClusterFitOptions options = usual_clustering(points, clusters);
    print_plan(session, "cluster",
               {{"source", source},
                {std::string(name(points.kind)), points.size()},
                {"dimensions", clustered_dimensions(points, options)},
                {"clusters", clusters},
                {"starts", *options.starts}},
               given.read, clustering_memory(points, options) + label_memory(points),
               [&] { return clustering_seconds(points, options, session); });
}

void print_map_plan(Session& session, const std::string& source, const std::string& part) {
    const ReadPoints given = read_for_plan(source, part, session);
    const Points& points = given.points;
    const LayoutOptions layout;
    const ClusterFitOptions colours = usual_clustering(points, jobs::usual_clusters(points.size()));
    const std::uint64_t work = std::max({clustering_memory(points, colours) + label_memory(points),
                                         layout_memory(points, layout), page_memory(points)});
    print_plan(session, "map",
               {{"source", source},
                {std::string(name(points.kind)), points.size()},
                {"dimensions", points.width()},
                {"clusters", *colours.clusters}},
               given.read, work,
               [&] { return clustering_seconds(points, colours, session) + layout_seconds(points, layout, session); });
}

void print_factorization_plan(Session& session, const std::string& source, std::int64_t rank) {
    const auto begin = Clock::now();
    MatrixArguments arguments;
    arguments.path = source;
    const FactorizedMatrix matrix(read_matrix(arguments, session), false, session);
    matrix.require_entries(source);
    const Read read = {seconds_since(begin), matrix.bytes()};
    const FactorizeOptions options = {.rank = possible_rank(rank, matrix), .lambda = {}};
    const std::int64_t entries = matrix.is_sparse() ? matrix.sparse().nonzeros() : matrix.rows() * matrix.cols();
    const std::int64_t part = part_rows(matrix.rows(), entries, factorized_entries, 16 * options.rank);
    print_plan(session, "factorize",
               {{"source", source},
                {"rows", matrix.rows()},
                {"columns", matrix.cols()},
                {"nonzeros", entries},
                {"rank", options.rank}},
               read, most_memory(matrix, options), [&] {
                   return estimated_seconds(matrix.rows(), part, [&](std::int64_t count) {
                       return factorization_seconds({some_rows(matrix, count), false, session}, matrix.rows(), options,
                                                    session);
                   });
               });
}

}  // namespace eckart::tools
