#include "engine/layout/repulsion.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "engine/support/parallel.h"

// Forces are held as complex numbers, x + i y, so that one transform there and one back make both components:
//
//   rho   the points spread on the nodes, real          k(d) = (d_x + i d_y) / (1 + |d|^2)^2    w(d) = 1 / (1 + |d|^2)
//   r = k * rho                                          Z + n = sum over nodes of rho (w * rho) = sum over frequencies
//                                                                of w^ |rho^|^2 / nodes
//
// so that Z needs no transform of its own. Kernels are divided by the square of the spline's own transform, b^ = (2 +
// cos f) / 3 for each axis, which makes spreading and reading interpolate them. They change with the grid alone, whose
// spacing stays and whose size grows in steps.
//
// The points lie in the first half of the rows and columns, so a transform of the columns need only see the first half
// of these, and the rows go through forward transform, product and inverse while they are in the cache.

namespace eckart {
namespace {

constexpr std::int64_t spline_width = Fourier::width;
constexpr std::int64_t most_nodes = 2048;  ///< to a side, padding too
constexpr std::int64_t rows_a_strip = 8;   ///< rows of nodes; a point touches its own strip and the next
constexpr std::int64_t margin = 2;         ///< nodes before the first point
constexpr std::int64_t point_block = 8192;

struct Box {
    float left, right, top, bottom;
};

Box box_of(const PlanePoints& points) {
    const Eigen::RowVector2f low = points.colwise().minCoeff(), high = points.colwise().maxCoeff();
    return {low.x(), high.x(), low.y(), high.y()};
}

std::int64_t nodes_for(float span, float spacing) {
    return static_cast<std::int64_t>(span / spacing) + margin + 4;
}

float spacing_for(float span) {
    constexpr std::int64_t most = most_nodes / 2 - margin - 5;
    const float least = span / static_cast<float>(most);
    return std::max(least, span <= 24 ? 0.125F : span <= 64 ? 0.25F : 0.5F);
}

/// Weights of four nodes for a point at t in [0, 1) between the two in the middle.
void spline_weights(float t, float* weights) {
    const float u = 1 - t;
    weights[0] = u * u * u / 6;
    weights[1] = (4 + t * t * (3 * t - 6)) / 6;
    weights[2] = (4 + u * u * (3 * u - 6)) / 6;
    weights[3] = t * t * t / 6;
}

/// Displacement of node i from node 0 on a circle of n; 0 half-way round, where its sign is not known.
double displacement(std::int64_t i, std::int64_t n) {
    if (2 * i == n) return 0;
    return static_cast<double>(2 * i < n ? i : i - n);
}

double spline_transform(std::int64_t frequency, std::int64_t n) {
    return (2 + std::cos(2 * std::numbers::pi * static_cast<double>(frequency) / static_cast<double>(n))) / 3;
}

using Complex = std::array<double, 2>;

/// The transform of a kernel over the whole padded grid, in blocks of 16 rows, column by column.
template <class Kernel>
void transform_kernel(const Kernel& kernel, const Fourier& columns, const Fourier& rows, std::vector<float>& real,
                      std::vector<float>& imaginary) {
    const std::int64_t height = columns.length(), length = rows.length();
    std::vector<float> half_real(height * length), half_imaginary(height * length);
    parallel_blocks(length, spline_width, [&](Range block) {
        std::vector<float> a(spline_width * height), b(a.size()), scratch(2 * a.size());
        for (std::int64_t i = 0; i < height; ++i) {
            for (std::int64_t s = 0; s < spline_width; ++s) {
                const Complex value = kernel(displacement(block.begin + s, length), displacement(i, height));
                a[i * spline_width + s] = static_cast<float>(value[0]);
                b[i * spline_width + s] = static_cast<float>(value[1]);
            }
        }
        columns.transform(a.data(), b.data(), scratch.data());
        for (std::int64_t i = 0; i < height; ++i) {
            std::copy_n(&a[i * spline_width], spline_width, &half_real[i * length + block.begin]);
            std::copy_n(&b[i * spline_width], spline_width, &half_imaginary[i * length + block.begin]);
        }
    });
    real.resize(half_real.size());
    imaginary.resize(half_real.size());
    parallel_blocks(height, spline_width, [&](Range block) {
        float* a = &real[block.begin * length];
        float* b = &imaginary[block.begin * length];
        std::vector<float> scratch(2 * spline_width * length);
        for (std::int64_t s = 0; s < spline_width; ++s) {
            for (std::int64_t j = 0; j < length; ++j) {
                a[j * spline_width + s] = half_real[(block.begin + s) * length + j];
                b[j * spline_width + s] = half_imaginary[(block.begin + s) * length + j];
            }
        }
        rows.transform(a, b, scratch.data());
        for (std::int64_t j = 0; j < length; ++j) {
            for (std::int64_t s = 0; s < spline_width; ++s) {
                const double spline = spline_transform(j, length) * spline_transform(block.begin + s, height);
                const double scale = 1 / (spline * spline * static_cast<double>(height * length));
                a[j * spline_width + s] = static_cast<float>(a[j * spline_width + s] * scale);
                b[j * spline_width + s] = static_cast<float>(b[j * spline_width + s] * scale);
            }
        }
    });
}

}  // namespace

double ExactRepulsion::take(const PlanePoints& points, PlanePoints& forces) {
    points_ = points;
    std::vector<double> sums(points.rows());
    parallel_blocks(points.rows(), 64, [&](Range range) {
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            double x = 0, y = 0, sum = 0;
            for (std::int64_t j = 0; j < points.rows(); ++j) {
                const double dx = static_cast<double>(points(i, 0)) - static_cast<double>(points(j, 0));
                const double dy = static_cast<double>(points(i, 1)) - static_cast<double>(points(j, 1));
                const double w = 1 / (1 + dx * dx + dy * dy);
                sum += w;
                x += w * w * dx;
                y += w * w * dy;
            }
            forces.row(i) << static_cast<float>(x), static_cast<float>(y);
            sums[i] = sum - 1;
        }
    });
    double z = 0;
    for (const double sum : sums) z += sum;
    return z;
}

