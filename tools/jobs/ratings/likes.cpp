#include "tools/jobs/ratings/likes.h"

#include <algorithm>
#include <charconv>

#include "engine/support/ascii.h"
#include "engine/support/error.h"

namespace eckart::jobs {
namespace {

/// What is between two commas.
struct Segment {
    std::string text;  ///< with its spaces, so that segments can be joined again
    std::string name;  ///< without the rating
    std::optional<float> value = {};
    bool quoted = false;
};

std::string name_in(std::string_view text) {
    return std::string(trimmed(text));
}

/// NaN and infinity too, so that "1=nan" is refused as a rating rather than looked for as a title.
std::optional<float> number(std::string_view text) {
    const std::string_view digits = trimmed(text);
    float value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return {};
    return value;
}

/// Parts "NAME=5" at its last "=".
void part_rating(Segment& segment) {
    segment.name = segment.text;
    const std::size_t equals = segment.text.rfind('=');
    if (equals == std::string::npos) return;
    segment.value = number(std::string_view(segment.text).substr(equals + 1));
    if (segment.value) segment.name = segment.text.substr(0, equals);
}

/// Reads the name in quotes that begins at `at`, and moves `at` behind it.
std::string quoted_name(std::string_view text, std::size_t& at) {
    std::string name;
    for (++at; at < text.size(); ++at) {
        const bool quote = text[at] == '"';
        if (quote && text.substr(at, 2) != "\"\"") {
            ++at;
            return name;
        }
        if (quote) ++at;
        name += text[at];
    }
    throw UsageError("found a quote that is not closed before " + name);
}

Segment quoted_segment(std::string_view text, std::size_t& at) {
    Segment segment;
    segment.quoted = true;
    segment.name = quoted_name(text, at);
    const std::size_t end = std::min(text.find(',', at), text.size());
    const std::string_view rest = trimmed(text.substr(at, end - at));
    if (!rest.empty()) {
        segment.value = rest.front() == '=' ? number(rest.substr(1)) : std::nullopt;
        if (!segment.value)
            throw UsageError("found '" + std::string(rest) + "' after \"" + segment.name + "\", expected =RATING");
    }
    at = end;
    return segment;
}

std::vector<Segment> segments_of(std::string_view text) {
    std::vector<Segment> segments;
    for (std::size_t at = 0; at <= text.size(); ++at) {
        const std::size_t first = text.find_first_not_of(" \t\r\n", at);
        if (first != std::string_view::npos && text[first] == '"') {
            at = first;
            segments.push_back(quoted_segment(text, at));
            continue;
        }
        const std::size_t end = std::min(text.find(',', at), text.size());
        Segment segment;
        segment.text = std::string(text.substr(at, end - at));
        part_rating(segment);
        segments.push_back(std::move(segment));
        at = end;
    }
    return segments;
}

NamedRating named(const std::string& name, std::optional<float> value) {
    NamedRating rating = {name_in(name), value};
    if (rating.item.empty())
        throw UsageError("found no title before a comma or the end, expected \"TITLE=RATING, ...\"");
    return rating;
}

/// A name that begins at some segment, and the segment that it ends with.
struct Reading {
    NamedRating rating;
    std::size_t last;
    TitleMatch match;
};

/// What names may begin with segment `first`, up to the first one with a rating, in order of length.
std::vector<Reading> readings(const std::vector<Segment>& segments, std::size_t first, const MatchOf& match_of) {
    std::vector<Reading> found;
    std::string joined;
    for (std::size_t s = first; s < segments.size() && !segments[s].quoted; ++s) {
        const std::string whole = joined + segments[s].text, name = joined + segments[s].name;
        const auto add = [&](const std::string& text, std::optional<float> value) {
            found.push_back({{name_in(text), value}, s, match_of(name_in(text))});
        };
        if (segments[s].value) add(whole, {});  // a title may end like a rating
        add(name, segments[s].value);
        if (segments[s].value) break;
        joined = whole + ",";
    }
    return found;
}

/// The longest whole title that begins with segment `first`, or else the longest part of one, and moves `first` to its
/// last segment. What matches nothing ends with the first rating, or with its segment.
NamedRating longest_match(const std::vector<Segment>& segments, std::size_t& first, const MatchOf& match_of) {
    if (trimmed(segments[first].text).empty()) return named("", {});
    const std::vector<Reading> found = readings(segments, first, match_of);
    const Reading* best = found.back().rating.value ? &found.back() : &found.front();
    TitleMatch closest = TitleMatch::none;
    for (const Reading& one : found) {
        const TitleMatch match = std::min(one.match, TitleMatch::words);  // all that is a whole title is alike
        if (match == TitleMatch::none || match < closest) continue;
        best = &one;
        closest = match;
    }
    first = best->last;
    return named(best->rating.item, best->rating.value);
}

}  // namespace

std::vector<NamedRating> parse_likes(std::string_view text, const MatchOf& match_of) {
    const std::vector<Segment> segments = segments_of(text);
    std::vector<NamedRating> ratings;
    for (std::size_t s = 0; s < segments.size(); ++s) {
        ratings.push_back(segments[s].quoted ? named(segments[s].name, segments[s].value)
                                             : longest_match(segments, s, match_of));
    }
    return ratings;
}

std::vector<NamedRating> parse_like_lines(std::span<const std::string> lines) {
    std::vector<NamedRating> ratings;
    for (const std::string& line : lines) {
        Segment segment;
        segment.text = line;
        part_rating(segment);
        ratings.push_back(named(segment.name, segment.value));
    }
    return ratings;
}

}  // namespace eckart::jobs
