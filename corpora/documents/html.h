#pragma once

#include <string>
#include <string_view>

namespace eckart::corpora {

/// A text and what it calls itself.
struct TitledText {
    std::string title;  ///< empty if it has none
    std::string text;
};

/// The title and the visible text of an HTML page in UTF-8: without scripts, styles and the head; block elements on
/// lines of their own, white space folded outside <pre>.
///
/// Parsed by gumbo as browsers do. A page that is nested deeper than any made for people (512 elements), or that makes
/// gumbo take much more memory than the page has, is read by leaving out its tags instead, in linear time.
TitledText read_html(std::string_view page);

/// The text between the tags, with the most common character references resolved: what read_html falls back on.
TitledText read_html_without_parsing(std::string_view page);

}  // namespace eckart::corpora