Eigen::RowVector2f ExactRepulsion::at(const Eigen::RowVector2f& place) const {
    Eigen::RowVector2d force = Eigen::RowVector2d::Zero();
    for (std::int64_t j = 0; j < points_.rows(); ++j) {
        const Eigen::RowVector2d d = (place - points_.row(j)).cast<double>();
        const double w = 1 / (1 + d.squaredNorm());
        force += w * w * d;
    }
    return force.cast<float>();
}

void GridRepulsion::fit(const PlanePoints& points) {
    const Box box = box_of(points);
    const float width = box.right - box.left, height = box.bottom - box.top;
    Grid grid;
    grid.spacing = spacing_for(std::max(width, height));
    grid.rows = Fourier::length_for(2 * nodes_for(height, grid.spacing));
    grid.cols = Fourier::length_for(2 * nodes_for(width, grid.spacing));
    left_ = box.left - static_cast<float>(margin) * grid.spacing;
    top_ = box.top - static_cast<float>(margin) * grid.spacing;
    if (grid == grid_) return;
    grid_ = grid;
    transforms_.clear();
    transforms_.emplace_back(grid.rows);
    transforms_.emplace_back(grid.cols);
    make_kernels();
}

void GridRepulsion::make_kernels() {
    const double h = grid_.spacing;
    const auto force = [h](double dx, double dy) {
        const double w = 1 / (1 + h * h * (dx * dx + dy * dy));
        return Complex{w * w * h * dx, w * w * h * dy};
    };
    const auto weight = [h](double dx, double dy) { return Complex{1 / (1 + h * h * (dx * dx + dy * dy)), 0.0}; };
    std::vector<float> zero;  // the transform of what is real and even is real
    transform_kernel(force, transforms_[0], transforms_[1], force_real_, force_imaginary_);
    transform_kernel(weight, transforms_[0], transforms_[1], weight_, zero);
}

