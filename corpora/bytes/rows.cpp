#include "corpora/bytes/rows.h"

#include <algorithm>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {
namespace {

using Fields = std::vector<std::string_view>;

// Fields are a few bytes long, where a plain loop is faster than a call of memchr for each.

void split_at(std::string_view line, char separator, Fields& fields) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] != separator) continue;
        fields.push_back(line.substr(begin, i - begin));
        begin = i + 1;
    }
    if (!line.empty()) fields.push_back(line.substr(begin));
}

void split_at_double_colons(std::string_view line, Fields& fields) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        if (line[i] != ':' || line[i + 1] != ':') continue;
        fields.push_back(line.substr(begin, i - begin));
        begin = i + 2;
        ++i;
    }
    if (!line.empty()) fields.push_back(line.substr(begin));
}

bool is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

void split_at_blanks(std::string_view line, Fields& fields) {
    for (std::size_t i = 0; i < line.size();) {
        if (is_blank(line[i])) {
            ++i;
            continue;
        }
        const std::size_t begin = i;
        while (i < line.size() && !is_blank(line[i])) ++i;
        fields.push_back(line.substr(begin, i - begin));
    }
}

}  // namespace

RowReader::RowReader(std::unique_ptr<ByteStream> stream, RowForm form, std::size_t most_bytes)
    : lines_(std::move(stream), most_bytes), form_(form), most_bytes_(most_bytes) {}

bool RowReader::next(Fields& fields) {
    fields.clear();
    while (fields.empty()) {
        if (!lines_.next(text_)) return false;
        line_ = lines_.line_number();
        split(text_, fields);
    }
    return true;
}

void RowReader::fail(const std::string& message) const {
    throw InputError(lines_.name(), line_, message);
}

void RowReader::split(std::string_view line, Fields& fields) {
    switch (form_) {
        case RowForm::commas:
            return split_with_quotes(line, ',', fields);
        case RowForm::semicolons:
            return split_with_quotes(line, ';', fields);
        case RowForm::tabs:
            return split_at(line, '\t', fields);
        case RowForm::bars:
            return split_at(line, '|', fields);
        case RowForm::colons:
            return split_at_double_colons(line, fields);
        case RowForm::blanks:
            return split_at_blanks(line, fields);
    }
}

/// A quote means something only where a field begins: a row that has none there is cut where it stands.
void RowReader::split_with_quotes(std::string_view line, char separator, Fields& fields) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && i == begin) return copy_with_quotes(line, separator, fields);
        if (line[i] != separator) continue;
        fields.push_back(line.substr(begin, i - begin));
        begin = i + 1;
    }
    if (!line.empty()) fields.push_back(line.substr(begin));
}

void RowReader::copy_with_quotes(std::string_view line, char separator, Fields& fields) {
    bytes_.clear();
    ends_.clear();
    for (;;) {
        if (line.substr(0, 1) == "\"") {
            line = copy_quoted(line.substr(1), separator);
        } else {
            const std::size_t end = std::min(line.find(separator), line.size());
            bytes_ += line.substr(0, end);
            line.remove_prefix(end);
        }
        ends_.push_back(bytes_.size());
        if (line.empty()) break;
        line.remove_prefix(1);
    }
    fields.clear();
    for (std::size_t begin = 0; const std::size_t end : ends_) {
        fields.push_back(std::string_view(bytes_).substr(begin, end - begin));
        begin = end;
    }
}

/// Copies a field from behind its opening quote, over as many lines as it takes, and returns what stands behind its
/// closing one.
std::string_view RowReader::copy_quoted(std::string_view line, char separator) {
    for (;;) {
        const std::size_t quote = line.find('"');
        bytes_ += line.substr(0, quote);
        if (bytes_.size() > most_bytes_) {
            fail("found a quote that is not closed within " + readable_bytes(most_bytes_) + ", expected its end");
        }
        if (quote == std::string_view::npos) {
            bytes_ += '\n';
            if (!lines_.next(line)) fail("found a quote that is never closed, expected its end");
            continue;
        }
        line.remove_prefix(quote + 1);
        if (line.substr(0, 1) == "\"") {
            bytes_ += '"';
            line.remove_prefix(1);
        } else if (line.empty() || line.front() == separator) {
            return line;
        } else {
            fail("found " + in_quotes(line) + " after a closing quote, expected " +
                 (separator == ',' ? "a comma" : "a semicolon") + " or the end of the line");
        }
    }
}

}  // namespace eckart::corpora
