#include "corpora/judgements/judgements.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/lines.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Columns = std::vector<std::string_view>;

enum class Form { trec, beir, smart };

std::optional<int> whole_number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

Form form_of(const LineReader& lines, const Columns& first) {
    if (first.size() == 3) return Form::beir;
    if (first.size() != 4) {
        lines.fail("found " + std::to_string(first.size()) +
                   " columns, expected query, 0, document and grade, or query, document and grade");
    }
    return first[3].find('.') != std::string_view::npos ? Form::smart : Form::trec;
}

void add(Judgements& judgements, const LineReader& lines, Form form, const Columns& columns) {
    const std::size_t width = form == Form::beir ? 3 : 4;
    if (columns.size() != width) {
        lines.fail("found " + std::to_string(columns.size()) + " columns, expected " + std::to_string(width) +
                   " as in the lines before");
    }
    const std::string_view document = columns[form == Form::trec ? 2 : 1];
    const std::optional<int> grade = form == Form::smart ? 1 : whole_number(columns.back());
    if (!grade) lines.fail("found the grade " + in_quotes(columns.back()) + ", expected a whole number");
    const auto [place, is_new] = judgements[std::string(columns[0])].try_emplace(std::string(document), *grade);
    if (!is_new) place->second = std::max(place->second, *grade);
}

}  // namespace

Judgements read_judgements(const std::string& path) {
    return read_judgements(open_byte_stream(path));
}

Judgements read_judgements(std::unique_ptr<ByteStream> stream) {
    LineReader lines(std::move(stream));
    Judgements judgements;
    std::optional<Form> form;
    std::string_view line;
    while (lines.next(line)) {
        const Columns columns = words_of(line);
        if (columns.empty()) continue;
        require_no_byte_order_mark(lines, columns[0]);
        if (!form) {
            form = form_of(lines, columns);
            const bool is_header = form == Form::beir && !whole_number(columns.back());
            if (is_header) continue;
        }
        add(judgements, lines, *form, columns);
    }
    if (judgements.empty()) throw InputError(lines.name() + ": found no judgements, expected some");
    return judgements;
}

}  // namespace eckart::corpora
