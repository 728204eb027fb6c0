#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "engine/matrix/dense.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "engine/support/parallel.h"

// A scan of all rows of a matrix by codes of 4 bits, an eighth of the bytes of the floats, which tells for each row how
// large its cosine with a query can be at most. Whoever looks for the rows of the largest cosines then reads the floats
// of those rows alone whose bound says that they can be among them, and finds what the scan of all floats finds.
//
// Let y = x / |x| for a row x, w the column scales, and c the codes of the row, each in {-7.5, -6.5, .., 7.5}. Then
//
//     y = s v + e,   v_j = w_j c_j,   s = y . v / |v|^2,   r = |e|,
//
// so that e is orthogonal to v and, for any query q and any q~ near to it,
//
//     q . y = s q~ . v  +  s (q - q~) . v  +  (q - (q . v) v / |v|^2) . e.
//
// The first term is what the codes say, p. q~ is chosen such that q~_j w_j is one of 255 equally spaced numbers, and
// the product is one of integers. The second is at most |q - q~|, since |s v| <= |y| = 1. The third is at most
// sqrt(|q|^2 - (q . v)^2 / |v|^2) r, by the inequality of Cauchy and Schwarz; and |q . v| / |v| >= |p| - |q - q~|.
//
// Bytes and operations, for n rows of d numbers: d / 2 + 8 bytes a row, and 8 vector instructions for 64 products, on
// AVX2. For 178,662 x 223 that is 21 MB in place of 160 MB; text/README.md has what is reached.

namespace eckart {

/// Codes of the rows of a matrix, which are borrowed.
struct ScanCodesView {
    std::span<const std::uint8_t> codes;   ///< rows x code_bytes(d)
    std::span<const float> row_factors;    ///< 2 x rows: s, then r, which is infinite where the codes say nothing
    std::span<const float> column_scales;  ///< d: w

    std::int64_t rows() const { return static_cast<std::int64_t>(row_factors.size() / 2); }
    std::int64_t dimensions() const { return static_cast<std::int64_t>(column_scales.size()); }
};

/// Codes of the rows of a matrix.
struct ScanCodes {
    std::vector<std::uint8_t> codes;
    std::vector<float> row_factors;
    std::vector<float> column_scales;

    ScanCodesView view() const { return {codes, row_factors, column_scales}; }
};

/// Bytes of the codes of a row: 16 for each 32 columns. Byte i of such a group has in its lower half the code of
/// column i of the 32, and in its upper half that of column 16 + i, both plus 7.5.
std::int64_t code_bytes(std::int64_t dimensions);

/// Codes of the rows of x (n x d), whose lengths are `lengths` to roundoff. A row of length 0, or NaN, has zeros. Rows
/// of lengths beyond 1e-15 and 1e15, and those whose length is not what `lengths` says, have codes that say nothing.
/// 30 n d flops; the same bytes for any number of threads.
ScanCodes scan_codes(ConstPanelRef<float> x, std::span<const float> lengths);

/// A query for scans, ready to be multiplied by codes.
class ScanQuery {
  public:
    /// `query` has d entries, all finite. Throws UsageError where it has not.
    ScanQuery(const ScanCodesView& codes, std::span<const float> query);

    /// bounds[i - rows.begin] >= q . x_i / |x_i| for the rows i of the range, and >= that product as it is in float32,
    /// whatever the order of its sum, after division by `lengths`. 0 <= bound for rows of zeros.
    void product_bounds(Range rows, float* bounds) const;

  private:
    ScanCodesView codes_;
    std::vector<std::int8_t> low_, high_;  ///< q~_j w_j / unit of the columns of the lower and of the upper halves
    std::int32_t sum_ = 0;                 ///< of all of these
    float unit_ = 0;
    float length_ = 0;     ///< |q|, rounded up
    float code_loss_ = 0;  ///< |q - q~|, rounded up
    float roundoff_ = 0;   ///< of the product of q and a row of unit length, in float32
};

/// Writes PREFIX_codes.npy (u1, n x code_bytes(d)), PREFIX_code_factors.npy (f4, 2 x n) and PREFIX_code_columns.npy
/// (f4, d).
void write_scan_codes(const ScanCodes& codes, const StoreWriter& writer, const std::string& prefix);

/// Codes mapped from a store.
class StoredScanCodes {
  public:
    /// Of `rows` x `cols` numbers. Throws DamagedError, naming the file, if the shapes are others.
    StoredScanCodes(const StoreReader& store, const std::string& prefix, std::int64_t rows, std::int64_t cols);

    /// Valid while this object, or the one that it was moved to, lives.
    ScanCodesView view() const { return {codes_.values(), row_factors_.values(), column_scales_.values()}; }

  private:
    MappedArray<std::uint8_t> codes_;
    MappedArray<float> row_factors_;
    MappedArray<float> column_scales_;
};

}  // namespace eckart
