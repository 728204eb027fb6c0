#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/cluster/kmeans_kernel.h"
#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/matrix/strips.h"
#include "engine/support/parallel.h"

namespace eckart {

/// What products of rows and centroids are measured from, and how centroids are laid out for them.
struct CentroidLayout {
    std::vector<double> origin;       ///< m, d
    bool sparse = false;              ///< the rows are
    std::vector<std::int32_t> lanes;  ///< the centroid at each lane of the panels, or -1; whole panels
};

/// The layout of `count` centroids in their order.
CentroidLayout plain_layout(std::vector<double> origin, bool sparse, std::int64_t count);

/// Centroids with what an assignment needs of them. Borrows the layout.
class Centroids {
  public:
    /// Throws nothing: entries are finite and can be squared.
    Centroids(DenseMatrix centroids, const CentroidLayout& layout);

    std::int64_t count() const { return rows_.rows(); }
    std::int64_t panels() const { return panel_count(static_cast<std::int64_t>(layout_.lanes.size())); }
    const DenseMatrix& rows() const { return rows_; }
    const float* row(std::int64_t j) const { return rows_.data() + j * rows_.cols(); }
    const CentroidLayout& layout() const { return layout_; }
    std::int32_t at_lane(std::int64_t lane) const { return layout_.lanes[lane]; }

    /// c_j - m of the lanes, packed (d rows); of sparse rows the same as a d x lanes matrix.
    const float* packed() const { return packed_.data(); }
    /// |c_j - m|^2 / 2 + m . (c_j - m) of each lane; infinite where there is no centroid.
    const float* offsets() const { return offsets_.data(); }
    double squared_norm(std::int64_t j) const { return squared_norms_[j]; }  ///< |c_j|^2
    double squared_norm_from_origin(std::int64_t j) const {                  ///< |c_j - m|^2
        return moved_norms_[j];
    }
    double largest_norm() const { return largest_norm_; }      ///< max |c_j - m|
    double largest_offset() const { return largest_offset_; }  ///< max of the finite offsets, without their signs

  private:
    void pack(std::int64_t lane);

    const CentroidLayout& layout_;
    DenseMatrix rows_;
    AlignedFloats packed_;
    std::vector<float> offsets_;
    std::vector<double> squared_norms_;
    std::vector<double> moved_norms_;
    double largest_norm_ = 0;
    double largest_offset_ = 0;
};

/// The rows that are clustered, dense or sparse: what k-means needs of them. Borrows the matrix. Safe from several
/// threads. Products are measured from an origin m, the mean of dense rows and 0 for sparse ones, so that rows that lie
/// close together far from zero are told apart in float32.
class KmeansRows {
  public:
    virtual ~KmeansRows() = default;

    std::int64_t rows() const { return static_cast<std::int64_t>(squared_norms_.size()); }
    std::int64_t cols() const { return static_cast<std::int64_t>(origin_.size()); }
    const std::vector<double>& origin() const { return origin_; }
    virtual bool sparse() const = 0;
    /// |x_row - m|^2.
    double squared_norm(std::int64_t row) const { return squared_norms_[row]; }
    double largest_norm() const { return largest_norm_; }  ///< max |x_i - m| + |m|
    /// |x_row|^2.
    virtual double raw_squared_norm(std::int64_t row) const = 0;

    /// out(r, lane) = (|x_r - c|^2 - |x_r - m|^2) / 2 in float32, for the rows listed and the centroids in the lanes of
    /// the panels [of.begin, of.end); infinite where there is none. Rows of `out` are `stride` apart. A score differs
    /// from the true number by `score_error` at most.
    virtual void scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                        std::int64_t stride) const = 0;
    /// |x_row - c_j|^2 in float64, always summed in one order.
    virtual double squared_distance(std::int64_t row, const Centroids& centroids, std::int64_t j) const = 0;
    /// A number from |x_row - c_j|^2 up to rough_excess times that, computed at less cost.
    virtual double rough_squared_distance(std::int64_t row, const Centroids& centroids, std::int64_t j) const = 0;
    virtual double rough_excess() const = 0;
    /// sum += weight (x_row - m), for a sum of `cols` numbers.
    virtual void add(std::int64_t row, double weight, double* sum) const = 0;
    /// The rows listed.
    virtual DenseMatrix copies(std::span<const std::int64_t> rows) const = 0;

    /// Bound on the error of a score.
    double score_error(std::int64_t row, const Centroids& centroids) const {
        return score_error(terms(row), std::sqrt(squared_norm(row)), centroids);
    }
    /// The same for any vector of `terms` entries at a distance of `norm` from the origin.
    double score_error(std::int64_t terms, double norm, const Centroids& centroids) const;

  protected:
    /// How many products the score of a row sums.
    virtual std::int64_t terms(std::int64_t row) const = 0;
    /// Takes the origin and the norms of rows from there; throws UsageError, naming the row, if one is not finite or
    /// too large to be squared in float32.
    void keep(std::vector<double> origin, std::vector<double> squared_norms);

  private:
    std::vector<double> origin_;
    std::vector<double> squared_norms_;
    double origin_norm_ = 0;
    double largest_norm_ = 0;
};

/// Rows of a dense matrix.
class DenseRows final : public KmeansRows {
  public:
    explicit DenseRows(ConstPanelRef<float> x);

    bool sparse() const override { return false; }
    double raw_squared_norm(std::int64_t row) const override;
    void scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                std::int64_t stride) const override;
    double squared_distance(std::int64_t row, const Centroids& centroids, std::int64_t j) const override;
    double rough_squared_distance(std::int64_t row, const Centroids& centroids, std::int64_t j) const override;
    double rough_excess() const override;
    void add(std::int64_t row, double weight, double* sum) const override;
    DenseMatrix copies(std::span<const std::int64_t> rows) const override;

  private:
    std::int64_t terms(std::int64_t) const override { return cols(); }
    const float* row(std::int64_t i) const { return x_.data() + i * x_.outerStride(); }

    Eigen::Map<const DenseMatrix, 0, Eigen::OuterStride<>> x_;
};

/// Rows of a sparse matrix.
class SparseRows final : public KmeansRows {
  public:
    explicit SparseRows(const CsrView& x);

    bool sparse() const override { return true; }
    double raw_squared_norm(std::int64_t row) const override { return squared_norm(row); }
    void scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                std::int64_t stride) const override;
    double squared_distance(std::int64_t row, const Centroids& centroids, std::int64_t j) const override;
    double rough_squared_distance(std::int64_t row, const Centroids& centroids, std::int64_t j) const override;
    double rough_excess() const override;
    void add(std::int64_t row, double weight, double* sum) const override;
    DenseMatrix copies(std::span<const std::int64_t> rows) const override;

  private:
    std::int64_t terms(std::int64_t row) const override;

    CsrView x_;
};

}  // namespace eckart
