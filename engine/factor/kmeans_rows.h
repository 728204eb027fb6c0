#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/parallel.h"

namespace eckart {

/// Centroids with what an assignment needs of them.
struct Centroids {
    /// Keeps also W', which products of sparse rows need, if `for_sparse`.
    Centroids(DenseMatrix centroids, bool for_sparse);

    std::int64_t count() const { return rows.rows(); }
    const float* row(std::int64_t j) const { return rows.data() + j * rows.cols(); }

    DenseMatrix rows;                   ///< W, k x d
    DenseMatrix columns;                ///< W', d x k, or empty
    std::vector<double> squared_norms;  ///< |c_j|^2
    std::vector<float> half_norms;      ///< |c_j|^2 / 2
    double largest_norm = 0;            ///< max |c_j|
};

/// The rows that are clustered, dense or sparse: what k-means needs of them. Borrows the matrix. Safe from several
/// threads.
class KmeansRows {
  public:
    virtual ~KmeansRows() = default;

    std::int64_t rows() const { return static_cast<std::int64_t>(squared_norms_.size()); }
    virtual std::int64_t cols() const = 0;
    double squared_norm(std::int64_t row) const { return squared_norms_[static_cast<std::size_t>(row)]; }

    /// out(r, j) = |c_j|^2 / 2 - x_r . c_j in float32, for the rows listed and the centroids [of.begin, of.end); rows
    /// of `out` are `stride` apart. It differs from the true number by `score_error` at most.
    virtual void scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                        std::int64_t stride) const = 0;
    /// The same for rows that follow each other.
    virtual void scores(Range rows, const Centroids& centroids, Range of, float* out, std::int64_t stride) const = 0;
    /// |x_row - c_j|^2 in float64, always summed in one order.
    virtual double squared_distance(std::int64_t row, const Centroids& centroids, std::int64_t j) const = 0;
    /// sum += weight x_row, for a sum of `cols` numbers.
    virtual void add(std::int64_t row, double weight, double* sum) const = 0;
    /// The rows listed, as centroids.
    Centroids copies(std::span<const std::int64_t> rows) const;

    /// How many products the score of a row sums.
    virtual std::int64_t terms(std::int64_t row) const = 0;
    virtual bool sparse() const = 0;
    /// Bound on the error of a score.
    double score_error(std::int64_t row, const Centroids& centroids) const;

  protected:
    /// Takes the norms; throws UsageError, naming the row, if one is not finite or too large to be squared in float32.
    void keep_norms(std::vector<double> squared_norms);

  private:
    std::vector<double> squared_norms_;
};

/// Rows of a dense matrix.
class DenseRows final : public KmeansRows {
  public:
    explicit DenseRows(ConstPanelRef<float> x);

    std::int64_t cols() const override { return x_.cols(); }
    std::int64_t terms(std::int64_t) const override { return x_.cols(); }
    bool sparse() const override { return false; }
    void scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                std::int64_t stride) const override;
    void scores(Range rows, const Centroids& centroids, Range of, float* out, std::int64_t stride) const override;
    double squared_distance(std::int64_t row, const Centroids& centroids, std::int64_t j) const override;
    void add(std::int64_t row, double weight, double* sum) const override;

  private:
    const float* row(std::int64_t i) const { return x_.data() + i * x_.outerStride(); }

    Eigen::Map<const DenseMatrix, 0, Eigen::OuterStride<>> x_;
};

/// Rows of a sparse matrix.
class SparseRows final : public KmeansRows {
  public:
    explicit SparseRows(const CsrView& x);

    std::int64_t cols() const override { return x_.cols; }
    std::int64_t terms(std::int64_t row) const override;
    bool sparse() const override { return true; }
    void scores(std::span<const std::int64_t> rows, const Centroids& centroids, Range of, float* out,
                std::int64_t stride) const override;
    void scores(Range rows, const Centroids& centroids, Range of, float* out, std::int64_t stride) const override;
    double squared_distance(std::int64_t row, const Centroids& centroids, std::int64_t j) const override;
    void add(std::int64_t row, double weight, double* sum) const override;

  private:
    CsrView x_;
};

}  // namespace eckart
