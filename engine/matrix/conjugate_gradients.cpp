#include "engine/matrix/conjugate_gradients.h"

#include <cmath>
#include <vector>

#include "engine/support/parallel.h"

namespace eckart {
namespace {

// Notation, as in the header and the book: R = B - H X, Z = M R, P the direction.

constexpr std::int64_t rows_at_once = 256;

}  // namespace

double inner_product(const DenseMatrixF64& x, const DenseMatrixF64& y) {
    std::vector<double> parts((x.rows() + rows_at_once - 1) / rows_at_once);
    parallel_blocks(x.rows(), rows_at_once, [&](Range rows) {
        const auto count = rows.end - rows.begin;
        parts[rows.begin / rows_at_once] =
            x.middleRows(rows.begin, count).cwiseProduct(y.middleRows(rows.begin, count)).sum();
    });
    double sum = 0;
    for (const double part : parts) sum += part;
    return sum;
}

std::int64_t conjugate_gradients(const PanelMap& h, const PanelMap& m, const DenseMatrixF64& b,
                                 const ConjugateGradientOptions& options, DenseMatrixF64& x) {
    const double enough = options.tolerance * std::sqrt(inner_product(b, m(b)));
    DenseMatrixF64 r = b - h(x), z = m(r), p = z;
    double rz = inner_product(r, z);
    for (std::int64_t step = 0;; ++step) {
        if (step == options.steps || !(std::sqrt(rz) > enough)) return step;
        const DenseMatrixF64 hp = h(p);
        const double curvature = inner_product(p, hp);
        if (!(curvature > 0)) return step;  // the rest of B is roundoff
        x += rz / curvature * p;
        r -= rz / curvature * hp;
        z = m(r);
        const double next = inner_product(r, z);
        p = z + next / rz * p;
        rz = next;
    }
}

}  // namespace eckart
