// Notation: b rows, n columns, h width; H (b x h) the last hidden layer, W (n x h), o = W H_u + bias the outputs of row
// u, x_u its targets, G = d error / d o (b x n):
//     squared      G = 2 (o - x)
//     logistic     G = 1 / (1 + exp -o) - x
//     multinomial  G = (sum of x_u) softmax(o) - x
//     d error / d H = G W,     d error / d W = G'H,     d error / d bias = column sums of G

#include "engine/autoencoder/autoencoder_output.h"

#include <algorithm>
#include <cmath>

#include "engine/matrix/blas.h"

namespace eckart::network {
namespace {

constexpr std::int64_t tile_size = 512;
constexpr std::int64_t group_count =
    16;  ///< parts of the tiles that are summed up by themselves, so that sums have one order

template <class Real>
using Column = Eigen::Array<Real, Eigen::Dynamic, 1>;

/// The tiles of n columns, and the groups of tiles.
struct Tiles {
    explicit Tiles(std::int64_t all)
        : columns(all), count((all + tile_size - 1) / tile_size), groups(std::min(count, group_count)) {}

    Range columns_of(std::int64_t tile) const { return {tile * tile_size, std::min(columns, (tile + 1) * tile_size)}; }
    Range tiles_of(std::int64_t group) const { return {group * count / groups, (group + 1) * count / groups}; }

    std::int64_t columns, count, groups;
};

/// Entries of a row of the batch whose columns lie in a range, as places in the batch's arrays.
template <class Real>
Range entries_in(const Batch<Real>& batch, std::int64_t row, Range columns) {
    const auto begin = batch.indices.begin() + batch.offsets[row];
    const auto end = batch.indices.begin() + batch.offsets[row + 1];
    const auto first = std::lower_bound(begin, end, columns.begin);
    return {first - batch.indices.begin(), std::lower_bound(first, end, columns.end) - batch.indices.begin()};
}

template <class Real>
double sum_of_targets(const Batch<Real>& batch, std::int64_t row) {
    double sum = 0;
    for (auto p = batch.offsets[row]; p < batch.offsets[row + 1]; ++p) {
        sum += static_cast<double>(batch.targets[p]);
    }
    return sum;
}

/// Outputs of a tile, for a row: o, of `width` numbers. Returns the error, and puts the gradient in their place.
template <class Real>
class RowOfTile {
  public:
    RowOfTile(const Batch<Real>& batch, std::int64_t row, Range columns, Real* outputs)
        : batch_(batch),
          columns_(columns),
          entries_(entries_in(batch, row, columns)),
          outputs_(outputs, columns.end - columns.begin) {}

    double squared() {
        subtract_targets(1);
        const double error = static_cast<double>(outputs_.square().sum());
        outputs_ *= Real{2};
        return error;
    }

    double logistic() {
        const double softplus = static_cast<double>((outputs_.max(Real{0}) + (-outputs_.abs()).exp().log1p()).sum());
        const double error = softplus - product_with_targets();
        outputs_ = (Real{1} + (-outputs_).exp()).inverse();
        subtract_targets(1);
        return error;
    }

    /// sum of x_i o_i
    double product_with_targets() const {
        double sum = 0;
        for (auto p = entries_.begin; p < entries_.end; ++p) sum += target(p) * static_cast<double>(outputs_[place(p)]);
        return sum;
    }

    void subtract_targets(double weight) {
        for (auto p = entries_.begin; p < entries_.end; ++p) {
            outputs_[place(p)] -= static_cast<Real>(weight * target(p));
        }
    }

    Eigen::Map<Column<Real>>& outputs() { return outputs_; }

  private:
    double target(std::int64_t p) const { return static_cast<double>(batch_.targets[p]); }
    Eigen::Index place(std::int64_t p) const { return batch_.indices[p] - columns_.begin; }

    const Batch<Real>& batch_;
    Range columns_;
    Range entries_;
    Eigen::Map<Column<Real>> outputs_;
};

template <class Real>
class OutputStep {
  public:
    OutputStep(const RowMajorMatrix<Real>& hidden, const RowMajorMatrix<Real>& weights,
               const Eigen::Matrix<Real, Eigen::Dynamic, 1>& biases, const Batch<Real>& batch, double weight,
               std::size_t layer, GradientSink<Real>& sink)
        : hidden_(hidden),
          weights_(weights),
          biases_(biases),
          batch_(batch),
          weight_(weight),
          layer_(layer),
          sink_(sink),
          tiles_(weights.rows()) {}