GridRepulsion::Spot GridRepulsion::spot(float x, float y) const {
    const std::int64_t rows = grid_.rows / 2, cols = grid_.cols / 2;
    const float last_row = static_cast<float>(rows - 3), last_col = static_cast<float>(cols - 3);
    const float v = std::clamp((y - top_) / grid_.spacing, 1.0F, last_row);
    const float u = std::clamp((x - left_) / grid_.spacing, 1.0F, last_col);
    Spot spot;
    spot.row = static_cast<std::int64_t>(v);
    spot.col = static_cast<std::int64_t>(u);
    spline_weights(v - static_cast<float>(spot.row), spot.row_weights);
    spline_weights(u - static_cast<float>(spot.col), spot.col_weights);
    --spot.row;
    --spot.col;
    return spot;
}

void GridRepulsion::sort_by_strip(const PlanePoints& points) {
    const std::int64_t strips = grid_.rows / 2 / rows_a_strip, blocks = (points.rows() + point_block - 1) / point_block;
    std::vector<std::int32_t> strip(points.rows());
    std::vector<std::int64_t> counts(blocks * strips);  // of each strip in each block, then where they go
    parallel_blocks(points.rows(), point_block, [&](Range range) {
        std::int64_t* count = &counts[range.begin / point_block * strips];
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            const std::int64_t s = spot(points(i, 0), points(i, 1)).row / rows_a_strip;
            strip[i] = static_cast<std::int32_t>(s);
            ++count[s];
        }
    });
    strips_.assign(1, 0);
    for (std::int64_t s = 0, next = 0; s < strips; ++s) {
        for (std::int64_t b = 0; b < blocks; ++b) next += std::exchange(counts[b * strips + s], next);
        strips_.push_back(next);
    }
    order_.resize(strip.size());
    parallel_blocks(points.rows(), point_block, [&](Range range) {
        std::int64_t* next = &counts[range.begin / point_block * strips];
        for (std::int64_t i = range.begin; i < range.end; ++i) {
            order_[next[strip[i]]++] = static_cast<std::int32_t>(i);
        }
    });
}

void GridRepulsion::spread(const PlanePoints& points) {
    const std::int64_t stride = grid_.cols / 2, strips = static_cast<std::int64_t>(strips_.size()) - 1;
    real_.assign(grid_.rows * stride, 0.0F);
    imaginary_.assign(real_.size(), 0.0F);
    // Strips that have one between them touch no node in common.
    for (const std::int64_t parity : {0, 1}) {
        parallel_for((strips - parity + 1) / 2, [&](std::int64_t pair) {
            const std::int64_t s = 2 * pair + parity;
            for (std::int64_t k = strips_[s]; k < strips_[s + 1]; ++k) {
                const std::int64_t i = order_[k];
                const Spot where = spot(points(i, 0), points(i, 1));
                for (std::int64_t r = 0; r < 4; ++r) {
                    float* node = &real_[(where.row + r) * stride + where.col];
                    for (std::int64_t c = 0; c < 4; ++c) node[c] += where.row_weights[r] * where.col_weights[c];
                }
            }
        });
    }
}

void GridRepulsion::transform_columns(bool inverse) {
    const std::int64_t stride = grid_.cols / 2, height = grid_.rows;
    const std::int64_t rows_in = inverse ? height : height / 2, rows_out = inverse ? height / 2 : height;
    parallel_blocks(stride, spline_width, [&](Range block) {
        std::vector<float> a(spline_width * height), b(a.size()), scratch(2 * a.size());
        for (std::int64_t i = 0; i < rows_in; ++i) {
            std::copy_n(&real_[i * stride + block.begin], spline_width, &a[i * spline_width]);
            std::copy_n(&imaginary_[i * stride + block.begin], spline_width, &b[i * spline_width]);
        }
        if (inverse) {
            transforms_[0].transform(b.data(), a.data(), scratch.data());
        } else {
            transforms_[0].transform(a.data(), b.data(), scratch.data());
        }
        for (std::int64_t i = 0; i < rows_out; ++i) {
            std::copy_n(&a[i * spline_width], spline_width, &real_[i * stride + block.begin]);
            std::copy_n(&b[i * spline_width], spline_width, &imaginary_[i * stride + block.begin]);
        }
    });
}

