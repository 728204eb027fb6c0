#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/matrix/dense.h"

namespace eckart::jobs {

/// A cluster as a map shows it.
struct MapCluster {
    std::string label;  ///< a few words; may be empty
    std::int64_t size = 0;
    std::int64_t color = 0;  ///< into picture_colors()
    float x = 0, y = 0;      ///< where most of its points are
};

/// Points in the plane with names: what is written as a page, an SVG or a table. There are as many ids, titles and
/// clusters as places.
struct MapPicture {
    std::string title;
    std::string one, many;  ///< what a point is called: "document", "documents"
    std::string layout;     ///< how the places came about, in a few words
    std::vector<std::string> ids;
    std::vector<std::string> titles;     ///< empty where there is none
    DenseMatrix places;                  ///< n x 2, y downwards
    std::vector<std::int32_t> clusters;  ///< into `described`, or -1
    std::vector<MapCluster> described;

    std::int64_t size() const { return places.rows(); }
    const std::string& name(std::int64_t point) const { return titles[point].empty() ? ids[point] : titles[point]; }
};

/// Colors that can be told apart on white and on black, as "#rrggbb".
const std::vector<std::string>& picture_colors();

/// Sets size, place and color of each described cluster from the points. The place is where the points are densest on
/// a grid over the picture, so that a label stands on points and not between two groups of them; clusters near each
/// other get different colors.
void arrange_clusters(MapPicture& picture);

/// The beginning of an element of a page's data; its id and `">` follow.
inline constexpr std::string_view page_element = "<script type=\"application/x-eckart\" id=\"";

/// Places of an earlier map by id.
using OldPlaces = std::unordered_map<std::string, std::pair<float, float>>;

/// Reads the places from a page or a table as `picture_text` makes them. Throws InputError naming the file and what is
/// wrong with it.
OldPlaces read_places(const std::string& path);

/// Throws UsageError unless the path ends in .html, .svg or .tsv.
void check_picture_path(const std::string& path);

/// The picture as its path's ending says:
///
/// - .html a page with everything in it, which needs no network;
/// - .svg  points as dots, clusters in colors with their labels, and names if there are few points;
/// - .tsv  columns id, x, y, cluster (empty for none) and title, with \t, \n, \r and \\ for those characters.
///
/// Without a line break at the end.
std::string picture_text(const std::string& path, const MapPicture& picture);

/// The text of each.
std::string picture_page(const MapPicture& picture);
std::string picture_svg(const MapPicture& picture);
std::string picture_table(const MapPicture& picture);

}  // namespace eckart::jobs
