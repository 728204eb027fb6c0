#include "engine/cluster/kmeans_method.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "engine/cluster/kmeans_kernel.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"

namespace eckart {
namespace {

constexpr std::array<std::pair<std::string_view, KmeansStart>, 3> start_names = {
    {{"plus-plus", KmeansStart::plus_plus}, {"random", KmeansStart::random}, {"bisecting", KmeansStart::bisecting}}};
constexpr std::array<std::pair<std::string_view, KmeansMethod>, 5> method_names = {
    {{"automatic", KmeansMethod::automatic},
     {"auto", KmeansMethod::automatic},
     {"lloyd", KmeansMethod::lloyd},
     {"hamerly", KmeansMethod::hamerly},
     {"yinyang", KmeansMethod::yinyang}}};

template <class Names, class Value>
std::string_view name_in(const Names& names, Value value) {
    return std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.second == value; })->first;
}

template <class Names>
auto value_in(const Names& names, std::string_view name, const char* what) {
    const auto found = std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == name; });
    if (found != names.end()) return found->second;
    std::string words;
    for (const auto& entry : names) words += (words.empty() ? "" : ", ") + std::string(entry.first);
    throw UsageError("'" + std::string(name) + "' is not a " + what + " of k-means; there are " + words);
}

/// What automatic stands for. Bounds cost about what 30 products of a row do, so they do not pay for few clusters; and
/// the distances between centroids, which they lean on, are not measured for sparse rows or for few rows a cluster.
KmeansMethod best_method(std::int64_t rows, std::int64_t nonzeros, std::int64_t clusters) {
    if (nonzeros > 0 || clusters < 48 || rows < panel_lanes * clusters) return KmeansMethod::lloyd;
    return KmeansMethod::yinyang;
}

std::uint64_t groups_of(KmeansMethod method, std::int64_t clusters) {
    if (method == KmeansMethod::lloyd) return 0;
    const std::int64_t panels = panels_a_group(method);
    return panels == 0 ? 1 : static_cast<std::uint64_t>((panel_count(clusters) + panels - 1) / panels);
}

std::uint64_t memory_of(KmeansMethod method, std::int64_t rows, std::int64_t cols, std::int64_t nonzeros,
                        const KmeansOptions& options) {
    const auto n = static_cast<std::uint64_t>(rows), d = static_cast<std::uint64_t>(cols);
    const auto stored = static_cast<std::uint64_t>(nonzeros), k = static_cast<std::uint64_t>(options.clusters);
    const std::uint64_t lanes = k + static_cast<std::uint64_t>(panel_lanes),
                        groups = groups_of(method, options.clusters);
    const std::uint64_t unit = !options.spherical ? 0 : stored > 0 ? 8 * (stored + n) + 12 * n : 4 * n * d + 12 * n;
    // Norms, labels and distances; in the first iteration each row moves once, and is listed by its cluster.
    const std::uint64_t by_row = 8 * n + 24 * n + 48 * n + 32 * n;
    const std::uint64_t bounds = groups == 0 ? 0 : 4 * n * (groups + 2) + 4 * k * (groups + 1);
    // Four times the centroids, packed ones twice, sums in float64; the rows' mean by blocks of 1024.
    const std::uint64_t centroids = (4 * 4 * k + 2 * 4 * lanes + 8 * k) * d + (stored > 0 ? 0 : 8 * d * (1 + n / 1024));
    const auto threads = static_cast<std::uint64_t>(thread_count());
    const std::uint64_t scratch = threads * (4 * 48 * lanes + (groups == 0 ? 0 : 1920 * (4 * groups + 80)));
    return unit + by_row + bounds + centroids + scratch;
}

}  // namespace

std::string_view name(KmeansStart start) {
    return name_in(start_names, start);
}
KmeansStart parse_kmeans_start(std::string_view name) {
    return value_in(start_names, name, "start");
}
std::string_view name(KmeansMethod method) {
    return name_in(method_names, method);
}
KmeansMethod parse_kmeans_method(std::string_view name) {
    return value_in(method_names, name, "method");
}

std::int64_t panels_a_group(KmeansMethod method) {
    // Groups of 16 and 32 leave fewer products (10 and 14 of 100, beside 20, at 1000 clusters) and take as long or
    // longer.
    return method == KmeansMethod::yinyang ? 4 : 0;
}

KmeansMethod method_to_use(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, const KmeansOptions& options) {
    KmeansMethod method = options.method;
    if (method == KmeansMethod::automatic) method = best_method(rows, nonzeros, options.clusters);
    const auto fits = [&](KmeansMethod one) {
        return options.memory.bytes == 0 || memory_of(one, rows, cols, nonzeros, options) <= options.memory.bytes;
    };
    if (method == KmeansMethod::yinyang && !fits(method)) method = KmeansMethod::hamerly;
    if (method == KmeansMethod::hamerly && !fits(method)) method = KmeansMethod::lloyd;
    options.memory.require(
        memory_of(method, rows, cols, nonzeros, options),
        "k-means of " + std::to_string(rows) + " rows into " + std::to_string(options.clusters) + " clusters");
    return method;
}

std::uint64_t kmeans_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros, const KmeansOptions& options) {
    KmeansOptions unbounded = options;
    unbounded.memory = {};
    const std::uint64_t most = memory_of(method_to_use(rows, cols, nonzeros, unbounded), rows, cols, nonzeros, options);
    const std::uint64_t least = memory_of(KmeansMethod::lloyd, rows, cols, nonzeros, options);
    return options.memory.bytes == 0 ? most : std::max(least, std::min(most, options.memory.bytes));
}

}  // namespace eckart
