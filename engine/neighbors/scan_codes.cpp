#include "engine/neighbors/scan_codes.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/neighbors/code_products.h"
#include "engine/support/error.h"

// Notation of the header: y = s v + e, v_j = w_j c_j, r = |e|.

namespace eckart {
namespace {

constexpr std::int64_t coded_block = 2048;       ///< rows that a task codes
constexpr float code_shift = 7.5F;               ///< what is added to codes, which are stored without sign
constexpr float most_code = 15;                  ///< as stored
constexpr float reaches[] = {2.0F, 2.5F, 3.0F};  ///< outermost codes that are tried, in root mean squares of y_j / w_j
constexpr double least_length = 1e-15, most_length = 1e15;  ///< of rows whose products in float32 keep their digits
constexpr double length_tolerance = 1e-3;                   ///< of |x| in float32 against float64
constexpr double row_roundoff = 3e-7;                       ///< y, and each v_j, were rounded to float32: lengths of 1
constexpr float most_query_code = 127;
constexpr std::int64_t bounded_rows = 512;  ///< whose products stay in cache until they have become bounds
constexpr float infinity = std::numeric_limits<float>::infinity();

float rounded_up(double value) {
    return std::nextafter(static_cast<float>(value), infinity);
}

/// Square roots of the root mean squares of the columns of y: between equal steps for all columns, which waste codes on
/// columns of small numbers, and steps in proportion, which cost accuracy in columns of large ones.
std::vector<float> column_scales(ConstPanelRef<float> x, std::span<const float> lengths) {
    const std::int64_t blocks = (x.rows() + coded_block - 1) / coded_block;
    DenseMatrix squares = DenseMatrix::Zero(blocks, x.cols());
    parallel_blocks(x.rows(), coded_block, [&](Range rows) {
        auto sum = squares.row(rows.begin / coded_block);
        for (std::int64_t i = rows.begin; i < rows.end; ++i) {
            const float length = lengths[static_cast<std::size_t>(i)];
            if (length > least_length && length < most_length) sum += (x.row(i) / length).array().square().matrix();
        }
    });
    const Eigen::RowVectorXf total = squares.colwise().sum();
    std::vector<float> scales(static_cast<std::size_t>(x.cols()), 1);
    for (Eigen::Index j = 0; j < x.cols(); ++j) {
        const float scale = std::sqrt(std::sqrt(total(j) / static_cast<float>(x.rows())));
        if (std::isfinite(scale) && scale > 1e-6F) scales[static_cast<std::size_t>(j)] = scale;
    }
    return scales;
}

/// What is needed while rows are coded.
struct RowCoder {
    Eigen::ArrayXf scales;                 ///< w
    Eigen::ArrayXf y = {}, scaled = {};    ///< y_j, y_j / w_j
    Eigen::ArrayXf codes = {}, best = {};  ///< as stored
};

/// The codes of y in steps of `step`.
void code_row(const RowCoder& row, float step, Eigen::ArrayXf& codes) {
    codes = (row.scaled / step + (code_shift + 0.5F)).max(0.0F).min(most_code + 0.5F);
    for (float& code : codes) code = static_cast<float>(static_cast<std::int32_t>(code));
}

/// s and r of codes.
std::pair<float, double> scale_and_residual(const RowCoder& row, const Eigen::ArrayXf& codes) {
    const Eigen::ArrayXd v = ((codes - code_shift) * row.scales).cast<double>(), y = row.y.cast<double>();
    const auto scale = static_cast<float>((y * v).sum() / v.square().sum());
    return {scale, std::sqrt((y - static_cast<double>(scale) * v).square().sum())};
}

/// Finds codes of a row x of length `length`, and writes them with their factors.
void code_row(ConstPanelRef<float> x, float length, RowCoder& row, std::uint8_t* bytes, float& factor,
              float& residual) {
    factor = residual = 0;
    if (!(length > 0)) return;
    const double norm = x.cast<double>().norm();
    if (!(norm > least_length && norm < most_length &&
          std::abs(norm / static_cast<double>(length) - 1) < length_tolerance)) {
        residual = infinity;
        return;
    }
    row.y = x.row(0).transpose().array() / length;
    row.scaled = row.y / row.scales;
    const auto d = static_cast<float>(row.y.size());
    const float spread = std::sqrt(row.scaled.square().sum() / d), largest = row.scaled.abs().maxCoeff();
    double least = std::numeric_limits<double>::infinity();
    for (const float reach : reaches) {
        code_row(row, std::min(reach * spread, largest) / (code_shift + 0.5F), row.codes);
        const auto [scale, left] = scale_and_residual(row, row.codes);
        if (!(left < least)) continue;
        least = left;
        factor = scale;
        row.best = row.codes;
    }
    residual = rounded_up(least + row_roundoff);
    for (std::int64_t j = 0; j < row.best.size(); ++j) {
        const auto code = static_cast<unsigned>(row.best(j)), half = static_cast<unsigned>(j % 32 / 16);
        bytes[j / 32 * 16 + j % 16] = static_cast<std::uint8_t>(bytes[j / 32 * 16 + j % 16] | (code << (4 * half)));
    }
}

}  // namespace

std::int64_t code_bytes(std::int64_t dimensions) {
    return (dimensions + 31) / 32 * 16;
}

ScanCodes scan_codes(ConstPanelRef<float> x, std::span<const float> lengths) {
    if (lengths.size() != static_cast<std::size_t>(x.rows())) {
        throw UsageError(std::to_string(lengths.size()) + " lengths for " + std::to_string(x.rows()) + " rows");
    }
    const auto n = static_cast<std::size_t>(x.rows());
    const auto bytes = static_cast<std::size_t>(code_bytes(x.cols()));
    ScanCodes result{std::vector<std::uint8_t>(n * bytes), std::vector<float>(2 * n), column_scales(x, lengths)};
    parallel_blocks(x.rows(), coded_block, [&](Range rows) {
        RowCoder row{Eigen::Map<const Eigen::ArrayXf>(result.column_scales.data(), x.cols())};
        for (auto i = static_cast<std::size_t>(rows.begin); i < static_cast<std::size_t>(rows.end); ++i) {
            code_row(x.row(static_cast<Eigen::Index>(i)), lengths[i], row, result.codes.data() + i * bytes,
                     result.row_factors[i], result.row_factors[n + i]);
        }
    });
    return result;
}

ScanQuery::ScanQuery(const ScanCodesView& codes, std::span<const float> query)
    : codes_(codes), low_(static_cast<std::size_t>(code_bytes(codes.dimensions()))), high_(low_.size()) {
    if (query.size() != codes.column_scales.size()) {
        throw UsageError("a query of " + std::to_string(query.size()) + " entries among rows of " +
                         std::to_string(codes.dimensions()));
    }
    float largest = 0;
    double square = 0, loss = 0;
    for (std::size_t j = 0; j < query.size(); ++j) {
        if (!std::isfinite(query[j])) throw UsageError("a query has an entry that is not finite");
        largest = std::max(largest, std::abs(query[j] * codes.column_scales[j]));
        square += static_cast<double>(query[j]) * static_cast<double>(query[j]);
    }
    unit_ = largest / most_query_code;
    for (std::size_t j = 0; j < query.size(); ++j) {
        const float scaled = query[j] * codes.column_scales[j];
        const auto code = unit_ > 0 ? static_cast<std::int8_t>(std::lround(scaled / unit_)) : std::int8_t{0};
        (j % 32 < 16 ? low_ : high_)[j / 32 * 16 + j % 16] = code;
        sum_ += code;
        const double kept = static_cast<double>(unit_) * code / static_cast<double>(codes.column_scales[j]);
        loss += (static_cast<double>(query[j]) - kept) * (static_cast<double>(query[j]) - kept);
    }
    length_ = rounded_up(std::sqrt(square));
    code_loss_ = rounded_up(std::sqrt(loss));
    // A sum of d products has d roundings, p has 4, the bound 8; each is of numbers of up to 1.1 |q|, and half a unit.
    roundoff_ = length_ * static_cast<float>(query.size() + 16) * std::numeric_limits<float>::epsilon();
}

void ScanQuery::product_bounds(Range rows, float* bounds) const {
    using Integers = Eigen::Map<const Eigen::Array<std::int32_t, Eigen::Dynamic, 1>>;
    using Factors = Eigen::Map<const Eigen::ArrayXf>;
    const std::int64_t stride = code_bytes(codes_.dimensions());
    const float length = std::max(length_, std::numeric_limits<float>::min()), inverse = 1 / length;
    const float fixed = 1.002F * code_loss_ + roundoff_;
    std::int32_t products[bounded_rows];
    Eigen::Array<float, bounded_rows, 1> p, square;
    for (std::int64_t begin = rows.begin; begin < rows.end; begin += bounded_rows) {
        const std::int64_t count = std::min(bounded_rows, rows.end - begin);
        code_products(codes_.codes.data() + begin * stride, count, stride, low_.data(), high_.data(), products);
        const Factors s(codes_.row_factors.data() + begin, count),
            r(codes_.row_factors.data() + codes_.rows() + begin, count);
        p.head(count) = (2 * Integers(products, count) - 15 * sum_).cast<float>() * (0.5F * unit_ * s);
        // c^2, where c <= |q . v| / (|q| |v|), and |s v| may be 1.001.
        square.head(count) = ((0.998F * p.head(count).abs() - code_loss_) * inverse).max(0.0F).min(1.0F).square();
        // The root of 1 - c^2 is at most 1 - c^2 / 2 - c^4 / 8.
        Eigen::Map<Eigen::ArrayXf>(bounds + (begin - rows.begin), count) =
            p.head(count) + length * r * (1 - square.head(count) * (0.5F + 0.125F * square.head(count))) + fixed;
    }
}

void write_scan_codes(const ScanCodes& codes, const StoreWriter& writer, const std::string& prefix) {
    const std::int64_t rows = codes.view().rows(), d = codes.view().dimensions();
    write_npy<std::uint8_t>(writer.file(prefix + "_codes.npy"), codes.codes, {rows, code_bytes(d)});
    write_npy<float>(writer.file(prefix + "_code_factors.npy"), codes.row_factors, {2, rows});
    write_npy(writer.file(prefix + "_code_columns.npy"), codes.column_scales);
}

StoredScanCodes::StoredScanCodes(const StoreReader& store, const std::string& prefix, std::int64_t rows,
                                 std::int64_t cols)
    : codes_(store.file(prefix + "_codes.npy"), {rows, code_bytes(cols)}),
      row_factors_(store.file(prefix + "_code_factors.npy"), {2, rows}),
      column_scales_(store.file(prefix + "_code_columns.npy"), {cols}) {}

}  // namespace eckart
