#include "engine/spectral/spectra_lanczos.h"

#include <algorithm>
#include <exception>
#include <stdexcept>

#include <Spectra/SymEigsSolver.h>

#include "engine/support/error.h"
#include "engine/support/random.h"

namespace eckart {
namespace {

/// The Gram operator in the shape that Spectra asks for.
class SpectraOperator {
  public:
    using Scalar = double;

    SpectraOperator(const GramOperator& gram, std::int64_t max_products, const Progress& progress)
        : gram_(gram), max_products_(max_products), progress_(progress), scratch_(gram.long_side(), 1) {}

    Eigen::Index rows() const { return gram_.size(); }
    Eigen::Index cols() const { return gram_.size(); }

    void perform_op(const double* x, double* y) const {
        if (products_ >= max_products_) throw std::runtime_error("the bound on products was reached");
        const Eigen::Map<const DenseMatrixF64> from(x, gram_.size(), 1);
        Eigen::Map<DenseMatrixF64> to(y, gram_.size(), 1);
        gram_.apply<double>(from, scratch_, to);
        progress_.report("singular vectors", static_cast<std::uint64_t>(++products_), 0);
    }

    std::int64_t products() const { return products_; }

  private:
    const GramOperator& gram_;
    std::int64_t max_products_;
    const Progress& progress_;
    mutable DenseMatrixF64 scratch_;  // Spectra wants a const operator; one solver runs one product at a time
    mutable std::int64_t products_ = 0;
};

}  // namespace

LanczosSubspace spectra_lanczos(const GramOperator& gram, std::int64_t rank, double tolerance,
                                std::int64_t max_products, std::uint64_t seed, const Progress& progress) {
    SpectraOperator op(gram, max_products, progress);
    const Philox random(seed, 0x73706563747261);
    Eigen::VectorXd start(gram.size());
    for (Eigen::Index i = 0; i < start.size(); ++i) start(i) = random.normal(static_cast<std::uint64_t>(i));

    const std::int64_t basis = std::min(gram.size(), std::max<std::int64_t>(2 * rank + 1, rank + 20));
    LanczosSubspace result;
    try {
        Spectra::SymEigsSolver<SpectraOperator> solver(op, rank, basis);
        solver.init(start.data());
        solver.compute(Spectra::SortRule::LargestAlge, 1000, tolerance, Spectra::SortRule::LargestAlge);
        if (solver.info() == Spectra::CompInfo::Successful) {
            result.basis = solver.eigenvectors(rank);
        } else {
            result.failure = "Spectra did not converge";
        }
    } catch (const Error&) {
        throw;
    } catch (const std::exception& problem) {
        result.failure = std::string("Spectra gave up: ") + problem.what();
    }
    result.products = op.products();
    return result;
}

}  // namespace eckart
