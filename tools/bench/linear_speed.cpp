// linear_speed MATRIX.bin [LAMBDA]: a Gram matrix, and the linear autoencoder beside LAPACK's own Cholesky and inverse
// (spotrf + spotri, on as many threads) of the same matrix, five times each in turn.
//
// Beside it, on the same matrix: peers/gram_scipy.py, which also writes MATRIX.bin.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "engine/autoencoder/linear_autoencoder.h"
#include "engine/matrix/blas.h"
#include "engine/matrix/gram.h"
#include "engine/matrix/lapack.h"
#include "engine/matrix/symmetric_inverse.h"
#include "engine/support/memory_budget.h"
#include "engine/support/parallel.h"
#include "tools/bench/clock.h"
#include "tools/bench/matrix_file.h"

namespace {

using namespace eckart;
using namespace eckart::tools;

/// Seconds that one job took, run after run.
struct Job {
    const char* name;
    std::vector<double> walls = {}, cpus = {};

    template <class Work>
    void time(const Work& work) {
        const Times one = timed(work);
        walls.push_back(one.wall);
        cpus.push_back(one.cpu);
    }

    double best() const { return *std::min_element(walls.begin(), walls.end()); }

    void print() {
        std::printf("%-32s least %.3f s, most %.3f s; processor time at least %.3f s\n", name, best(),
                    *std::max_element(walls.begin(), walls.end()), *std::min_element(cpus.begin(), cpus.end()));
    }
};

void lapack_inverse(DenseMatrix& a) {
    const int n = static_cast<int>(a.rows());
    openblas_set_num_threads(thread_count());
    const bool inverted = lapack::factor(n, a.data(), n) && lapack::inverse_of_factored(n, a.data(), n);
    openblas_set_num_threads(1);
    if (!inverted) throw UsageError("LAPACK found the matrix not positive definite");
}

void run(int count, char** arguments) {
    const CsrMatrix x = read_matrix(arguments[1]);
    const double lambda = count > 2 ? std::atof(arguments[2]) : 500;
    Job gram{"Gram matrix"}, lapack{"spotrf + spotri"}, inverse{"inverse of the same matrix"},
        ease{"linear autoencoder, all of it"};
    DenseMatrix a = DenseMatrix::Zero(x.cols, x.cols), b;
    for (int round = 0; round < 5; ++round) {
        gram.time([&] { gram_lower(x, a); });
        a.diagonal().array() += static_cast<float>(lambda);
        b = a;
        lapack.time([&] { lapack_inverse(b); });
        inverse.time([&] {
            if (!invert_positive_definite(a)) throw UsageError("the matrix was found not positive definite");
        });
        const double difference = (a - b).triangularView<Eigen::Lower>().toDenseMatrix().cwiseAbs().maxCoeff();
        if (round == 0)
            std::printf("largest difference of the two inverses: %.1e of %.1e\n", difference,
                        static_cast<double>(a.maxCoeff()));
        ease.time([&] {
            const LinearAutoencoder model = fit_linear_autoencoder(x, {.regularization = lambda});
            if (round == 0)
                std::printf("residual %.1e in %s\n", model.residual, std::string(name(model.arithmetic)).c_str());
        });
    }
    for (Job* job : {&gram, &lapack, &inverse, &ease}) job->print();
    const double flops = static_cast<double>(x.cols) * static_cast<double>(x.cols) * static_cast<double>(x.cols);
    std::printf("inverse: %.2f times LAPACK's time, %.0f GF/s; peak memory %s\n", inverse.best() / lapack.best(),
                flops / inverse.best() * 1e-9, readable_bytes(peak_memory()).c_str());
}

}  // namespace

int main(int count, char** arguments) {
    if (count < 2) return std::fprintf(stderr, "linear_speed MATRIX.bin [LAMBDA]\n"), 2;
    try {
        run(count, arguments);
    } catch (const eckart::Error& error) {
        return std::fprintf(stderr, "%s\n", error.what()), error.exit_code();
    }
}
