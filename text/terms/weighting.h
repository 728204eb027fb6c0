#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"

namespace eckart::text {

/// How a term's count in a document becomes an entry of the matrix X (documents x terms):
/// local(tf) * global(term), and then the row's length.
///
/// Names: "log-entropy" (Dumais, "Improving the retrieval of information from external sources", 1991), "bm25",
/// "tf-idf" (which is "tf-idf:ltc"), or "tf-idf:" and three SMART letters (Manning, Raghavan and Schuetze,
/// "Introduction to Information Retrieval", 2008, figure 6.15):
///   local   n tf | l 1 + ln tf | a .5 + .5 tf / max tf | b 1 | L (1 + ln tf) / (1 + ln mean tf)
///   global  n 1  | t ln(N / df) | p max(0, ln((N - df) / df))
///   row     n as it is | c unit length
struct Weighting {
    char local = 'e';   ///< a letter above; 'e' log2(1 + tf) of log-entropy; 'k' the saturated tf of BM25
    char global = 'e';  ///< a letter above; 'e' 1 - entropy / log N; 'k' the idf of BM25
    char row = 'c';     ///< 'n' or 'c'
};

/// Throws UsageError, listing the names, on any other word.
Weighting parse_weighting(std::string_view name);

/// The name that parse_weighting reads.
std::string name(const Weighting& weighting);

/// Local weight of a term that counts `tf` in a query (tf > 0, not necessarily whole: feedback makes fractions).
double query_weight(const Weighting& weighting, double tf);

/// Global weight of each term (a row of `postings`, terms x documents, values tf). `documents` is N.
std::vector<float> global_weights(const Weighting& weighting, const CsrView& postings);

/// Replaces the counts of each row of `counts` (documents x terms) by their weights. A row without a weight above zero
/// stays zero.
void weight_rows(const Weighting& weighting, std::span<const float> global_weights, CsrMatrix& counts);

}  // namespace eckart::text
