// pca_speed MATRIX COMPONENTS [SOLVER [TOLERANCE]]: principal components, timed five times. MATRIX is an .npy array of
// float32, or a sparse matrix as svd_scipy.py writes it (.bin).
//
// Beside it, on the same matrix: peers/pca_sklearn.py. Both print the residual max |C w - l w| / l_1 of the components
// that they hand out, in float64, for the covariance C; both do it outside of the time.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/matrix/centering.h"
#include "engine/spectral/pca.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/storage/npy.h"
#include "engine/support/memory_budget.h"
#include "tools/bench/clock.h"
#include "tools/bench/matrix_file.h"

namespace {

using namespace eckart;

/// max |C w - l w| / l_1 through products with the centred operator.
double residual(const LinearOperator& centred, const Pca& pca) {
    const DenseMatrixF64 w = pca.components.cast<double>();
    DenseMatrixF64 scores(centred.rows(), w.cols()), image(centred.cols(), w.cols());
    centred.apply(w, scores);
    centred.apply_adjoint(scores, image);
    image /= static_cast<double>(pca.rows - 1);
    return (image - w * pca.variances.asDiagonal()).colwise().norm().maxCoeff() / pca.variances(0);
}

template <class Data, class Residual>
void measure(const Data& x, const PcaOptions& options, const Residual& residual_of) {
    for (int run = 0; run < 5; ++run) {
        Pca found;
        const tools::Times time = tools::timed([&] { found = pca(x, options); });
        DenseMatrix scores;
        const tools::Times projecting = tools::timed([&] { scores = project(found, x); });
        std::printf("%.4f s (%.4f s of processors), %lld by %s, variances %.6g to %.6g of %.6g, energy %.5f, %s%s%s; ",
                    time.wall, time.cpu, static_cast<long long>(found.rank()), std::string(name(found.solver)).c_str(),
                    found.variances(0), found.variances(found.rank() - 1), found.total_variance, found.energy,
                    found.certificate.converged ? "converged" : "not converged", found.note.empty() ? "" : ": ",
                    found.note.c_str());
        std::printf("projecting %.4f s; residual %.1e\n", projecting.wall, run == 0 ? residual_of(found) : 0.0);
        if (run == 0) std::printf("peak memory %s\n", readable_bytes(peak_memory()).c_str());
    }
}

void run(int count, char** arguments) {
    const std::string path = arguments[1];
    PcaOptions options{.components = std::atoll(arguments[2])};
    if (count > 3) options.solver = parse_pca_solver(arguments[3]);
    if (count > 4) options.tolerance = std::atof(arguments[4]);
    if (path.ends_with(".npy")) {
        const MappedArray<float> file(path, {any_extent, any_extent});
        const DenseMatrix x = ConstMatrixMap(file.values().data(), file.shape()[0], file.shape()[1]);
        measure(x, options, [&](const Pca& found) { return residual(CenteredDenseOperator(x, found.mean), found); });
        std::printf("planned at most %s\n", readable_bytes(pca_memory(x.rows(), x.cols(), options)).c_str());
        return;
    }
    const CsrMatrix x = tools::read_matrix(path);
    std::printf("matrix %s\n", readable_bytes(peak_memory()).c_str());
    measure(x, options, [&](const Pca& found) {
        const CsrMatrix xt = transposed(x);
        const SparseOperator sparse(x, xt);
        return residual(CenteredScaledOperator(sparse, found.mean, {}, {}, 1), found);
    });
    const SvdOptions svd{.rank = options.components, .tolerance = options.tolerance};
    std::printf("planned at most %s, of which the SVD %s\n",
                readable_bytes(pca_memory(x.rows, x.cols, x.nonzeros(), options)).c_str(),
                readable_bytes(svd_memory(x.rows, x.cols, svd)).c_str());
    const tools::Times time = tools::timed([&] { static_cast<void>(truncated_svd(x, svd)); });
    std::printf("the truncated SVD of the same rank, not centred: %.4f s (%.4f s of processors)\n", time.wall,
                time.cpu);
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 3) return std::fprintf(stderr, "pca_speed MATRIX COMPONENTS [SOLVER [TOLERANCE]]\n"), 2;
    try {
        run(count, arguments);
    } catch (const Error& error) {
        return std::fprintf(stderr, "%s\n", error.what()), error.exit_code();
    }
}
