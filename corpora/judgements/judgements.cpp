#include "corpora/judgements/judgements.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/numbers.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

using Columns = std::vector<std::string_view>;

/// The whole number that `text` is, with or without a fraction of zeros: "2", "2.0", "+2", "2e0".
std::optional<int> whole_number(std::string_view text) {
    const auto value = real_number(text);
    constexpr double most = std::numeric_limits<int>::max();
    if (!value || std::trunc(*value) != *value || std::abs(*value) > most) return std::nullopt;
    return static_cast<int>(*value);
}

bool all_digits(std::string_view text) {
    return text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// SMART's form names query and document by number, and nothing but zeros stand behind them.
bool may_be_smart(const Columns& columns) {
    return columns.size() == 4 && all_digits(columns[0]) && all_digits(columns[1]) && whole_number(columns[2]) == 0 &&
           whole_number(columns[3]) == 0;
}

std::string_view without_leading_zeros(std::string_view number) {
    return number.substr(std::min(number.find_first_not_of('0'), number.size() - 1));
}

void add(Judgements& judgements, std::string_view query, std::string_view document, int grade) {
    const auto [place, is_new] = judgements[std::string(query)].try_emplace(std::string(document), grade);
    if (!is_new) place->second = std::max(place->second, grade);
}

/// Takes the lines of a file one by one. A line of zeros may be SMART's or TREC's (document 0, not relevant), so both
/// readings are kept until a line decides.
class JudgementLines {
  public:
    explicit JudgementLines(const LineReader& lines) : lines_(lines) {}

    void take(const Columns& columns) {
        if (width_ == 0 && begin(columns)) return;
        if (columns.size() != width_) {
            lines_.fail("found " + columns_text(columns.size()) + ", expected " + std::to_string(width_) +
                        " as in the lines before");
        }
        const auto grade = whole_number(columns.back());
        if (!grade) lines_.fail("found the grade " + in_quotes(columns.back()) + ", expected a whole number");
        add(graded_, columns[0], columns[width_ - 2], *grade);
        is_smart_ = is_smart_ && may_be_smart(columns);
        if (is_smart_) add(smart_, without_leading_zeros(columns[0]), without_leading_zeros(columns[1]), 1);
    }

    Judgements result() { return is_smart_ ? std::move(smart_) : std::move(graded_); }

  private:
    static std::string columns_text(std::size_t count) {
        return std::to_string(count) + (count == 1 ? " column" : " columns");
    }

    /// Tells the form by the first line; true if that is a header.
    bool begin(const Columns& columns) {
        width_ = columns.size();
        if (width_ != 3 && width_ != 4) {
            lines_.fail("found " + columns_text(width_) +
                        ", expected query, 0, document and grade, or query, document and grade");
        }
        return width_ == 3 && !whole_number(columns.back());
    }

    const LineReader& lines_;
    std::size_t width_ = 0;  ///< columns of a line; 0 before the first
    Judgements graded_;
    Judgements smart_;
    bool is_smart_ = true;  ///< as far as the lines were read
};

}  // namespace

Judgements read_judgements(const std::string& path) {
    return read_judgements(open_byte_stream(path));
}

Judgements read_judgements(std::unique_ptr<ByteStream> stream) {
    LineReader lines(std::move(stream));
    JudgementLines taken(lines);
    std::string_view line;
    while (lines.next(line)) {
        const Columns columns = words_of(line);
        if (columns.empty() || columns[0].front() == '#') continue;
        require_no_byte_order_mark(lines, columns[0]);
        taken.take(columns);
    }
    Judgements judgements = taken.result();
    if (judgements.empty()) throw InputError(lines.name() + ": found no judgements, expected some");
    return judgements;
}

}  // namespace eckart::corpora
