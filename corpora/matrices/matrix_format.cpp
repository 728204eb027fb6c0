#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/numbers.h"
#include "corpora/documents/file_text.h"
#include "corpora/matrices/matrix_elements.h"
#include "corpora/matrices/matrix_file.h"
#include "corpora/ratings/interaction_lists.h"

namespace eckart::corpora {
namespace {

using Named = std::pair<std::string_view, std::string_view>;

constexpr std::array<Named, 12> formats_of_names = {{{".npy", "npy"},
                                                     {".npz", "npz"},
                                                     {".mtx", "matrix-market"},
                                                     {".csv", "csv"},
                                                     {".tsv", "tsv"},
                                                     {".svm", "libsvm"},
                                                     {".libsvm", "libsvm"},
                                                     {".svmlight", "libsvm"},
                                                     {".vec", "word2vec"},
                                                     {".w2v", "word2vec"},
                                                     {".word2vec", "word2vec"},
                                                     {".glove", "word2vec"}}};

std::string_view format_of_bytes(std::string_view head) {
    if (head.starts_with("\x93NUMPY")) return "npy";
    if (head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06")) return "npz";
    if (lower_ascii(head.substr(0, 14)) == "%%matrixmarket") return "matrix-market";
    return {};
}

std::string_view format_of_name(std::string_view name) {
    std::string extension = extension_of(name);
    if (extension == ".gz" || extension == ".zst") {
        name.remove_suffix(extension.size());
        extension = extension_of(name);
    }
    for (const auto& [ending, format] : formats_of_names) {
        if (extension == ending) return format;
    }
    return {};
}

/// The first lines of `head` that are not blank.
std::array<std::string_view, 2> first_lines(std::string_view head) {
    std::array<std::string_view, 2> lines;
    for (std::size_t found = 0; found < lines.size() && !head.empty();) {
        const std::string_view line = head.substr(0, head.find('\n'));
        head.remove_prefix(std::min(line.size() + 1, head.size()));
        if (!trimmed(line).empty()) lines[found++] = line;
    }
    return lines;
}

bool has(std::string_view line, char c) {
    return line.find(c) != std::string_view::npos;
}

std::optional<std::size_t> whole_number(std::string_view word) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
    return number;
}

/// How many numbers `words` end in.
std::size_t trailing_numbers(const std::vector<std::string_view>& words) {
    const auto last_word = std::find_if_not(words.rbegin(), words.rend(), looks_like_number);
    return static_cast<std::size_t>(last_word - words.rbegin());
}

/// Rule 5 of the header. A table of two columns may begin like vectors of one number each.
bool are_vectors(const std::array<std::string_view, 2>& lines) {
    const auto first = words_of(lines[0]);
    if (first.size() == 2 && whole_number(first[0])) {
        const auto columns = whole_number(first[1]);
        return columns && *columns > 1 && words_of(lines[1]).size() == *columns + 1;
    }
    const std::size_t numbers = trailing_numbers(first);
    const auto ends_a_field = [](std::string_view word) {
        return word.size() > 1 && (word.back() == ',' || word.back() == ';');
    };
    if (numbers == 0 || looks_like_number(first[0]) || std::any_of(first.begin(), first.end(), ends_a_field)) {
        return false;
    }
    const auto second = words_of(lines[1]);
    return first.size() == numbers + 1 || second.empty() || trailing_numbers(second) == numbers;
}

}  // namespace

const std::vector<std::string>& matrix_formats() {
    static const std::vector<std::string> formats = {"npy", "npz",    "matrix-market", "csv",
                                                     "tsv", "blanks", "libsvm",        "word2vec"};
    return formats;
}

std::string matrix_format(std::string_view name, std::string_view head) {
    head = head.substr(0, matrix_head_bytes);
    if (const auto format = format_of_bytes(head); !format.empty()) return std::string(format);
    if (const auto format = format_of_name(name); !format.empty()) return std::string(format);
    const auto lines = first_lines(head);
    const auto words = words_of(lines[0]);
    if (words.empty()) return "blanks";
    if (words.size() > 1 && is_libsvm_entry(words[1])) return "libsvm";
    if (has(lines[0], '\t')) return "tsv";
    if (are_vectors(lines)) return "word2vec";
    return has(lines[0], ',') || has(lines[0], ';') ? "csv" : "blanks";
}

}  // namespace eckart::corpora
