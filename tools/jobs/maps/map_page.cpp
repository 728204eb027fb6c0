#include <fmt/format.h>

#include <bit>
#include <nlohmann/json.hpp>

#include "tools/jobs/maps/map_assets.h"
#include "tools/jobs/maps/map_picture.h"
#include "tools/jobs/maps/map_text.h"

// A page is tools/map/map.html with its marks replaced. Its data stand in script elements of a type that no browser
// runs:
//
//   map-header    JSON: title, names of what a point is, colors, clusters
//   map-places    float32 x and y of each point, low byte first, in base64
//   map-clusters  int32 cluster of each point, or -1
//   map-ids       UTF-8, a line each as `escaped_line` has it
//   map-titles    likewise
//
// Base64 has no character that means anything to HTML, so no name can break out of it.

namespace eckart::jobs {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they stand in memory");

std::string element(std::string_view id, std::string_view content) {
    return fmt::format("{}{}\">{}</script>\n", page_element, id, content);
}

template <class T>
std::string numbers(std::span<const T> values) {
    return base64(std::as_bytes(values));
}

std::string lines(const std::vector<std::string>& texts) {
    std::string joined;
    for (const std::string& text : texts) {
        if (&text != texts.data()) joined += '\n';
        joined += escaped_line(text);
    }
    return base64(std::as_bytes(std::span(joined)));
}

std::string header(const MapPicture& picture) {
    nlohmann::ordered_json clusters = nlohmann::ordered_json::array();
    for (const MapCluster& cluster : picture.described) {
        clusters.push_back({{"label", cluster.label},
                            {"size", cluster.size},
                            {"colour", cluster.color},
                            {"x", cluster.x},
                            {"y", cluster.y}});
    }
    const nlohmann::ordered_json fields = {
        {"title", picture.title},   {"points", picture.size()},    {"one", picture.one},  {"many", picture.many},
        {"layout", picture.layout}, {"colours", picture_colors()}, {"clusters", clusters}};
    return script_json(fields.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

std::string data(const MapPicture& picture) {
    const std::span places(picture.places.data(), static_cast<std::size_t>(picture.places.size()));
    return element("map-header", header(picture)) + element("map-places", numbers<float>(places)) +
           element("map-clusters", numbers<std::int32_t>(picture.clusters)) + element("map-ids", lines(picture.ids)) +
           element("map-titles", lines(picture.titles));
}

}  // namespace

std::string picture_page(const MapPicture& picture) {
    std::string page;
    std::string_view rest = map_assets::map_html;
    const auto replace = [&](std::string_view mark, std::string_view by) {
        const std::size_t place = rest.find(mark);
        page.append(rest.substr(0, place)).append(by);
        rest.remove_prefix(place + mark.size());
    };
    replace("@TITLE@", markup_text(picture.title));
    replace("@STYLE@", map_assets::map_css);
    replace("@DATA@", data(picture));
    replace("@POINTS@", map_assets::points_js);
    replace("@PAGE@", map_assets::page_js);
    return page.append(rest);
}

}  // namespace eckart::jobs
