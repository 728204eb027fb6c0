#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/metrics/significance.h"
#include "engine/support/progress.h"

// Measures of clusterings. A label is any number, and equal numbers are one cluster: -1, which some programs write for
// noise, is a cluster like the others, so leave noise out where it should not count.
//
// The first group compares two labelings of the same members; names of labels do not matter. Each measure is 1 where
// there are no members, for then nothing is misplaced. Each throws UsageError if the two have not the same length.

namespace eckart {

/// NMI: mutual information over the mean of the two entropies, 2 I(a; b) / (H(a) + H(b)), in [0, 1] (Strehl and Ghosh,
/// "Cluster ensembles", JMLR 3, 2002, take the geometric mean; the arithmetic one is scikit-learn's default). 1 where
/// both have a single cluster.
double normalized_mutual_information(std::span<const std::int32_t> a, std::span<const std::int32_t> b);

/// 1 - H(truth | labels) / H(truth): 1 where each cluster has members of one class only (Rosenberg and Hirschberg,
/// "V-measure: a conditional entropy-based external cluster evaluation measure", EMNLP-CoNLL 2007).
double homogeneity(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels);

/// 1 - H(labels | truth) / H(labels): 1 where the members of each class are all in one cluster (the same paper).
double completeness(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels);

/// Harmonic mean of homogeneity and completeness (the same paper), which is NMI with the arithmetic mean.
double v_measure(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels);

/// ARI: the share of pairs of members on which the two agree, adjusted so that 0 is what chance gives and 1 is the same
/// partition (Hubert and Arabie, "Comparing partitions", Journal of Classification 2, 1985).
double adjusted_rand_index(std::span<const std::int32_t> a, std::span<const std::int32_t> b);

/// Share of members that belong to the most frequent class of their cluster. Grows with the number of clusters, to 1
/// where each member has its own.
double purity(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels);

/// The measures above together. `n` counts the members that are compared.
struct LabelAgreement {
    std::int64_t n = 0;
    double nmi = 1;
    double ari = 1;
    double homogeneity = 1;
    double completeness = 1;
    double v_measure = 1;
    double purity = 1;
};

/// Compares labels with the true classes of the members whose class is known: those of class -1 are left out. Throws
/// UsageError if the two have not the same length.
LabelAgreement label_agreement(std::span<const std::int32_t> truth, std::span<const std::int32_t> labels);

// The second group judges one labeling by the points themselves: the rows of x (n x d) with Euclidean distances (of
// rows of unit length these order pairs as cosines do). Each throws UsageError if the lengths differ, a value is not
// finite, or there are fewer than two clusters.

/// The silhouette of each point, (b - a) / max(a, b): a is its mean distance to the others of its own cluster, b the
/// least mean distance to the members of another one (Rousseeuw, "Silhouettes: a graphical aid to the interpretation
/// and validation of cluster analysis", Journal of Computational and Applied Mathematics 20, 1987). In [-1, 1]; 0 for
/// the only member of a cluster, as the paper has it, and where a = b = 0.
///
/// Exact: all n^2 distances, by blocks, in float64. Costs n^2 d multiplications and n^2 square roots; memory 8 n d
/// bytes, and half a megabyte a thread. The same bytes for any number of threads.
std::vector<double> silhouette_values(ConstPanelRef<float> x, std::span<const std::int32_t> labels,
                                      const Progress& progress = {});

/// The mean of the silhouette values of all points.
double silhouette(ConstPanelRef<float> x, std::span<const std::int32_t> labels, const Progress& progress = {});

/// The mean silhouette, estimated by `sample` points drawn without replacement, each with its exact value (its
/// distances go to all points), with the 95% interval of the normal approximation. All points if there are no more.
/// Throws UsageError too if `sample` is below 1.
MeanInterval sampled_silhouette(ConstPanelRef<float> x, std::span<const std::int32_t> labels, std::int64_t sample,
                                std::uint64_t seed = 1);

/// The mean of (b - a) / max(a, b) with a the distance to the centroid of a point's own cluster, b that to the nearest
/// other centroid (Hruschka, de Castro and Campello, "Evolutionary algorithms for clustering gene-expression data",
/// ICDM 2004). Another figure than the silhouette, for n k distances rather than n^2.
double simplified_silhouette(ConstPanelRef<float> x, std::span<const std::int32_t> labels);

/// Mean over clusters i of the worst (s_i + s_j) / |c_i - c_j| over j, with s the mean distance of members to their
/// centroid c (Davies and Bouldin, "A cluster separation measure", IEEE Transactions on Pattern Analysis and Machine
/// Intelligence 1, 1979). Lower is better, 0 the best. A pair whose centroids coincide counts as 0, as in scikit-learn.
double davies_bouldin(ConstPanelRef<float> x, std::span<const std::int32_t> labels);

/// Variance between clusters over variance within, each by its degrees of freedom: (B / (k - 1)) / (W / (n - k))
/// (Calinski and Harabasz, "A dendrite method for cluster analysis", Communications in Statistics 3, 1974). Higher is
/// better. 1 where W is 0, as in scikit-learn.
double calinski_harabasz(ConstPanelRef<float> x, std::span<const std::int32_t> labels);

}  // namespace eckart
