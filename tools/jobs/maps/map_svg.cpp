#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "tools/jobs/common/shown_text.h"
#include "tools/jobs/maps/map_picture.h"
#include "tools/jobs/maps/map_text.h"

// A dot is a line of length zero with round ends, so that all dots of a color are one path of relative moves: about
// ten bytes a point.

namespace eckart::jobs {
namespace {

constexpr double picture_width = 1200, picture_border = 60;
constexpr std::int64_t most_names = 150;   ///< points up to which each has its name beside it
constexpr std::size_t line_of_label = 24;  ///< characters of a label, before it is broken
constexpr double letter = 0.56;            ///< width of a letter, of its height, nearly

struct Rectangle {
    double left, top, right, bottom;

    bool meets(const Rectangle& o) const {
        return left < o.right && o.left < right && top < o.bottom && o.top < bottom;
    }
};

class Drawing {
  public:
    explicit Drawing(const MapPicture& picture) : picture_(picture) {
        const Eigen::RowVectorXf low = picture.places.colwise().minCoeff(), high = picture.places.colwise().maxCoeff();
        const double width = std::max<double>(high[0] - low[0], 1e-6),
                     height = std::max<double>(high[1] - low[1], 1e-6);
        scale_ = (picture_width - 2 * picture_border) / std::max(width, height);
        left_ = picture_border + (picture_width - 2 * picture_border - scale_ * width) / 2 - scale_ * low[0];
        height_ = scale_ * height + 2 * picture_border;
        top_ = picture_border - scale_ * low[1];
        radius_ = std::clamp(42 / std::pow(static_cast<double>(picture.size()), 0.34), 1.1, 6.0);
    }

    std::string text() {
        std::string svg = fmt::format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1:.0f}\" width=\"{0}\" height=\"{1:.0f}\" "
            "font-family=\"Helvetica, Arial, 'DejaVu Sans', sans-serif\">\n<title>{2}</title>\n"
            "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
            picture_width, height_, markup_text(picture_.title));
        svg += fmt::format("<g fill=\"none\" stroke-linecap=\"round\" stroke-width=\"{:.2f}\" stroke-opacity=\"{}\">\n",
                           2 * radius_, picture_.size() > 20'000 ? "0.55" : "0.8");
        for (std::size_t c = 0; c < picture_.described.size(); ++c) {
            const auto color = static_cast<std::size_t>(picture_.described[c].color);
            svg += dots(static_cast<std::int32_t>(c), picture_colors()[color]);
        }
        svg += dots(-1, picture_.described.empty() ? "#466ca0" : "#9a9a9a");
        svg +=
            "</g>\n<g text-anchor=\"middle\" fill=\"#1d2129\" stroke=\"#ffffff\" stroke-width=\"4\" "
            "stroke-linejoin=\"round\" paint-order=\"stroke\">\n";
        svg += labels() + "</g>\n";
        if (picture_.size() <= most_names) svg += names();
        return svg + "</svg>\n";
    }

  private:
    double x(std::int64_t point) const { return left_ + scale_ * static_cast<double>(picture_.places(point, 0)); }
    double y(std::int64_t point) const { return top_ + scale_ * static_cast<double>(picture_.places(point, 1)); }

    /// In tenths of a unit; each move makes up for the rounding of the last.
    std::string dots(std::int32_t cluster, const std::string& color) const {
        std::string path;
        std::int64_t at_x = 0, at_y = 0;
        for (std::int64_t i = 0; i < picture_.size(); ++i) {
            if (picture_.clusters[i] != cluster) continue;
            const std::int64_t to_x = std::llround(10 * x(i)), to_y = std::llround(10 * y(i));
            path += fmt::format("m{} {}h0", to_x - at_x, to_y - at_y);
            at_x = to_x;
            at_y = to_y;
        }
        if (path.empty()) return "";
        return fmt::format("<path transform=\"scale(.1)\" stroke-width=\"{:.1f}\" stroke=\"{}\" d=\"{}\"/>\n",
                           20 * radius_, color, path);
    }

    static std::vector<std::string> broken(const std::string& label) {
        std::vector<std::string> lines;
        for (std::size_t begin = 0; begin < label.size();) {
            const std::size_t comma = std::min(label.find(", ", begin), label.size());
            const std::string word = label.substr(begin, comma - begin);
            const bool fits = !lines.empty() && display_width(lines.back()) + 2 + display_width(word) <= line_of_label;
            if (fits) {
                lines.back() += ", " + word;
            } else {
                lines.push_back(word);
            }
            begin = comma + 2;
        }
        return lines;
    }

    /// Takes the place if no label has any of it.
    bool claim(const Rectangle& place) {
        if (place.left < 2 || place.top < 2 || place.right > picture_width - 2 || place.bottom > height_ - 2)
            return false;
        for (const Rectangle& other : taken_) {
            if (place.meets(other)) return false;
        }
        taken_.push_back(place);
        return true;
    }

    std::string label(const MapCluster& cluster) {
        const auto lines = broken(cluster.label);
        const double share = static_cast<double>(cluster.size) / static_cast<double>(picture_.size());
        const double size = std::clamp(11 + 26 * std::sqrt(share), 13.0, 20.0);
        std::size_t longest = 0;
        for (const std::string& line : lines) longest = std::max(longest, display_width(line));
        const double width = letter * size * static_cast<double>(longest) + 6;
        const double height = 1.15 * size * static_cast<double>(lines.size()) + 4;
        const double middle = left_ + scale_ * static_cast<double>(cluster.x);
        for (const double shift : {0.0, -0.7, 0.7, -1.4, 1.4}) {
            const double center = top_ + scale_ * static_cast<double>(cluster.y) + shift * height;
            if (!claim({middle - width / 2, center - height / 2, middle + width / 2, center + height / 2})) continue;
            std::string text;
            for (std::size_t k = 0; k < lines.size(); ++k) {
                const double line = center - height / 2 + 2 + 1.15 * size * (static_cast<double>(k) + 0.8);
                text +=
                    fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{:.1f}\" font-weight=\"600\">{}</text>\n",
                                middle, line, size, markup_text(lines[k]));
            }
            return text;
        }
        return "";
    }

    std::string labels() {
        std::string text;
        for (const MapCluster& cluster : picture_.described) {
            if (!cluster.label.empty()) text += label(cluster);
        }
        return text;
    }

    std::string names() {
        std::string text =
            "<g font-size=\"12\" fill=\"#3b424e\" stroke=\"#ffffff\" stroke-width=\"3\" "
            "stroke-linejoin=\"round\" paint-order=\"stroke\">\n";
        for (std::int64_t i = 0; i < picture_.size(); ++i) {
            const std::string name = cut_to(printable(picture_.name(i)), 40);
            const double width = letter * 12 * static_cast<double>(display_width(name)), left = x(i) + radius_ + 3;
            if (!claim({left, y(i) - 8, left + width, y(i) + 8})) continue;
            text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", left, y(i) + 4, markup_text(name));
        }
        return text + "</g>\n";
    }

    const MapPicture& picture_;
    double scale_ = 1, left_ = 0, top_ = 0, height_ = 0, radius_ = 1;
    std::vector<Rectangle> taken_;
};

}  // namespace

std::string picture_svg(const MapPicture& picture) {
    return Drawing(picture).text();
}

}  // namespace eckart::jobs
