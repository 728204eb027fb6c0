#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/matrix/dense.h"

namespace eckart::tools {

/// A cluster as a picture shows it.
struct PictureCluster {
    std::string label;  ///< a few words; may be empty
    std::int64_t size = 0;
    std::int64_t colour = 0;  ///< into picture_colours()
    float x = 0, y = 0;       ///< where most of its points are
};

/// Points in the plane with names: what is written as a page, an SVG or a table. As many ids, titles and clusters as
/// places.
struct Picture {
    std::string title;
    std::string one, many;  ///< what a point is, and what several are: "document", "documents"
    std::string layout;     ///< how the places came about, in a few words
    std::vector<std::string> ids;
    std::vector<std::string> titles;     ///< empty where there is none
    DenseMatrix places;                  ///< n x 2, y downwards
    std::vector<std::int32_t> clusters;  ///< into `described`, or -1
    std::vector<PictureCluster> described;

    std::int64_t size() const { return places.rows(); }
    const std::string& name(std::int64_t point) const {
        const auto at = static_cast<std::size_t>(point);
        return titles[at].empty() ? ids[at] : titles[at];
    }
};

/// Colours that can be told apart on white and on black, as "#rrggbb".
const std::vector<std::string>& picture_colours();

/// Sets size, place and colour of each described cluster from the points: its place is the densest of a grid over the
/// picture, so that a label stands on points and not between two groups of them; clusters near each other get
/// different colours.
void arrange_clusters(Picture& picture);

/// What begins an element of a page's data; its id and `">` follow.
inline constexpr std::string_view page_element = "<script type=\"application/x-eckart\" id=\"";

/// Places of an old picture by id.
using OldPlaces = std::unordered_map<std::string, std::pair<float, float>>;

/// Reads the places from a page or a table as `picture_text` makes them. Throws InputError naming the file and what is
/// wrong with it.
OldPlaces read_places(const std::string& path);

/// Throws UsageError unless the path ends in .html, .svg or .tsv.
void check_picture_path(const std::string& path);

/// The picture as its path's ending says:
///
/// - .html a page with everything in it, which asks nothing of any network;
/// - .svg  points as dots, clusters in colours with their labels, names too where there are few points;
/// - .tsv  columns id, x, y, cluster (empty for none) and title, with \t, \n, \r and \\ for those characters.
///
/// Without a line break at the end.
std::string picture_text(const std::string& path, const Picture& picture);

/// The text of each.
std::string picture_page(const Picture& picture);
std::string picture_svg(const Picture& picture);
std::string picture_table(const Picture& picture);

}  // namespace eckart::tools
