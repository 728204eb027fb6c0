#include "tools/cli/arguments/command_page.h"

#include <algorithm>

namespace eckart::tools {
namespace {

constexpr std::size_t deepest_term = 4;  ///< blanks before the term of a note

/// "  term    text" without the blanks around the two.
NoteBlock term_and_text(std::string_view line) {
    const std::size_t gap = line.find("  ");
    if (gap == std::string_view::npos) return {std::string(line), ""};
    const std::size_t text = line.find_first_not_of(' ', gap);
    return {std::string(line.substr(0, gap)), std::string(line.substr(text))};
}

}  // namespace

const std::string& Declaration::long_name() const {
    return *std::max_element(names.begin(), names.end(),
                             [](const auto& a, const auto& b) { return a.size() < b.size(); });
}

const Declaration* CommandPage::option(std::string_view wanted) const {
    for (const Declaration& one : declarations) {
        if (one.kind == Declaration::Kind::argument) continue;
        if (std::find(one.names.begin(), one.names.end(), wanted) != one.names.end()) return &one;
    }
    return nullptr;
}

std::string CommandPage::usage() const {
    std::string line = "eckart " + name;
    for (const Declaration& one : declarations) {
        if (one.kind != Declaration::Kind::argument) continue;
        const std::string word = one.names[0] + (one.several ? "..." : "");
        line += one.required ? " " + word : " [" + word + "]";
    }
    for (const Declaration& one : declarations) {
        if (one.kind == Declaration::Kind::option && one.required) line += " " + one.names[0] + " " + one.value;
    }
    return line + " [OPTION]...";
}

std::vector<NoteBlock> note_blocks(std::string_view notes) {
    std::vector<NoteBlock> blocks;
    bool goes_on = false;  // the last block, with a line that is not indented
    while (!notes.empty()) {
        const std::string_view line = notes.substr(0, notes.find('\n'));
        notes.remove_prefix(std::min(notes.size(), line.size() + 1));
        const std::size_t indent = std::min(line.find_first_not_of(' '), line.size());
        const std::string_view text = line.substr(indent);
        const bool is_term = indent > 0 && indent <= deepest_term;
        const bool joins = indent == 0 ? goes_on : !is_term && !blocks.empty();
        if (text.empty()) {
            goes_on = false;
            continue;
        }
        if (joins) {
            blocks.back().text.append(" ").append(text);
        } else {
            blocks.push_back(is_term ? term_and_text(text) : NoteBlock{"", std::string(text)});
        }
        goes_on = indent == 0;
    }
    return blocks;
}

std::string joined(const std::vector<std::string>& words, std::string_view separator) {
    std::string text;
    for (const std::string& word : words) text.append(text.empty() ? "" : separator).append(word);
    return text;
}

std::string with_default(const std::string& description, const std::string& initial) {
    return initial.empty() ? description : description + " [" + initial + "]";
}

}  // namespace eckart::tools
