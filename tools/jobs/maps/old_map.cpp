#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "engine/support/error.h"
#include "tools/jobs/maps/map_picture.h"
#include "tools/jobs/maps/map_text.h"

// The places of an earlier map, as map_page.cpp and picture_table wrote them.

namespace eckart::jobs {
namespace {

std::string file_text(const std::string& path) {
    if (std::filesystem::is_directory(path)) throw InputError(path + ": found a folder, expected an earlier map");
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file) throw InputError(path + ": cannot be read");
    return text;
}

std::string_view element_content(std::string_view page, const std::string& id, const std::string& path) {
    const std::string begin = std::string(page_element) + id + "\">";
    const std::size_t first = page.find(begin);
    const std::size_t end = first == std::string_view::npos ? first : page.find("</script>", first);
    if (end == std::string_view::npos)
        throw InputError(path + ": found no " + id + ", expected a map made by eckart map");
    return page.substr(first + begin.size(), end - first - begin.size());
}

std::vector<std::string> split_lines(std::string_view text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        lines.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return lines;
}

void add_place(OldPlaces& places, std::string id, float x, float y, const std::string& where) {
    if (!std::isfinite(x) || !std::isfinite(y)) throw InputError(where + ": found a place that is not finite");
    if (!places.emplace(std::move(id), std::pair(x, y)).second) throw InputError(where + ": found an id twice");
}

OldPlaces places_of_page(const std::string& page, const std::string& path) {
    const std::string bytes = from_base64(element_content(page, "map-places", path), path);
    const auto ids = split_lines(from_base64(element_content(page, "map-ids", path), path));
    if (bytes.size() != ids.size() * 2 * sizeof(float)) {
        throw InputError(fmt::format("{}: found {} ids and {} bytes of places, expected 8 bytes for each", path,
                                     ids.size(), bytes.size()));
    }
    OldPlaces places;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        float place[2];
        std::memcpy(place, bytes.data() + i * sizeof place, sizeof place);
        add_place(places, unescaped_line(ids[i]), place[0], place[1], path);
    }
    return places;
}

float number(const std::string& field, const std::string& where) {
    char* end = nullptr;
    const float value = std::strtof(field.c_str(), &end);
    if (field.empty() || *end != '\0') throw InputError(where + ": found '" + field + "', expected a number");
    return value;
}

std::vector<std::string> fields_of(const std::string& line) {
    std::vector<std::string> fields;
    for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t end = std::min(line.find('\t', begin), line.size());
        fields.push_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    return fields;
}

OldPlaces places_of_table(const std::string& text, const std::string& path) {
    OldPlaces places;
    std::size_t row = 0;
    for (const std::string& line : split_lines(text)) {
        const std::string where = path + ":" + std::to_string(++row);
        const auto fields = fields_of(line);
        if (row == 1) {
            if (fields.size() < 3 || fields[0] != "id" || fields[1] != "x" || fields[2] != "y") {
                throw InputError(where + ": expected a table that begins with the columns id, x and y");
            }
        } else if (!line.empty()) {
            if (fields.size() < 3)
                throw InputError(where + ": found " + std::to_string(fields.size()) + " columns, expected 3 or more");
            add_place(places, unescaped_line(fields[0]), number(fields[1], where), number(fields[2], where), where);
        }
    }
    return places;
}

}  // namespace

OldPlaces read_places(const std::string& path) {
    const std::string text = file_text(path);
    OldPlaces places = text.starts_with("<!doctype html") ? places_of_page(text, path) : places_of_table(text, path);
    if (places.empty()) throw InputError(path + ": found no places");
    return places;
}

}  // namespace eckart::jobs
