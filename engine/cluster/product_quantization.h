#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/support/progress.h"

namespace eckart {

/// One code a row, one byte a subspace.
using CodeMatrix = RowMajorMatrix<std::uint8_t>;

struct ProductQuantizationOptions {
    std::int64_t subspaces = 8;    ///< m, the bytes of a code, >= 1; no more are made than there are columns
    std::int64_t codewords = 256;  ///< of each subspace, 1 to 256; no more are made than there are rows
    std::int64_t iterations = 25;  ///< of k-means in each subspace, >= 1
    std::int64_t rotations = 0;    ///< steps in which a rotation is learned, see below; 0: there is none
    std::int64_t sample = 65536;   ///< rows that are learned from, at most, drawn alike; 0: all
    std::uint64_t seed = 1;
};

/// What a row x of d entries is replaced by: x R, cut into m pieces, each of which goes to the nearest of its
/// subspace's codewords. Plain data.
struct ProductQuantizer {
    std::vector<std::int64_t> bounds;  ///< m + 1: piece s has the columns [bounds[s], bounds[s + 1])
    DenseMatrix codewords;             ///< W, c x d: word j of subspace s is row j, in the columns of piece s
    DenseMatrix rotation;              ///< R, d x d, orthonormal; empty: there is none
    std::vector<double> objective;     ///< mean squared error of the sample after each rotation; never increases, but
                                       ///< for roundoff

    std::int64_t dimensions() const { return codewords.cols(); }
    std::int64_t subspaces() const { return static_cast<std::int64_t>(bounds.size()) - 1; }
};

/// Learns codewords, and with `rotations` an orthonormal R, from the rows of x (n x d):
///
///     min over R and W of  ||X R - Z W||^2,   Z one-hot in each subspace
///
/// (Jegou, Douze and Schmid, "Product quantization for nearest neighbor search", IEEE Transactions on Pattern Analysis
/// and Machine Intelligence 33(1), 2011). Pieces are of one length, or differ by one column where m does not divide d.
///
/// R begins as the principal axes, dealt to the subspaces so that the products of their variances are alike, and is
/// then found in turn with the codewords: given the decoded rows Y, X'Y = U S V' gives R = U V' (Ge, He, Ke and Sun,
/// "Optimized product quantization for approximate nearest neighbor search", CVPR 2013).
///
/// The same bytes for any number of threads. Throws UsageError if an option is out of range, x has no rows or columns,
/// or an entry is not finite.
[[nodiscard]] ProductQuantizer fit_product_quantizer(ConstPanelRef<float> x,
                                                     const ProductQuantizationOptions& options = {},
                                                     const Progress& progress = {});

/// Bytes that fit_product_quantizer holds at most beside its n x d input.
std::uint64_t product_quantizer_memory(std::int64_t rows, std::int64_t cols, const ProductQuantizationOptions& options);

/// The code of each row, n x m. Throws UsageError if the rows have another length or an entry is not finite.
[[nodiscard]] CodeMatrix encode(const ProductQuantizer& quantizer, ConstPanelRef<float> x);

/// What codes (n x m) stand for, n x d, rotated back. Throws UsageError if there is no such codeword or the codes have
/// another length.
[[nodiscard]] DenseMatrix decode(const ProductQuantizer& quantizer, const CodeMatrix& codes);

/// Codes as a product of two matrices.
struct OneHotFactors {
    DenseMatrix z;  ///< n x (m c): in each row a 1 for each piece of its code
    DenseMatrix w;  ///< (m c) x d: row s c + j is word j of subspace s, zero outside of the columns of its piece
};

/// Z and W with Z W = decode(codes), for a quantizer without a rotation. Throws as decode, and UsageError if there is a
/// rotation.
[[nodiscard]] OneHotFactors one_hot_factors(const ProductQuantizer& quantizer, const CodeMatrix& codes);

/// Mean over the rows of |x - decode(encode(x))|^2. Throws as encode.
[[nodiscard]] double distortion(const ProductQuantizer& quantizer, ConstPanelRef<float> x);

/// Codewords' inner products with a query, m x c: those of a code's codewords sum to the inner product of the query and
/// what the code stands for. Throws UsageError if the query has another length.
[[nodiscard]] DenseMatrix inner_product_table(const ProductQuantizer& quantizer, std::span<const float> query);

/// The same for squared distances.
[[nodiscard]] DenseMatrix distance_table(const ProductQuantizer& quantizer, std::span<const float> query);

/// sums[i] = sum over subspaces s of table(s, code i of s), for `sums.size()` codes one behind the other.
void sum_table(const DenseMatrix& table, const std::uint8_t* codes, std::span<float> sums);

}  // namespace eckart
