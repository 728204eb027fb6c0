#include "corpora/documents/markup.h"

#include <algorithm>
#include <array>

#include "corpora/bytes/lines.h"
#include "engine/support/ascii.h"

namespace eckart::corpora {
namespace {

// Titles stand at the head of a text; looking no further keeps the cost of a huge file's title small.
constexpr std::size_t title_bytes = 16 * 1024;

/// Cuts the next line off `text`; false at the end.
bool next_line(std::string_view& text, std::string_view& line) {
    if (text.empty()) return false;
    const std::size_t end = std::min(text.find('\n'), text.size());
    line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return true;
}

/// The part of a posting's header that is called so; null for another one.
std::string* header_value(PostingHeader& header, std::string_view name) {
    if (name.size() > 7) return nullptr;
    const std::string lower = lower_ascii(name);
    if (lower == "subject") return &header.subject;
    if (lower == "from") return &header.from;
    return lower == "date" ? &header.date : nullptr;
}

/// Whether the line is one mark over and over, and nothing else.
bool is_underline(std::string_view line, std::string_view marks, std::size_t least) {
    const std::string_view bare = trimmed(line);
    return bare.size() >= least && marks.find(bare.front()) != std::string_view::npos &&
           bare.find_first_not_of(bare.front()) == std::string_view::npos;
}

std::string heading_of(std::string_view line) {
    const std::size_t hashes = std::min(line.find_first_not_of('#'), line.size());
    if (hashes == 0 || hashes > 6 || hashes == line.size() || line[hashes] != ' ') return {};
    std::string_view heading = trimmed(line.substr(hashes));
    while (!heading.empty() && heading.back() == '#') heading.remove_suffix(1);
    return std::string(trimmed(heading));
}

/// Reads a TeX source from left to right, keeping what is set in type.
class TexWords {
  public:
    explicit TexWords(std::string_view source) : source_(source) {}

    TitledText read() {
        while (at_ < source_.size()) step();
        return {std::string(trimmed(title_)), std::move(text_)};
    }

  private:
    void step() {
        const char c = source_[at_];
        if (c == '%') {
            at_ = std::min(source_.find('\n', at_), source_.size());
        } else if (c == '\\') {
            ++at_;
            command();
        } else {
            const bool is_markup = c == '{' || c == '}' || c == '$' || c == '~' || c == '&';
            if (c == '~' || c == '&') text_ += ' ';
            if (!is_markup) text_ += c;
            ++at_;
        }
    }

    void command() {
        const std::size_t begin = at_;
        while (at_ < source_.size() && is_ascii_letter(source_[at_])) ++at_;
        const std::string_view name = source_.substr(begin, at_ - begin);
        if (name.empty()) return character_command();
        if (name == "title" && title_.empty()) {
            title_ = argument();
            text_ += title_;
        } else if (sets_up(name)) {
            argument();
        } else {
            skip_option();
            text_ += ' ';
        }
    }

    /// \% and its like are characters, \\ ends a line, accents vanish.
    void character_command() {
        if (at_ >= source_.size()) return;
        const char c = source_[at_++];
        if (std::string_view("%&$#_{}").find(c) != std::string_view::npos) text_ += c;
        if (c == '\\' || c == ' ' || c == ',') text_ += ' ';
    }

    /// Commands whose argument is a name, not words.
    static bool sets_up(std::string_view name) {
        constexpr std::array<std::string_view, 14> commands = {
            "begin",      "bibliography", "bibliographystyle", "cite",  "documentclass", "documentstyle",
            "end",        "include",      "includegraphics",   "input", "label",         "ref",
            "usepackage", "vspace"};
        return std::find(commands.begin(), commands.end(), name) != commands.end();
    }

    void skip_option() {
        if (at_ < source_.size() && source_[at_] == '*') ++at_;
        if (at_ >= source_.size() || source_[at_] != '[') return;
        const std::size_t end = source_.substr(at_, 400).find(']');
        if (end != std::string_view::npos) at_ += end + 1;
    }

    /// The words of the braces that follow, which are skipped.
    std::string argument() {
        skip_option();
        if (at_ >= source_.size() || source_[at_] != '{') return {};
        std::string words;
        int depth = 0;
        for (; at_ < source_.size(); ++at_) {
            const char c = source_[at_];
            depth += c == '{' ? 1 : c == '}' ? -1 : 0;
            if (depth == 0) break;
            if (c == '\\') {
                while (at_ + 1 < source_.size() && is_ascii_letter(source_[at_ + 1])) ++at_;
                words += ' ';
            } else if (c != '{' && c != '}') {
                words += c == '\n' ? ' ' : c;
            }
        }
        at_ = std::min(at_ + 1, source_.size());
        return words;
    }

