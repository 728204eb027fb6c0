#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/neighbors/neighbor_graph.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

struct TsneOptions {
    /// How many neighbors a row is held near to, in effect: 2 to the power of the entropy of its affinities. A third
    /// of the graph's neighbors is used where it has fewer than three times as many (van der Maaten 2014).
    double perplexity = 30;
    std::int64_t iterations = 750;        ///< in all
    std::int64_t early_iterations = 250;  ///< of these, the first, in which clusters form
    double early_exaggeration = 12;       ///< times which affinities are taken in these
    double exaggeration = 1;              ///< and in those after; above 1 clusters stand further apart
    double learning_rate = 0;             ///< 0: n / exaggeration, in the first iterations that of Belkina et al. 2019
    std::uint64_t seed = 1;               ///< of the displacements that tell equal rows apart
    MemoryBudget memory = {};
};

/// A picture of rows in the plane.
struct Tsne {
    DenseMatrix places;                        ///< n x 2, mean zero
    double perplexity = 0;                     ///< that was used
    double divergence = 0;                     ///< KL(P || Q) of the places, in nats
    std::vector<std::int64_t> measured_after;  ///< iterations, and
    std::vector<double> objective;             ///< the divergence after them, without exaggeration
};

/// Affinities of the rows of a graph: P (n x n, symmetric, sums to 1, zero diagonal),
///
///     p_j|i = exp(-b_i |x_i - x_j|^2) / sum over the neighbors j of i,    p_ij = (p_j|i + p_i|j) / 2n,
///
/// where b_i makes the entropy of row i the logarithm of the perplexity, to 1e-5. Where no b_i does so, because more
/// neighbors than that are equally near, these share the row.
[[nodiscard]] CsrMatrix affinities(const NeighborGraph& graph, double perplexity);

/// p_j|i of a row with these squared distances, of which those not finite count for nothing; zero if none is finite.
void conditional_affinities(std::span<const float> squared_distances, double perplexity, std::span<float> affinities);

/// KL(P || Q) for places (n x 2) with Q's normalization Z = sum over i != j of 1 / (1 + |y_i - y_j|^2) given, in nats.
double divergence(const CsrView& affinities, ConstPanelRef<float> places, double z);

/// sum_j p_ij w_ij (y_i - y_j) - sum_j w_ij^2 (y_i - y_j) / Z for each row, a quarter of the
/// gradient of KL(P || Q); repulsion by pairs up to 1000 rows, on a grid above. n x 2.
[[nodiscard]] DenseMatrix divergence_gradient(const CsrView& affinities, ConstPanelRef<float> places);

/// Places the n rows of a graph in the plane so that those near each other in the graph are near in the picture, by
/// minimizing
///
///     KL(P || Q) = sum p_ij log(p_ij / q_ij),   q_ij = w_ij / Z,   w_ij = 1 / (1 + |y_i - y_j|^2)
///
/// [L. van der Maaten and G. Hinton, "Visualizing data using t-SNE", JMLR 9, 2008], by gradient descent with momentum
/// and gains from `start` (n x 2, for example the leading principal components; only its shape matters, for it is
/// scaled to a standard deviation of 1e-4 [D. Kobak and P. Berens, "The art of using t-SNE for single-cell
/// transcriptomics", Nature Communications 10, 2019]). The attraction costs O(n k) an iteration; the repulsion is
/// summed by pairs up to 1000 rows and on a grid above [Linderman et al. 2019], O(n + g log g) for g nodes, of which
/// there are about four to a unit of the picture's area. Learning rate: A. Belkina et al., "Automated optimized
/// parameters for t-distributed stochastic neighbor embedding improve visualization", Nature Communications 10, 2019.
///
/// Fewer than four rows keep the shape of the start. Rows that have no neighbor within reach drift to the rim; rows
/// that are all equal stay on one place. Same bytes for any number of threads. Memory: `tsne_memory`. Throws UsageError
/// if an option is out of range, the shapes do not fit, or the start is not finite; MemoryError past the budget.
[[nodiscard]] Tsne tsne(const NeighborGraph& graph, ConstPanelRef<float> start, const TsneOptions& options = {},
                        const Progress& progress = {});

/// Places m new rows in an old picture (n x 2), which stays as it is: each by the same attraction to its neighbors
/// among the old rows (`nearest`, indices into `places`) and the same repulsion of all of these, starting at the mean
/// of the neighbors weighted by affinity. New rows do not know of each other, so each lands where it would alone. A
/// row without a neighbor lands at the middle. Of the options it reads perplexity, exaggeration and memory. m x 2.
[[nodiscard]] DenseMatrix placed_among(ConstPanelRef<float> places, const NeighborGraph& nearest,
                                       const TsneOptions& options = {}, const Progress& progress = {});

/// Bytes that tsne holds at most beside the graph, for n rows with k neighbors each.
std::uint64_t tsne_memory(std::int64_t rows, std::int64_t neighbors);

}  // namespace eckart
