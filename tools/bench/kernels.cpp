// kernels MATRIX.bin: what each kernel under the block Krylov method reaches on one thread, in processor time, beside
// its flops and the bytes that it cannot avoid to move.
//
// MATRIX.bin: int64 rows, cols, nonzeros; int64 row offsets; int32 columns; float32 values (svd_scipy.py writes it).

#include <ctime>

#include <algorithm>
#include <cstdio>
#include <functional>

#include "engine/matrix/panel.h"
#include "engine/matrix/products.h"
#include "engine/matrix/symmetric_eigen.h"
#include "engine/support/parallel.h"
#include "tools/bench/matrix_file.h"

namespace {

constexpr int rows_a_block = 32;

double thread_seconds() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Best of several runs, after one to warm up.
double seconds(const std::function<void()>& work) {
    work();
    double best = 1e30;
    for (int run = 0; run < 7; ++run) {
        const double start = thread_seconds();
        work();
        best = std::min(best, thread_seconds() - start);
    }
    return best;
}

void print(const char* kernel, double flops, double bytes, double time) {
    std::printf("%-28s %8.2f Mflop %8.2f MB %9.3f ms %8.1f Gflop/s %7.1f GB/s\n", kernel, flops / 1e6, bytes / 1e6,
                time * 1e3, flops / time / 1e9, bytes / time / 1e9);
}

}  // namespace

int main(int count, char** arguments) {
    using namespace eckart;
    if (count != 2) return std::fprintf(stderr, "kernels MATRIX.bin\n"), 2;
    const CsrMatrix a = tools::read_matrix(arguments[1]), at = transposed(a);
    const ThreadLimit one(1);
    const auto rows = static_cast<double>(a.rows), cols = static_cast<double>(a.cols);
    const auto nonzeros = static_cast<double>(a.nonzeros());

    DenseMatrix small = DenseMatrix::Random(a.rows, rows_a_block), large = DenseMatrix::Random(a.cols, rows_a_block);
    const DenseMatrix other = DenseMatrix::Random(a.rows, rows_a_block),
                      p = 1e-3F * DenseMatrix::Random(rows_a_block, rows_a_block);
    const double sparse_bytes = 8 * nonzeros + 4 * rows_a_block * (rows + cols);
    print("A'X, 32 columns", 2 * rows_a_block * nonzeros, sparse_bytes, seconds([&] { multiply(at, small, large); }));
    print("A X, 32 columns", 2 * rows_a_block * nonzeros, sparse_bytes, seconds([&] { multiply(a, large, small); }));
    const double panel_flops = 2.0 * rows_a_block * rows_a_block * rows, panel = 4 * rows_a_block * rows;
    print("inner_products, 32 by 32", panel_flops, 2 * panel, seconds([&] { inner_products(other, small); }));
    print("inner_products, with itself", panel_flops / 2, panel, seconds([&] { inner_products(small, small); }));
    print("add_product, 32 by 32", panel_flops, 3 * panel, seconds([&] { add_product(other, p, -1, small); }));
    for (const int order : {256, 512, 900}) {
        const Eigen::MatrixXd g = Eigen::MatrixXd::Random(order, order);
        const double n = order;
        print("symmetric_eigen", 4 * n * n * n, 16 * n * n, seconds([&] { symmetric_eigen(g + g.transpose()); }));
    }
}