    /// Errors whose gradient follows from an output alone: made, taken and forgotten tile by tile.
    double elementwise(ReconstructionLoss loss, RowMajorMatrix<Real>& gradient) {
        std::vector<double> errors(tiles_.groups);
        const auto error_of = [&](std::int64_t group, Range columns, Real* outputs) {
            make_outputs(columns, outputs, tile_size);
            for (std::int64_t row = 0; row < batch_.size(); ++row) {
                RowOfTile<Real> part(batch_, row, columns, outputs + row * tile_size);
                errors[group] += loss == ReconstructionLoss::squared ? part.squared() : part.logistic();
                part.outputs() *= static_cast<Real>(weight_);
            }
        };
        std::vector<RowMajorMatrix<Real>> sums = group_sums();
        parallel_for(tiles_.groups, [&](std::int64_t group) {
            RowMajorMatrix<Real> outputs(batch_.size(), tile_size);
            GroupScratch scratch(tile_size, weights_.cols());
            for (auto tile = tiles_.tiles_of(group).begin; tile < tiles_.tiles_of(group).end; ++tile) {
                error_of(group, tiles_.columns_of(tile), outputs.data());
                take(tiles_.columns_of(tile), outputs.data(), tile_size, sums[group], scratch);
            }
        });
        add_groups(sums, gradient);
        double sum = 0;
        for (const double error : errors) sum += error;
        return sum;
    }

    double multinomial(RowMajorMatrix<Real>& outputs, RowMajorMatrix<Real>& gradient) {
        outputs.resize(batch_.size(), tiles_.columns);
        largest_.resize(tiles_.count, batch_.size());
        sums_.resize(tiles_.count, batch_.size());
        products_.resize(tiles_.count, batch_.size());
        parallel_for(tiles_.count, [&](std::int64_t tile) { exponentials(tile, outputs); });
        const double error = normalize();
        std::vector<RowMajorMatrix<Real>> sums = group_sums();
        parallel_for(tiles_.groups, [&](std::int64_t group) {
            GroupScratch scratch(tile_size, weights_.cols());
            for (auto tile = tiles_.tiles_of(group).begin; tile < tiles_.tiles_of(group).end; ++tile) {
                softmax_gradient(tile, outputs);
                const Range columns = tiles_.columns_of(tile);
                take(columns, outputs.data() + columns.begin, outputs.cols(), sums[group], scratch);
            }
        });
        add_groups(sums, gradient);
        return error;
    }

  private:
    struct GroupScratch {
        GroupScratch(std::int64_t tile, std::int64_t width) : weights(tile, width), biases(tile) {}
        RowMajorMatrix<Real> weights;
        Column<Real> biases;
    };

    /// The outputs of a tile, rows `stride` apart.
    void make_outputs(Range columns, Real* outputs, std::int64_t stride) const {
        const auto width = columns.end - columns.begin, h = weights_.cols();
        const auto bias = biases_.segment(columns.begin, width).array();
        for (std::int64_t row = 0; row < batch_.size(); ++row) {
            Eigen::Map<Column<Real>>(outputs + row * stride, width) = bias;
        }
        blas::multiply(false, true, static_cast<int>(batch_.size()), static_cast<int>(width), static_cast<int>(h),
                       Real{1}, hidden_.data(), static_cast<int>(h), weights_.data() + columns.begin * h,
                       static_cast<int>(h), Real{1}, outputs, static_cast<int>(stride));
    }

    /// The outputs of a tile, then exp(o - the largest of the tile), with their sum and sum of x_i o_i.
    void exponentials(std::int64_t tile, RowMajorMatrix<Real>& outputs) {
        const Range columns = tiles_.columns_of(tile);
        make_outputs(columns, outputs.data() + columns.begin, outputs.cols());
        for (std::int64_t row = 0; row < batch_.size(); ++row) {
            RowOfTile<Real> part(batch_, row, columns, outputs.data() + row * outputs.cols() + columns.begin);
            products_(tile, row) = part.product_with_targets();
            const Real largest = part.outputs().maxCoeff();
            part.outputs() = (part.outputs() - largest).exp();
            largest_(tile, row) = static_cast<double>(largest);
            sums_(tile, row) = static_cast<double>(part.outputs().sum());
        }
    }

