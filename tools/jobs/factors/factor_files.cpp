#include "tools/jobs/factors/factor_files.h"

#include <span>

#include "engine/storage/npy.h"

namespace eckart::jobs {
namespace {

void write_matrix(const std::string& path, const DenseMatrix& matrix) {
    write_npy<float>(path, {matrix.data(), static_cast<std::size_t>(matrix.size())}, {matrix.rows(), matrix.cols()});
}

}  // namespace

void write_factors(const std::string& method, const Factors& factors, ResultFolder& folder) {
    if (factors.labels.empty()) {
        write_matrix(folder.file(method + "_z.npy"), factors.z);
    } else {
        write_npy(folder.file(method + "_labels.npy"), factors.labels);
    }
    write_matrix(folder.file(method + "_w.npy"), factors.w);
    if (factors.mean.size() == 0) return;
    const std::span<const double> mean(factors.mean.data(), static_cast<std::size_t>(factors.mean.size()));
    write_npy<double>(folder.file(method + "_mean.npy"), mean, {factors.mean.size()});
}

}  // namespace eckart::jobs
