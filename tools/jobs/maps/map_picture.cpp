#include "tools/jobs/maps/map_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "engine/support/error.h"
#include "tools/jobs/maps/map_text.h"

namespace eckart::jobs {
namespace {

constexpr std::int64_t grid = 48;  ///< cells to a side, in which a cluster's densest place is looked for

/// Points of a cluster in each cell of a grid over the picture, smoothed over neighboring cells when it is asked for.
class Density {
  public:
    explicit Density(const DenseMatrix& places)
        : places_(places), low_(places.colwise().minCoeff()), counts_(grid * grid) {
        const Eigen::RowVector2f high = places.colwise().maxCoeff();
        size_ = std::max((high - low_).maxCoeff(), 1e-6F) / static_cast<float>(grid);
    }

    /// The mean of the points in and around the densest cell.
    Eigen::RowVector2f peak(const std::vector<std::int32_t>& points) {
        std::fill(counts_.begin(), counts_.end(), 0);
        for (const std::int32_t p : points) ++counts_[cell(p, 1) * grid + cell(p, 0)];
        std::int64_t best = 0, most = -1;
        for (std::int64_t c = 0; c < grid * grid; ++c) {
            const std::int64_t here = counts_[c] == 0 ? 0 : around(c);
            if (here > most) {
                most = here;
                best = c;
            }
        }
        Eigen::RowVector2d sum = Eigen::RowVector2d::Zero();
        std::int64_t count = 0;
        for (const std::int32_t p : points) {
            if (std::abs(cell(p, 1) - best / grid) > 2 || std::abs(cell(p, 0) - best % grid) > 2) continue;
            sum += Eigen::RowVector2d(places_(p, 0), places_(p, 1));
            ++count;
        }
        return (sum / static_cast<double>(std::max<std::int64_t>(count, 1))).cast<float>();
    }

  private:
    std::int64_t cell(std::int64_t point, int axis) const {
        const auto c = static_cast<std::int64_t>((places_(point, axis) - low_[axis]) / size_);
        return std::clamp<std::int64_t>(c, 0, grid - 1);
    }

    std::int64_t around(std::int64_t c) const {
        std::int64_t sum = 0;
        for (std::int64_t row = std::max<std::int64_t>(0, c / grid - 2); row <= std::min(grid - 1, c / grid + 2);
             ++row) {
            for (std::int64_t col = std::max<std::int64_t>(0, c % grid - 2); col <= std::min(grid - 1, c % grid + 2);
                 ++col) {
                sum += counts_[row * grid + col];
            }
        }
        return sum;
    }

    const DenseMatrix& places_;
    Eigen::RowVector2f low_;
    float size_ = 1;
    std::vector<std::int64_t> counts_;
};

/// The color whose nearest use so far is farthest away; colors not used yet go first, in their order.
std::int64_t distant_color(const std::vector<MapCluster>& clusters, std::size_t count) {
    const auto colors = static_cast<std::int64_t>(picture_colors().size());
    std::int64_t best = 0;
    float farthest = -1;
    for (std::int64_t color = 0; color < colors; ++color) {
        float nearest = std::numeric_limits<float>::infinity();
        for (std::size_t c = 0; c < count; ++c) {
            if (clusters[c].color != color) continue;
            const float dx = clusters[c].x - clusters[count].x, dy = clusters[c].y - clusters[count].y;
            nearest = std::min(nearest, dx * dx + dy * dy);
        }
        if (nearest > farthest) {
            farthest = nearest;
            best = color;
        }
    }
    return best;
}

bool ends_in(const std::string& path, std::string_view ending) {
    if (path.size() < ending.size()) return false;
    return std::equal(ending.begin(), ending.end(), path.end() - static_cast<std::ptrdiff_t>(ending.size()),
                      [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b); });
}

}  // namespace

const std::vector<std::string>& picture_colors() {
    static const std::vector<std::string> colors = {"#3f78c9", "#e0803a", "#3f9e5a", "#cf4d57", "#8a64c4", "#97694f",
                                                    "#d675b4", "#7a8f2e", "#2ba3b4", "#b8912a", "#5b62d8", "#d0573a",
                                                    "#51a58b", "#a8466f", "#6f8fb0", "#8ab04a"};
    return colors;
}

void arrange_clusters(MapPicture& picture) {
    if (picture.size() == 0) return;
    std::vector<std::vector<std::int32_t>> members(picture.described.size());
    for (std::size_t p = 0; p < picture.clusters.size(); ++p) {
        if (picture.clusters[p] >= 0) members[picture.clusters[p]].push_back(static_cast<std::int32_t>(p));
    }
    Density density(picture.places);
    for (std::size_t c = 0; c < members.size(); ++c) {
        MapCluster& cluster = picture.described[c];
        cluster.size = static_cast<std::int64_t>(members[c].size());
        const Eigen::RowVector2f peak = density.peak(members[c]);
        cluster.x = peak.x();
        cluster.y = peak.y();
        cluster.color = distant_color(picture.described, c);
    }
}

void check_picture_path(const std::string& path) {
    if (ends_in(path, ".html") || ends_in(path, ".svg") || ends_in(path, ".tsv")) return;
    throw UsageError(path + ": a map ends in .html, .svg or .tsv");
}

std::string picture_text(const std::string& path, const MapPicture& picture) {
    check_picture_path(path);
    const auto make = ends_in(path, ".svg") ? picture_svg : ends_in(path, ".tsv") ? picture_table : picture_page;
    std::string text = make(picture);
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

std::string picture_table(const MapPicture& picture) {
    std::string text = "id\tx\ty\tcluster\ttitle\n";
    for (std::int64_t i = 0; i < picture.size(); ++i) {
        const std::int32_t cluster = picture.clusters[i];
        text += fmt::format("{}\t{}\t{}\t{}\t{}\n", escaped_line(picture.ids[i]), picture.places(i, 0),
                            picture.places(i, 1), cluster < 0 ? "" : std::to_string(cluster),
                            escaped_line(picture.titles[i]));
    }
    return text;
}

}  // namespace eckart::jobs
