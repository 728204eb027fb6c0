// bench_ridge [ROWS]: time of a ridge map for one lambda with its leave-one-out error, for attributes of several
// widths: exact by a sparse Cholesky factor and by a sparse QR factor (SuiteSparse), exact and generalized by block
// conjugate gradients. It shows where eckart::direct::is_fast should change its mind.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <tuple>
#include <vector>

#include "direct/ridge_solver.h"
#include "engine/support/random.h"
#include "tools/bench/clock.h"

using namespace eckart;

namespace {

constexpr std::int64_t targets = 33;

/// `each` attributes a row out of `p`, the popular ones by Zipf's law.
CsrMatrix attributes(std::int64_t n, std::int64_t p, std::int64_t each) {
    const Philox random(1);
    std::vector<Entry> entries;
    for (std::int64_t i = 0; i < n; ++i) {
        for (std::int64_t q = 0; q < each; ++q) {
            const double u = random.uniform(static_cast<std::uint64_t>(i * each + q));
            const auto j = static_cast<std::int64_t>(std::pow(static_cast<double>(p), u)) - 1;
            entries.push_back({i, std::clamp<std::int64_t>(j, 0, p - 1), 1});
        }
    }
    return csr_from_entries(n, p, std::move(entries));
}

template <class Fit>
double seconds_of(const Fit& fit) {
    return tools::timed(fit).wall;
}

}  // namespace

int main(int count, char** arguments) {
    const std::int64_t n = count > 1 ? std::atoll(arguments[1]) : 5000;
    DenseMatrixF64 e(n, targets);
    const Philox random(2);
    for (Eigen::Index i = 0; i < e.size(); ++i) e.data()[i] = random.normal(static_cast<std::uint64_t>(i));
    std::printf("%8s %8s %12s %10s %10s %10s %12s\n", "columns", "a row", "factor", "cholesky", "qr", "cg exact",
                "cg general.");
    struct Shape {
        std::int64_t columns, each;
    };
    for (const Shape shape : {Shape{1000, 4}, Shape{3000, 4}, Shape{10000, 4}, Shape{3000, 30}, Shape{10000, 30}}) {
        const CsrMatrix a = attributes(n, shape.columns, shape.each);
        const RidgeSystem system(a, {});
        RidgeMapOptions options{.lambdas = {5.0}};
        const double cholesky =
            seconds_of([&] { std::ignore = fit_ridge_map(system, *direct::ridge_solver(system), e, options); });
        const double qr = seconds_of([&] {
            std::ignore = fit_ridge_map(system, *direct::ridge_solver(system, direct::Factor::qr), e, options);
        });
        const double exact =
            seconds_of([&] { std::ignore = fit_ridge_map(system, *iterative_ridge_solver(system), e, options); });
        options.leave_one_out = LeaveOneOut::generalized;
        const double generalized =
            seconds_of([&] { std::ignore = fit_ridge_map(system, *iterative_ridge_solver(system), e, options); });
        std::printf("%8lld %8lld %12.0f %9.2fs %9.2fs %9.2fs %11.2fs\n", static_cast<long long>(shape.columns),
                    static_cast<long long>(shape.each), direct::factor_nonzeros(system), cholesky, qr, exact,
                    generalized);
        std::fflush(stdout);
    }
}
