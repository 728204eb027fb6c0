// svd_speed MATRIX.bin RANK TOLERANCE [SOLVER [BLOCK]]: a truncated SVD, timed three times, transposing included.
//
// Beside it, on the same matrix: peers/svd_scipy.py, which also writes MATRIX.bin.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "engine/spectral/truncated_svd.h"
#include "engine/support/memory_budget.h"
#include "tools/bench/matrix_file.h"

namespace {

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void run(int count, char** arguments) {
    using namespace eckart;
    const CsrMatrix a = tools::read_matrix(arguments[1]);
    SvdOptions options{.rank = std::atoll(arguments[2]), .tolerance = std::atof(arguments[3])};
    if (count > 4) options.solver = parse_svd_solver(arguments[4]);
    if (count > 5) options.block_size = std::atoll(arguments[5]);
    for (int run = 0; run < 3; ++run) {
        const double start = seconds();
        const TruncatedSvd svd = truncated_svd(a, options);
        const double time = seconds() - start;
        const SvdCertificate& c = svd.certificate;
        std::printf(
            "%.3f s, rank %lld by %s, s_1 %.6f, s_k %.6f, residuals %.1e and %.1e, loss %.1e and %.1e, "
            "energy %.5f, %lld columns, %s%s\n",
            time, static_cast<long long>(svd.rank()), std::string(name(svd.solver)).c_str(), svd.singular_values(0),
            svd.singular_values(svd.rank() - 1), c.max_right_residual, c.max_left_residual, c.orthogonality_loss_u,
            c.orthogonality_loss_v, c.energy, static_cast<long long>(svd.gram_products),
            c.converged ? "converged" : "not converged", svd.note.empty() ? "" : (": " + svd.note).c_str());
    }
    std::printf("peak memory %s, planned at most %s\n", readable_bytes(peak_memory()).c_str(),
                readable_bytes(svd_memory(a.rows, a.cols, options)).c_str());
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 4) return std::fprintf(stderr, "svd_speed MATRIX.bin RANK TOLERANCE [SOLVER [BLOCK]]\n"), 2;
    try {
        run(count, arguments);
    } catch (const eckart::Error& error) {
        return std::fprintf(stderr, "%s\n", error.what()), error.exit_code();
    }
}
