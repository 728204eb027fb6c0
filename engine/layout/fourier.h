#pragma once

#include <cstdint>
#include <vector>

namespace eckart {

/// The discrete Fourier transform of sixteen sequences side by side,
///
///     y_k = sum_j x_j exp(-2 pi i j k / n),   not scaled,
///
/// for n = 2^a or 3 2^a. Element j of sequence s is at [16 j + s], real and imaginary parts in arrays of their own: a
/// butterfly is then the same instruction on neighbors, with no shuffling. Passes of radix 4, 3 and 2 that leave the
/// elements in order [Stockham; see C. Van Loan, "Computational Frameworks for the Fast Fourier Transform", 1992, 1.7].
/// Safe from several threads.
class Fourier {
  public:
    static constexpr std::int64_t width = 16;

    /// The shortest length the class knows that is at least `wanted`, and at least 64.
    static std::int64_t length_for(std::int64_t wanted);

    explicit Fourier(std::int64_t length);

    std::int64_t length() const { return length_; }

    /// Transforms in place; each array has 16 n elements, `scratch` 32 n. With the real and imaginary parts exchanged
    /// it is the inverse, not scaled.
    void transform(float* real, float* imaginary, float* scratch) const;

  private:
    std::int64_t length_;
    std::vector<float> cosines_;  ///< cos(2 pi j / n)
    std::vector<float> sines_;    ///< -sin(2 pi j / n)
};

}  // namespace eckart
