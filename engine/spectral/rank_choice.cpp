// Ranks chosen from the singular values alone; the declarations stand in truncated_svd.h.

#include <cmath>
#include <limits>
#include <string>

#include "engine/spectral/truncated_svd.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

std::string percent(double share) {
    const auto tenths = static_cast<long>(std::lround(share * 1000));
    return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

/// Sum of squared distances from the mean of values[begin, end).
double scatter(const Eigen::VectorXd& values, Eigen::Index begin, Eigen::Index end) {
    const auto part = values.segment(begin, end - begin).array();
    return (part - part.mean()).square().sum();
}

}  // namespace

RankChoice rank_for_energy(const TruncatedSvd& svd, double energy) {
    if (!(energy > 0 && energy <= 1)) throw UsageError("an energy target must lie in (0, 1]");
    double kept = 0;
    for (Eigen::Index i = 0; i < svd.rank(); ++i) {
        kept += svd.singular_values(i) * svd.singular_values(i) / svd.certificate.squared_norm;
        if (kept >= energy) {
            return {i + 1, "rank " + std::to_string(i + 1) + " is the smallest that keeps " + percent(energy) +
                               " of the energy (" + percent(kept) + ")"};
        }
    }
    return {svd.rank(), "all " + std::to_string(svd.rank()) + " computed triplets keep " + percent(kept) +
                            " of the energy, less than the " + percent(energy) + " asked for"};
}

RankChoice rank_by_profile(const TruncatedSvd& svd) {
    const Eigen::VectorXd& s = svd.singular_values;
    const Eigen::Index n = s.size();
    if (n < 3) return {n, "rank " + std::to_string(n) + " is all that there is"};
    Eigen::Index best = 1;
    double least = std::numeric_limits<double>::infinity();
    for (Eigen::Index q = 1; q < n; ++q) {  // one variance for both groups: the likelihood falls with the scatter
        const double total = scatter(s, 0, q) + scatter(s, q, n);
        if (total < least) {
            least = total;
            best = q;
        }
    }
    return {best, "rank " + std::to_string(best) + " splits the " + std::to_string(n) +
                      " computed singular values where their profile likelihood is highest"};
}

}  // namespace eckart