    /// Turns `sums_` into what the exponentials of each tile and row have to be multiplied by; returns the error.
    double normalize() {
        double error = 0;
        for (std::int64_t row = 0; row < batch_.size(); ++row) {
            const double largest = largest_.col(row).maxCoeff(), targets = sum_of_targets(batch_, row);
            double sum = 0, product = 0;
            for (std::int64_t tile = 0; tile < tiles_.count; ++tile) {
                sum += sums_(tile, row) * std::exp(largest_(tile, row) - largest);
                product += products_(tile, row);
            }
            error += targets * (largest + std::log(sum)) - product;
            for (std::int64_t tile = 0; tile < tiles_.count; ++tile) {
                sums_(tile, row) = weight_ * targets * std::exp(largest_(tile, row) - largest) / sum;
            }
        }
        return error;
    }

    void softmax_gradient(std::int64_t tile, RowMajorMatrix<Real>& outputs) const {
        const Range columns = tiles_.columns_of(tile);
        for (std::int64_t row = 0; row < batch_.size(); ++row) {
            RowOfTile<Real> part(batch_, row, columns, outputs.data() + row * outputs.cols() + columns.begin);
            part.outputs() *= static_cast<Real>(sums_(tile, row));
            part.subtract_targets(weight_);
        }
    }

    /// sum += G W of a tile's columns; then gives away G'H, after which the tile's weights may change.
    void take(Range columns, const Real* g, std::int64_t stride, RowMajorMatrix<Real>& sum, GroupScratch& scratch) {
        const auto width = static_cast<int>(columns.end - columns.begin), h = static_cast<int>(weights_.cols());
        const auto rows = static_cast<int>(batch_.size()), apart = static_cast<int>(stride);
        blas::multiply(false, false, rows, h, width, Real{1}, g, apart, weights_.data() + columns.begin * h, h, Real{1},
                       sum.data(), h);
        blas::multiply(true, false, width, h, rows, Real{1}, g, apart, hidden_.data(), h, Real{0},
                       scratch.weights.data(), h);
        scratch.biases.head(width).setZero();
        for (std::int64_t row = 0; row < rows; ++row) {
            scratch.biases.head(width) += Eigen::Map<const Column<Real>>(g + row * stride, width);
        }
        sink_.weight_rows(layer_, columns, scratch.weights.data());
        sink_.biases(layer_, columns, scratch.biases.data());
    }

    std::vector<RowMajorMatrix<Real>> group_sums() const {
        return std::vector<RowMajorMatrix<Real>>(tiles_.groups,
                                                 RowMajorMatrix<Real>::Zero(batch_.size(), weights_.cols()));
    }

    static void add_groups(const std::vector<RowMajorMatrix<Real>>& sums, RowMajorMatrix<Real>& gradient) {
        gradient = sums.front();
        for (std::size_t group = 1; group < sums.size(); ++group) gradient += sums[group];
    }

    const RowMajorMatrix<Real>& hidden_;
    const RowMajorMatrix<Real>& weights_;
    const Eigen::Matrix<Real, Eigen::Dynamic, 1>& biases_;
    const Batch<Real>& batch_;
    double weight_;
    std::size_t layer_;
    GradientSink<Real>& sink_;
    Tiles tiles_;
    DenseMatrixF64 largest_, sums_, products_;  ///< of each tile and row of the batch
};

}  // namespace

template <class Real>
double output_step(ReconstructionLoss loss, const RowMajorMatrix<Real>& hidden, const RowMajorMatrix<Real>& weights,
                   const Eigen::Matrix<Real, Eigen::Dynamic, 1>& biases, const Batch<Real>& batch, double weight,
                   std::size_t layer, RowMajorMatrix<Real>& outputs, RowMajorMatrix<Real>& gradient,
                   GradientSink<Real>& sink) {
    blas::pin_to_one_thread();
    OutputStep<Real> step(hidden, weights, biases, batch, weight, layer, sink);
    return loss == ReconstructionLoss::multinomial ? step.multinomial(outputs, gradient)
                                                   : step.elementwise(loss, gradient);
}

template double output_step(ReconstructionLoss, const RowMajorMatrix<float>&, const RowMajorMatrix<float>&,
                            const Eigen::Matrix<float, Eigen::Dynamic, 1>&, const Batch<float>&, double, std::size_t,
                            RowMajorMatrix<float>&, RowMajorMatrix<float>&, GradientSink<float>&);
template double output_step(ReconstructionLoss, const RowMajorMatrix<double>&, const RowMajorMatrix<double>&,
                            const Eigen::Matrix<double, Eigen::Dynamic, 1>&, const Batch<double>&, double, std::size_t,
                            RowMajorMatrix<double>&, RowMajorMatrix<double>&, GradientSink<double>&);

}  // namespace eckart::network