double GridRepulsion::convolve_rows() {
    const std::int64_t stride = grid_.cols / 2, length = grid_.cols, blocks = grid_.rows / spline_width;
    std::vector<double> sums(blocks);
    parallel_for(blocks, [&](std::int64_t block) {
        std::vector<float> a(spline_width * length), b(a.size()), scratch(2 * a.size());
        const std::int64_t first = block * spline_width;
        for (std::int64_t s = 0; s < spline_width; ++s) {
            for (std::int64_t j = 0; j < stride; ++j) {
                a[j * spline_width + s] = real_[(first + s) * stride + j];
                b[j * spline_width + s] = imaginary_[(first + s) * stride + j];
            }
        }
        transforms_[1].transform(a.data(), b.data(), scratch.data());
        const float* kr = &force_real_[first * length];
        const float* ki = &force_imaginary_[first * length];
        const float* kw = &weight_[first * length];
        double sum = 0;
        for (std::size_t j = 0; j < a.size(); j += spline_width) {
            float part = 0;
            for (std::size_t e = j; e < j + spline_width; ++e) {
                const float re = a[e], im = b[e];
                part += kw[e] * (re * re + im * im);
                a[e] = re * kr[e] - im * ki[e];
                b[e] = re * ki[e] + im * kr[e];
            }
            sum += static_cast<double>(part);
        }
        sums[block] = sum;
        transforms_[1].transform(b.data(), a.data(), scratch.data());
        for (std::int64_t s = 0; s < spline_width; ++s) {
            for (std::int64_t j = 0; j < stride; ++j) {
                real_[(first + s) * stride + j] = a[j * spline_width + s];
                imaginary_[(first + s) * stride + j] = b[j * spline_width + s];
            }
        }
    });
    double total = 0;
    for (const double sum : sums) total += sum;
    return total;
}

Eigen::RowVector2f GridRepulsion::read(const Spot& spot) const {
    const std::int64_t stride = grid_.cols / 2;
    float x = 0, y = 0;
    for (std::int64_t r = 0; r < 4; ++r) {
        const float* re = &real_[(spot.row + r) * stride + spot.col];
        const float* im = &imaginary_[(spot.row + r) * stride + spot.col];
        for (std::int64_t c = 0; c < 4; ++c) {
            const float weight = spot.row_weights[r] * spot.col_weights[c];
            x += weight * re[c];
            y += weight * im[c];
        }
    }
    return {x, y};
}

double GridRepulsion::take(const PlanePoints& points, PlanePoints& forces) {
    fit(points);
    sort_by_strip(points);
    spread(points);
    transform_columns(false);
    const double z = convolve_rows() - static_cast<double>(points.rows());
    transform_columns(true);
    parallel_blocks(points.rows(), point_block, [&](Range range) {
        for (std::int64_t k = range.begin; k < range.end; ++k) {
            const std::int64_t i = order_[k];
            forces.row(i) = read(spot(points(i, 0), points(i, 1)));
        }
    });
    return z;
}

Eigen::RowVector2f GridRepulsion::at(const Eigen::RowVector2f& place) const {
    return read(spot(place.x(), place.y()));
}

std::uint64_t GridRepulsion::memory(std::int64_t points) {
    const std::uint64_t nodes = most_nodes * most_nodes;
    return 4 * nodes * (3 + 2 + 1) + 8 * static_cast<std::uint64_t>(points);
}

}  // namespace eckart