    std::string_view source_;
    std::size_t at_ = 0;
    std::string title_;
    std::string text_;
};

/// Roff's escapes: \fB and \f(CW change fonts, \- is a dash, \(xx a special character, \& nothing, \" a comment.
std::string without_escapes(std::string_view line) {
    std::string words;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != '\\' || i + 1 == line.size()) {
            words += line[i];
            continue;
        }
        const char escape = line[++i];
        if (escape == '"') break;
        if (escape == 'f' || escape == 's' || escape == '*') {
            i += i + 1 < line.size() && line[i + 1] == '(' ? 3 : 1;
        } else if (escape == '(') {
            i += 2;
            words += ' ';
        } else if (escape == '-' || escape == 'e') {
            words += escape == '-' ? '-' : '\\';
        }
    }
    return words;
}

/// What a macro line sets in type: its arguments, for those macros that have words as arguments.
std::string macro_words(std::string_view line) {
    std::string words = without_escapes(line);
    std::replace(words.begin(), words.end(), '"', ' ');
    const std::string_view all = trimmed(words);
    const std::size_t blank = std::min(all.find_first_of(" \t"), all.size());
    constexpr std::array<std::string_view, 10> setup = {"\\\"", "TH", "de", "ds", "ie", "el", "if", "nr", "so", "tr"};
    if (std::find(setup.begin(), setup.end(), all.substr(0, blank)) != setup.end()) return {};
    return std::string(trimmed(all.substr(blank)));
}

}  // namespace

std::string markdown_title(std::string_view text) {
    text = text.substr(0, title_bytes);
    std::string_view line, previous;
    bool within_fence = false;
    for (bool first = true; next_line(text, line); first = false) {
        if (first && line == "---") {
            while (next_line(text, line) && line != "---") {
            }
            continue;
        }
        if (line.substr(0, 3) == "```" || line.substr(0, 3) == "~~~") within_fence = !within_fence;
        if (within_fence) continue;
        if (std::string heading = heading_of(line); !heading.empty()) return heading;
        if (is_underline(line, "=-", 3) && !trimmed(previous).empty()) return std::string(trimmed(previous));
        previous = line;
    }
    return {};
}

std::string restructured_title(std::string_view text) {
    text = text.substr(0, title_bytes);
    std::string_view line, previous;
    while (next_line(text, line)) {
        const std::string_view title = trimmed(previous);
        if (is_underline(line, "=-~^\"'`#*+:.<>_", std::max<std::size_t>(title.size(), 3)) && !title.empty() &&
            !is_underline(title, "=-~^\"'`#*+:.<>_", 1)) {
            return std::string(title);
        }
        previous = line;
    }
    return {};
}

PostingHeader posting_header(std::string_view text) {
    text = text.substr(0, title_bytes);
    PostingHeader header;
    std::string_view line;
    while (next_line(text, line) && !line.empty()) {
        if (line.front() == ' ' || line.front() == '\t') continue;
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || line.find(' ') < colon) break;
        std::string* const value = header_value(header, line.substr(0, colon));
        if (value != nullptr && value->empty()) *value = trimmed(line.substr(colon + 1));
    }
    return header;
}

TitledText read_tex(std::string_view source) {
    return TexWords(source).read();
}

bool is_man_page(std::string_view text) {
    for (const std::string_view start : {".TH ", ".\\\"", "'\\\"", ".Dd ", ".so ", ".de ", ".ds "}) {
        if (text.substr(0, start.size()) == start) return true;
    }
    return false;
}

TitledText read_man_page(std::string_view source) {
    TitledText page;
    bool names_it = false;
    std::string_view line;
    while (next_line(source, line)) {
        const bool is_macro = !line.empty() && (line.front() == '.' || line.front() == '\'');
        const std::string words = is_macro ? macro_words(line.substr(1)) : without_escapes(line);
        const bool is_section = line.substr(0, 3) == ".SH" || line.substr(0, 3) == ".Sh";
        if (names_it && page.title.empty() && !is_section) page.title = words;
        if (is_section) names_it = lower_ascii(words) == "name";
        if (words.empty() && is_macro) continue;
        page.text += words;
        page.text += '\n';
    }
    return page;
}

}  // namespace eckart::corpora
