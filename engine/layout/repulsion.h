#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/layout/fourier.h"
#include "engine/matrix/dense.h"

namespace eckart {

/// Points of the plane, n x 2.
using PlanePoints = Eigen::Matrix<float, Eigen::Dynamic, 2, Eigen::RowMajor>;

/// The force of points y_j on a place y, each point once:
///
///     r(y) = sum_j w_j^2 (y - y_j),   w_j = 1 / (1 + |y - y_j|^2)
///
/// and over all of them Z = sum_{i != j} w_ij. A point has no force on itself.
class Repulsion {
  public:
    virtual ~Repulsion() = default;

    /// Takes these points, writes the force on each, and returns Z. `forces` has the shape of `points`.
    virtual double take(const PlanePoints& points, PlanePoints& forces) = 0;

    /// The force at a place of the points taken last. Safe from several threads.
    virtual Eigen::RowVector2f at(const Eigen::RowVector2f& place) const = 0;
};

/// By pairs, in float64: O(n^2) at each take, O(n) a place.
class ExactRepulsion final : public Repulsion {
  public:
    double take(const PlanePoints& points, PlanePoints& forces) override;
    Eigen::RowVector2f at(const Eigen::RowVector2f& place) const override;

  private:
    PlanePoints points_;
};

/// On a grid: the points are spread on it by cubic B-splines, convolved with the kernels by Fourier transforms, and the
/// result is read by the same splines. That is interpolation of the kernel by splines [as in U. Essmann et al., "A
/// smooth particle mesh Ewald method", Journal of Chemical Physics 103, 1995] where G. Linderman et al., "Fast
/// interpolation-based t-SNE for improved visualization of single-cell RNA-seq data", Nature Methods 16, 2019, take
/// polynomials within boxes. O(n + g log g) for g nodes.
///
/// The nodes are 1/8 apart in pictures up to 24 wide, 1/4 up to 64, 1/2 up to 508, and further where more than 1024
/// to a side would be needed. Measured on normally scattered points, the forces are then right to a thousandth, two
/// thousandths, and, at 1/2, four hundredths where points are scattered thinly; pairs nearer than the nodes make nearly
/// all of it.
class GridRepulsion final : public Repulsion {
  public:
    double take(const PlanePoints& points, PlanePoints& forces) override;
    Eigen::RowVector2f at(const Eigen::RowVector2f& place) const override;

    /// Bytes that it holds at most for n points.
    static std::uint64_t memory(std::int64_t points);

  private:
    /// The nodes: `rows` x `cols` with the padding that keeps the convolution from wrapping, of which the first halves
    /// can hold points.
    struct Grid {
        std::int64_t rows = 0, cols = 0;
        float spacing = 0;
        bool operator==(const Grid&) const = default;
    };

    /// Where a point lies among the nodes: its four rows begin at `row`, and so on.
    struct Spot {
        std::int64_t row, col;
        float row_weights[4], col_weights[4];
    };

    void fit(const PlanePoints& points);
    void make_kernels();
    Spot spot(float x, float y) const;
    void sort_by_strip(const PlanePoints& points);
    void spread(const PlanePoints& points);
    void transform_columns(bool inverse);
    double convolve_rows();
    Eigen::RowVector2f read(const Spot& spot) const;

    Grid grid_;
    float left_ = 0, top_ = 0;                         ///< place of node (0, 0)
    std::vector<Fourier> transforms_;                  ///< of columns (length rows) and of rows (length cols)
    std::vector<float> force_real_, force_imaginary_;  ///< transformed kernels, in blocks of 16 rows, column by column
    std::vector<float> weight_;
    std::vector<float> real_, imaginary_;  ///< rows x cols / 2: the points, then the force: x and y as a complex number
    std::vector<std::int32_t> order_;      ///< of the points, by strip of rows
    std::vector<std::int64_t> strips_;     ///< where each begins in `order_`
};

}  // namespace eckart
