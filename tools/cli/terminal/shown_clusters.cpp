#include "tools/cli/terminal/shown_clusters.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/cli/terminal/result_lines.h"
#include "tools/jobs/common/counted.h"

namespace eckart::tools {

using jobs::ClusterDescription;
using jobs::Clustering;
using jobs::ClusterResult;
using jobs::Placement;
using jobs::Points;

namespace {

constexpr std::size_t label_columns = 44;
constexpr std::size_t representatives_shown = 2;

std::string distance_text(float distance) {
    return fmt::format("{:.6g}", distance);
}

std::string representatives(const Points& points, const ClusterDescription& cluster) {
    std::string all;
    for (std::size_t i = 0; i < std::min(representatives_shown, cluster.representatives.size()); ++i) {
        all += (i > 0 ? "; " : "") + points.label(cluster.representatives[i]);
    }
    return all;
}

nlohmann::ordered_json object_of(const Points& points, const ClusterDescription& cluster, std::size_t number) {
    nlohmann::ordered_json object = {
        {"cluster", number}, {"size", cluster.size}, {"label", cluster.label}, {"representative", nullptr}};
    if (!cluster.representatives.empty()) {
        const auto nearest = static_cast<std::size_t>(cluster.representatives.front());
        object["representative"] = points.ids[nearest];
        if (!points.titles[nearest].empty()) object["title"] = points.titles[nearest];
    }
    return object;
}

void print_clusters(Session& session, const Points& points, const Clustering& clustering) {
    if (session.common.json) {
        for (std::size_t c = 0; c < clustering.clusters.size(); ++c) {
            session.out.object(object_of(points, clustering.clusters[c], c));
        }
        return;
    }
    Table table({"cluster", "size", "label", "nearest to the centroid"});
    for (std::size_t c = 0; c < clustering.clusters.size(); ++c) {
        const ClusterDescription& cluster = clustering.clusters[c];
        table.add({std::to_string(c), std::to_string(cluster.size), cut_to(printable(cluster.label), label_columns),
                   cut_to(representatives(points, cluster), label_columns)});
    }
    table.print(session.out);
}

void print_tried(Session& session, const std::vector<ClusterStability>& tried) {
    if (tried.empty()) return;
    const std::int64_t chosen = most_stable(tried).clusters;
    Table table({"clusters", "stability", "+-", ""});
    for (const ClusterStability& one : tried) {
        if (session.common.json) {
            session.out.object({{"k", one.clusters},
                                {"stability", one.stability},
                                {"spread", one.spread},
                                {"chosen", one.clusters == chosen}});
        }
        table.add({std::to_string(one.clusters), fmt::format("{:.3f}", one.stability),
                   fmt::format("{:.3f}", one.spread), one.clusters == chosen ? "chosen" : ""});
    }
    if (session.common.json) return;
    table.print(session.out);
    session.out.line("");
}

void print_measure(Session& session, const std::string& metric, double value, std::int64_t n,
                   std::optional<MeanInterval> interval = {}) {
    if (session.common.json) {
        nlohmann::ordered_json object = {{"metric", metric}, {"value", value}, {"n", n}};
        object["low"] = interval ? nlohmann::ordered_json(interval->low) : nullptr;
        object["high"] = interval ? nlohmann::ordered_json(interval->high) : nullptr;
        session.out.object(object);
    } else {
        const std::string range = interval ? fmt::format("  ({:.4f} to {:.4f})", interval->low, interval->high) : "";
        session.out.line(fmt::format("{:<12}  {:.4f}{}", metric, value, range));
    }
}

void print_measures(Session& session, const ClusterResult& result) {
    if (const auto& agreement = result.agreement) {
        print_measure(session, "nmi", agreement->nmi, agreement->n);
        print_measure(session, "ari", agreement->ari, agreement->n);
        print_measure(session, "homogeneity", agreement->homogeneity, agreement->n);
        print_measure(session, "completeness", agreement->completeness, agreement->n);
        print_measure(session, "v-measure", agreement->v_measure, agreement->n);
        print_measure(session, "purity", agreement->purity, agreement->n);
    }
    if (const auto& found = result.silhouette) {
        print_measure(session, "silhouette", found->mean, found->n, found->interval);
    }
}

void print_heading(Session& session, const Points& points, const jobs::FittedClustering& fitted) {
    const ClusterSpace& space = fitted.clustering.space;
    session.out.line(fmt::format(
        "{}: {} in {}, by {}{} in {}, best of {}", points.source, counted(points.size(), points.kind),
        jobs::counted(fitted.clustering.size(), "cluster", "clusters"), space.unit ? "cosine" : "distance",
        space.centered() ? " about the mean" : "", jobs::counted(space.dimensions, "dimension", "dimensions"),
        jobs::counted(fitted.options.starts, "start", "starts")));
    session.out.line(space.unit ? fmt::format("mean cosine to the centroid {:.3f}", fitted.closeness)
                                : fmt::format("{:.1f}% of the variance explained", 100 * fitted.closeness));
}

}  // namespace

void print_rows(Session& session, const Points& points, const Placement& placement) {
    for (std::size_t row = 0; row < points.ids.size(); ++row) {
        const bool lost = placement.directionless[row] != 0;
        if (session.common.json) {
            nlohmann::ordered_json object = {
                {"id", points.ids[row]}, {"cluster", placement.labels[row]}, {"distance", placement.distances[row]}};
            if (lost) object["fallback"] = "no direction";
            session.out.object(object);
        } else {
            session.out.line(fmt::format("{:>5}  {:.4f}  {}{}", placement.labels[row], placement.distances[row],
                                         points.label(static_cast<std::int64_t>(row)), lost ? "  (no direction)" : ""));
        }
    }
}

void print_clustering(Session& session, const Points& points, const ClusterResult& result, bool summary) {
    print_tried(session, result.fitted.tried);
    if (session.common.json && !summary) {
        print_rows(session, points, result.fitted.clustering.placement);
    } else {
        if (!session.common.json) print_heading(session, points, result.fitted);
        print_clusters(session, points, result.fitted.clustering);
    }
    print_measures(session, result);
}

void write_assignments(Session& session, const std::string& path, const Points& points, const Placement& placement) {
    ResultLines file(path, session.out);
    file.line("id\tcluster\tdistance");
    for (std::size_t row = 0; row < points.ids.size(); ++row) {
        file.line(printable(points.ids[row]) + "\t" + std::to_string(placement.labels[row]) + "\t" +
                  distance_text(placement.distances[row]));
    }
    file.finish();
}

}  // namespace eckart::tools
