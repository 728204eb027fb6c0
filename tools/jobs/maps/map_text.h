#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace eckart::jobs {

/// `text` on one line and without tabs: \n, \r, \t and \\ stand for these characters.
std::string escaped_line(std::string_view text);

/// What `escaped_line` was made of.
std::string unescaped_line(std::string_view line);

/// RFC 4648, with padding.
std::string base64(std::span<const std::byte> bytes);

/// The bytes again, blanks around them passed over. Throws InputError, beginning with `name`, if it is not base64.
std::string from_base64(std::string_view text, const std::string& name);

/// Text for XML and HTML: markup is escaped, bytes that are not UTF-8 become U+FFFD, and characters that XML does not
/// allow, or that turn the direction of what follows, become spaces.
std::string markup_text(std::string_view text);

/// JSON for a script element of a page: "<" is \u003c, so that nothing in it can end the element.
std::string script_json(std::string_view json);

}  // namespace eckart::jobs
