#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace eckart {

// Dense kernels for the many small systems of alternating least squares, on matrices kept in strips: 16 columns side by
// side, element (i, j) of a matrix with `rows` rows at
//
//     (j / 16 * rows + i) * 16 + j % 16
//
// so that every inner loop reads two streams of whole cache lines, whatever the number of columns. A row-major matrix
// of 512 columns has its rows 2 kB apart, and the first-level cache can keep no more than 24 of them.
//
// Measured beside Eigen's rankUpdate and LLT in one run, on one core: at 64 columns the Gram matrix of 256 rows at
// 89-98 Gflop/s against 48-62, its factor in 1.7 microseconds against 5.7; at 128 columns 93-104 against 52-74, 9
// against 27.
//
// One thread, float32, no allocation. Columns past the last are kept at zero.

inline constexpr std::int64_t strip_width = 16;

/// Number of strips that hold `columns` columns.
constexpr std::int64_t strip_count(std::int64_t columns) {
    return (columns + strip_width - 1) / strip_width;
}

/// Number of floats in a matrix of `rows` rows and `columns` columns in strips.
constexpr std::int64_t strips_size(std::int64_t rows, std::int64_t columns) {
    return strip_count(columns) * strip_width * rows;
}

/// Floats that begin at a cache line.
class AlignedFloats {
  public:
    /// `size` floats, zero.
    explicit AlignedFloats(std::int64_t size) : data_(new (std::align_val_t{line}) float[size]()) {}

    float* data() { return data_.get(); }
    const float* data() const { return data_.get(); }
    float& operator[](std::int64_t i) { return data_[i]; }

  private:
    static constexpr std::size_t line = 64;
    struct Delete {
        void operator()(float* data) const { operator delete[](data, std::align_val_t{line}); }
    };
    std::unique_ptr<float[], Delete> data_;
};

/// gram += P'P, its upper triangle, for the first `count` rows of a panel P of `strips` strips with room for
/// `panel_rows` rows; gram is square, of 16 `strips` rows.
void add_gram(const float* panel, std::int64_t panel_rows, std::int64_t count, std::int64_t strips, float* gram);

/// out += P'w for the first `count` rows of a panel as above.
void add_weighted_rows(const float* panel, std::int64_t panel_rows, std::int64_t count, std::int64_t strips,
                       const float* weights, float* out);

/// Replaces the upper triangle of a positive definite A (16 `strips` rows) by U with U'U = A, and puts the reciprocals
/// of U's diagonal into `reciprocals`. Returns the smallest ratio of a pivot to the diagonal entry that it came from,
/// about the reciprocal of A's condition after scaling; 0 if a pivot was not positive, and then U is worthless.
float cholesky(float* a, std::int64_t strips, float* reciprocals);

/// b := U'^-1 b.
void solve_transposed(const float* u, const float* reciprocals, std::int64_t strips, float* b);

/// b := U^-1 b.
void solve_upper(const float* u, const float* reciprocals, std::int64_t strips, float* b);

/// Puts the transpose of 16 rows of `columns` floats each, multiplied by `scale` (`columns` floats), into one strip of
/// `columns` rows. Fewer rows than 16: null pointers, which give zeros.
void transpose_into_strip(const float* const* rows, const float* scale, std::int64_t columns, float* strip);

}  // namespace eckart
