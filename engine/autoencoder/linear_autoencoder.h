#pragma once

#include <cstdint>
#include <string_view>

#include <Eigen/Core>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"

namespace eckart {

/// In which numbers a system is solved; what is stored has float32.
enum class Arithmetic {
    automatic,  ///< float32, and float64 where the residual says that it must be, and the budget that it may
    float32,
    float64
};

/// "automatic", "float32", "float64".
std::string_view name(Arithmetic arithmetic);
/// Throws UsageError on any other word.
Arithmetic parse_arithmetic(std::string_view name);

struct LinearAutoencoderOptions {
    double regularization = 500;  ///< lambda > 0, in the units of X'X: 500 is what Steck's paper finds for ratings
    /// p in [0, 1): the share of the inputs that noise sets to zero while the output is to be whole (Steck,
    /// "Autoencoders that don't overfit towards the identity", NeurIPS 2020); adds p / (1 - p) diag(X'X) to lambda I.
    double dropout = 0;
    Arithmetic arithmetic = Arithmetic::automatic;
    MemoryBudget memory = {};  ///< of what is allocated here, the result too
};

/// X ~ X B with no item explaining itself: plain data, complete once returned.
struct LinearAutoencoder {
    DenseMatrix weights;  ///< B, cols x cols, zero diagonal; row i is what an entry in column i gives to all others
    Arithmetic arithmetic = Arithmetic::float32;  ///< the one that was used
    bool by_rows = false;                         ///< whether the rows^2 matrix was inverted
    /// max |A P e_j - e_j| over sampled columns j and all rows, for A = X'X + ... and its inverse P: measured on X
    /// afterwards, in float64. It is what B leaves unsolved, relative to the regularization of its column.
    double residual = 0;
};

/// The linear autoencoder with zero diagonal, in closed form (Steck, "Embarrassingly shallow autoencoders for sparse
/// data", WWW 2019: EASE):
///
///     min over B with diag(B) = 0 of ||X - X B||^2 + lambda ||B||^2,      B = I - P diag(1 / diag P),
///     P = (X'X + lambda I)^-1.
///
/// A column without entries has weights zero both ways. Costs cols^3 operations and one array of cols^2 numbers, in
/// which X'X, its inverse and B replace each other. Where X has fewer rows than columns, and the budget allows it, the
/// rows^2 matrix is inverted instead, P = (I - X'(XX' + lambda I)^-1 X) / lambda, with the products sparse. Same bytes
/// for any number of threads.
///
/// Throws UsageError if an option is out of range or a value is not finite, MemoryError with the bytes that it needs
/// past the budget, and UsageError that says so where A is not positive definite to the precision at hand.
[[nodiscard]] LinearAutoencoder fit_linear_autoencoder(const CsrView& x, const LinearAutoencoderOptions& options = {},
                                                       const Progress& progress = {});

/// Bytes that fitting holds at most, the result too: what `options.memory` allows, if that is less than what it would
/// use in float32 (or in float64, where that is asked for), and never less than what it needs.
std::uint64_t linear_autoencoder_memory(std::int64_t rows, std::int64_t cols, std::int64_t nonzeros,
                                        const LinearAutoencoderOptions& options = {});

}  // namespace eckart
