#include "text/query/factors.h"

#include <algorithm>
#include <utility>

#include "engine/support/parallel.h"

namespace eckart::text {
namespace {

constexpr std::int64_t columns_a_block = 64;  // whose entries in a row lie side by side

/// The largest numbers of one column to one side, the largest first, ties by row. Rows are offered in their order.
class Leading {
  public:
    explicit Leading(std::size_t count) : count_(count) {}

    /// A number that is not above this changes nothing.
    float threshold() const { return threshold_; }

    void offer(std::int32_t row, float number) {
        const auto place = std::upper_bound(entries_.begin(), entries_.end(), number,
                                            [](float given, const auto& entry) { return given > entry.first; });
        entries_.insert(place, {number, row});
        if (entries_.size() > count_) entries_.pop_back();
        if (entries_.size() == count_) threshold_ = entries_.empty() ? number : entries_.back().first;
    }

    std::vector<std::int32_t> rows() const {
        std::vector<std::int32_t> rows;
        for (const auto& [number, row] : entries_) rows.push_back(row);
        return rows;
    }

  private:
    std::size_t count_;
    float threshold_ = 0;
    std::vector<std::pair<float, std::int32_t>> entries_;
};

}  // namespace

std::vector<ColumnEnds> column_ends(const ConstMatrixMap& matrix, std::int64_t columns, std::size_t count) {
    std::vector<ColumnEnds> ends(static_cast<std::size_t>(columns));
    parallel_blocks(columns, columns_a_block, [&](Range range) {
        const auto width = static_cast<std::size_t>(range.end - range.begin);
        std::vector<Leading> positive(width, Leading(count)), negative(width, Leading(count));
        for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
            const float* entries = matrix.data() + row * matrix.cols() + range.begin;
            for (std::size_t c = 0; c < width; ++c) {
                if (entries[c] > positive[c].threshold()) {
                    positive[c].offer(static_cast<std::int32_t>(row), entries[c]);
                } else if (-entries[c] > negative[c].threshold()) {
                    negative[c].offer(static_cast<std::int32_t>(row), -entries[c]);
                }
            }
        }
        for (std::size_t c = 0; c < width; ++c) {
            ends[static_cast<std::size_t>(range.begin) + c] = {positive[c].rows(), negative[c].rows()};
        }
    });
    return ends;
}

std::vector<std::int32_t> terms_of_rows(std::span<const std::int32_t> latent_rows, std::int64_t rows) {
    std::vector<std::int32_t> terms(static_cast<std::size_t>(rows));
    for (std::size_t term = 0; term < latent_rows.size(); ++term) {
        const std::int32_t row = latent_rows[term];
        if (row >= 0) terms[static_cast<std::size_t>(row)] = static_cast<std::int32_t>(term);
    }
    return terms;
}

}  // namespace eckart::text
