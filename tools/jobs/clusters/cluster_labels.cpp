#include "tools/jobs/clusters/cluster_labels.h"

#include <algorithm>
#include <functional>
#include <map>

#include "engine/matrix/csr.h"
#include "engine/metrics/distinction.h"
#include "engine/support/top_k.h"
#include "recsys/serving/model_store.h"
#include "text/query/index_space.h"
#include "tools/jobs/common/shown_text.h"
#include "tools/jobs/ratings/item_texts.h"

namespace eckart::jobs {
namespace {

constexpr std::size_t documents_read = 12;  ///< of a cluster, to see how a term is spelled

std::string joined(const std::vector<std::string>& words) {
    std::string all;
    for (const std::string& word : words) all += (all.empty() ? "" : ", ") + word;
    return all;
}

/// `called(feature, cluster)` is the name of the feature.
void label_by_features(Clustering& clustering, const CsrView& features,
                       const std::function<std::string(std::int32_t, std::size_t)>& called) {
    const std::vector<std::int32_t> labels = clustering.placement.directed_labels();
    const auto found = distinguishing_features(features, labels, clustering.size(), label_words);
    for (std::size_t c = 0; c < found.size(); ++c) {
        std::vector<std::string> words;
        for (const Distinction& feature : found[c]) {
            std::string word = called(feature.feature, c);
            if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(std::move(word));
        }
        clustering.clusters[c].label = joined(words);
    }
}

void label_by_nearest(Clustering& clustering, const Points& points) {
    for (ClusterDescription& cluster : clustering.clusters) {
        std::vector<std::string> names;
        for (const std::int64_t row : cluster.representatives) {
            if (static_cast<std::int64_t>(names.size()) < label_words) names.push_back(points.label(row));
        }
        cluster.label = joined(names);
    }
}

/// Members of a cluster that have a feature, those of the lowest rows.
std::vector<std::int32_t> members_with(const CsrView& features, std::int32_t feature,
                                       const std::vector<std::int32_t>& labels, std::size_t cluster,
                                       std::size_t count) {
    std::vector<std::int32_t> members;
    for (const std::int32_t member : features.row(feature).columns) {
        if (members.size() == count) break;
        if (labels[member] == static_cast<std::int32_t>(cluster)) members.push_back(member);
    }
    return members;
}

void label_documents(Clustering& clustering, const Points& points) {
    const text::IndexSpace space = text::IndexSpace::open(points.source);
    const CsrView postings = space.postings();
    label_by_features(clustering, postings, [&](std::int32_t term, std::size_t cluster) {
        return space.readable(term, members_with(postings, term, clustering.placement.labels, cluster, documents_read));
    });
}

/// Categories x items.
struct Categories {
    std::vector<std::string> names;
    CsrMatrix items;
};

Categories categories_of(const Catalog& catalog) {
    std::map<std::string, std::vector<std::int64_t>> members;
    for (std::int64_t item = 0; item < catalog.size(); ++item) {
        for (const std::string& category : item_traits(catalog.entry(item).attributes).categories) {
            members[category].push_back(item);
        }
    }
    Categories categories;
    std::vector<Entry> entries;
    for (const auto& [name, items] : members) {
        for (const std::int64_t item : items) {
            entries.push_back({static_cast<std::int64_t>(categories.names.size()), item, 1.0F});
        }
        categories.names.push_back(name);
    }
    const auto rows = static_cast<std::int64_t>(categories.names.size());
    categories.items = csr_from_entries(rows, catalog.size(), std::move(entries));
    return categories;
}

/// The titles of the most rated members.
void label_by_most_rated(Clustering& clustering, const Points& points, const recsys::ModelStore& store) {
    const std::vector<std::int32_t> labels = clustering.placement.directed_labels();
    std::vector<TopK<float>> best(clustering.clusters.size(), TopK<float>(label_words));
    for (std::size_t item = 0; item < labels.size(); ++item) {
        if (labels[item] < 0) continue;
        best[labels[item]].offer(static_cast<std::int32_t>(item), store.popularity()[item]);
    }
    for (std::size_t c = 0; c < best.size(); ++c) {
        std::vector<std::string> titles;
        for (const auto& item : best[c].take()) titles.push_back(points.label(item.index));
        if (clustering.clusters[c].label.empty()) clustering.clusters[c].label = joined(titles);
    }
}

void label_items(Clustering& clustering, const Points& points) {
    const auto store = recsys::ModelStore::open(points.source);
    const Categories categories = categories_of(store.items());
    label_by_features(clustering, categories.items,
                      [&](std::int32_t category, std::size_t) { return printable(categories.names[category]); });
    label_by_most_rated(clustering, points, store);
}

void label_users(Clustering& clustering, const Points& points) {
    const auto store = recsys::ModelStore::open(points.source);
    const auto& positive = store.info().positive;
    const CsrMatrix rated =
        positive ? transposed(recsys::entries_from(store.ratings(), *positive)) : transposed(store.ratings());
    label_by_features(clustering, rated, [&](std::int32_t item, std::size_t) {
        const CatalogEntry entry = store.items().entry(item);
        return printable(entry.title.empty() ? entry.id : entry.title);
    });
}

}  // namespace

void label_clusters(Clustering& clustering, const Points& points) {
    switch (points.kind) {
        case PointKind::documents:
            return label_documents(clustering, points);
        case PointKind::items:
            return label_items(clustering, points);
        case PointKind::users:
            return label_users(clustering, points);
        case PointKind::terms:
        case PointKind::rows:
            return label_by_nearest(clustering, points);
    }
}

std::uint64_t label_memory(const Points& points) {
    constexpr std::uint64_t entry_bytes = sizeof(float) + sizeof(std::int32_t);
    const auto bytes = [](std::int64_t entries) { return entry_bytes * static_cast<std::uint64_t>(entries); };
    const auto names = 64 * static_cast<std::uint64_t>(points.size());
    if (points.kind == PointKind::documents) return bytes(text::IndexSpace::open(points.source).postings().nonzeros());
    if (points.kind == PointKind::users) {  // the ratings, the likes among them and the transpose of these
        return 3 * bytes(recsys::ModelStore::open(points.source).ratings().nonzeros());
    }
    return points.kind == PointKind::items ? names : 0;
}

}  // namespace eckart::jobs
