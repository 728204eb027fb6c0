#pragma once

#include <string>
#include <string_view>

namespace eckart::text {

/// How a term's count in a document becomes an entry of the matrix X (documents x terms).
struct Weighting {
    /// One of "log-entropy" (Dumais 1991), "bm25", "tf-idf" or "tf-idf:" and three SMART letters (Manning, Raghavan and
    /// Schuetze 2008, figure 6.15): the local, global and normalization weight, for example "tf-idf:ltc".
    std::string name = "log-entropy";
};

}  // namespace eckart::text
