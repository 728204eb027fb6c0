#pragma once

#include <string>
#include <string_view>

#include "corpora/documents/html.h"

namespace eckart::corpora {

/// The first heading of a Markdown text: "# Heading" or a line underlined with = or -; empty if there is none. Code
/// fences and front matter are skipped.
std::string markdown_title(std::string_view text);

/// The first title of a reStructuredText: a line underlined with punctuation at least as long; empty if there is none.
std::string restructured_title(std::string_view text);

/// What the header of a posting says; empty where it does not.
struct PostingHeader {
    std::string subject;
    std::string from;
    std::string date;
};

/// The header of a text that begins as a mail or a posting does, with lines "Name: value"; empty if it does not. A name
/// that comes twice counts the first time.
PostingHeader posting_header(std::string_view text);

/// The words of a TeX source: without comments, commands, braces and the preamble's setup; the title is \title's.
TitledText read_tex(std::string_view source);

/// Whether the text is a manual page's source: it begins with a roff request (.TH, .Dd, .so) or comment.
bool is_man_page(std::string_view text);

/// The words of a manual page's source, without requests, macro names and font changes; the title is the line of
/// its NAME section.
TitledText read_man_page(std::string_view source);

}  // namespace eckart::corpora
