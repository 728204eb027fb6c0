#include "corpora/ratings/rating_format.h"

#include <algorithm>
#include <set>

#include "corpora/bytes/lines.h"
#include "corpora/documents/file_text.h"
#include "corpora/ratings/interaction_lists.h"

namespace eckart::corpora {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// The name's extension without its dot, under that of the compression.
std::string inner_extension(std::string_view name) {
    std::string extension = extension_of(name);
    if (extension == ".gz" || extension == ".zst") {
        name.remove_suffix(extension.size());
        extension = extension_of(name);
    }
    return extension.empty() ? extension : extension.substr(1);
}

/// The lines that are not blank; of a long source all but the last, which may be cut, unless there is no other.
std::vector<std::string_view> lines_of(std::string_view head) {
    const bool may_be_cut = head.size() >= rating_head_bytes;
    head = head.substr(0, rating_head_bytes);
    if (head.starts_with(byte_order_mark)) head.remove_prefix(byte_order_mark.size());
    std::vector<std::string_view> lines;
    while (!head.empty()) {
        const std::string_view line = head.substr(0, head.find('\n'));
        head.remove_prefix(std::min(line.size() + 1, head.size()));
        if (!trimmed(line).empty()) lines.push_back(line.ends_with('\r') ? line.substr(0, line.size() - 1) : line);
    }
    if (may_be_cut && lines.size() > 1) lines.pop_back();
    return lines;
}

bool contains(std::string_view line, std::string_view part) {
    return line.find(part) != std::string_view::npos;
}

bool is_whole(std::string_view word) {
    return word.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_item_line(std::string_view line) {
    return line.size() > 1 && line.back() == ':' && line.find_first_of(":,;\t ") == line.size() - 1;
}

bool is_libsvm(std::string_view line) {
    const auto words = words_of(line);
    return is_libsvm_entry(words[0]) || (words.size() > 1 && is_libsvm_entry(words[1]));
}

/// Rule 5 of the header.
bool are_lists(const std::vector<std::string_view>& lines) {
    constexpr std::size_t most_columns = 4;
    std::size_t narrowest = std::string_view::npos, widest = 0;
    std::set<std::string_view> users;
    const bool counted = std::all_of(lines.begin(), lines.end(), [](std::string_view line) {
        const auto words = words_of(line);
        return counts_the_others(words[0], words.size());
    });
    for (const std::string_view line : lines) {
        if (contains(line, "\t") && contains(line, " ")) return false;
        const auto words = words_of(line);
        if (!std::all_of(words.begin(), words.end(), is_whole)) return false;
        if (!users.insert(words[0]).second && !counted) return false;
        narrowest = std::min(narrowest, words.size());
        widest = std::max(widest, words.size());
    }
    return widest > most_columns && (narrowest < widest || lines.size() == 1);
}

std::string format_of_name(const std::string& extension, std::string_view line) {
    if (extension == "csv")
        return contains(line, "\t") && line.find_first_of(",;") == std::string_view::npos ? "tsv" : "csv";
    if (extension == "tsv") return "tsv";
    if (extension == "svm" || extension == "libsvm") return "libsvm";
    return {};
}

}  // namespace

const std::vector<std::string>& rating_formats() {
    static const std::vector<std::string> formats = {"csv",   "tsv",    "colons", "triples",
                                                     "jsonl", "libsvm", "lists",  "netflix"};
    return formats;
}

std::string rating_format(std::string_view name, std::string_view head) {
    const std::string extension = inner_extension(name);
    if (extension == "jsonl" || extension == "ndjson") return "jsonl";
    const auto lines = lines_of(head);
    if (lines.empty()) return "triples";
    const std::string_view line = lines[0];
    if (trimmed(line).front() == '{') return "jsonl";
    if (is_item_line(line)) return "netflix";
    if (std::string named = format_of_name(extension, line); !named.empty()) return named;
    if (is_libsvm(line)) return "libsvm";
    if (are_lists(lines)) return "lists";
    if (contains(line, "\t")) return "tsv";
    if (contains(line, "::")) return "colons";
    return line.find_first_of(",;") != std::string_view::npos ? "csv" : "triples";
}

RowForm rating_row_form(std::string_view format, std::string_view head) {
    if (format == "tsv") return RowForm::tabs;
    if (format == "colons") return RowForm::colons;
    if (format == "triples") return RowForm::blanks;
    const auto lines = lines_of(head);
    if (lines.empty()) return RowForm::commas;
    const auto count = [&lines](char c) { return std::count(lines[0].begin(), lines[0].end(), c); };
    return count(';') > count(',') ? RowForm::semicolons : RowForm::commas;
}

}  // namespace eckart::corpora
