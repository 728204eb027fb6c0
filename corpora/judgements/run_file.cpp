#include "corpora/judgements/run_file.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <ostream>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/numbers.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

double score_of(const LineReader& lines, std::string_view text) {
    const auto score = real_number(text);
    if (!score) lines.fail("found the score " + in_quotes(text) + ", expected a finite number");
    return *score;
}

bool comes_before(const RunEntry& a, const RunEntry& b) {
    return a.score != b.score ? a.score > b.score : a.document > b.document;
}

/// Escapes what would break a line, as in a URL: a blank becomes %20. A query that begins with "#" would be a comment.
std::string as_column(const std::string& id, bool begins_line) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string column;
    for (const char c : id) {
        const bool is_blank = c == ' ' || (c >= '\t' && c <= '\r');
        if (is_blank || (c == '#' && begins_line && column.empty())) {
            const auto byte = static_cast<unsigned char>(c);
            column += {'%', digits[byte / 16], digits[byte % 16]};
        } else {
            column += c;
        }
    }
    return column;
}

float as_float(double score) {
    constexpr double most = std::numeric_limits<float>::max();
    return static_cast<float>(std::clamp(score, -most, most));
}

/// `score`, or the next number below `last` if it is not below it: one that is lower as a float too, where there is
/// one.
double score_below(double score, double last) {
    if (score < last && as_float(score) < as_float(last)) return score;
    constexpr float lowest = -std::numeric_limits<float>::infinity();
    const float next = std::nextafter(as_float(last), lowest);
    if (std::isfinite(next) && next < last) return next;
    return score < last ? score : std::nextafter(last, -std::numeric_limits<double>::infinity());
}

void require_distinct(const std::string& name, const std::string& query, const std::vector<RunEntry>& ranking) {
    std::unordered_set<std::string_view> seen;
    for (const RunEntry& entry : ranking) {
        if (!seen.insert(entry.document).second) {
            throw InputError(name + ": found document " + in_quotes(entry.document) + " twice for query " +
                             in_quotes(query) + ", expected once");
        }
    }
}

}  // namespace

Run read_run(const std::string& path) {
    return read_run(open_byte_stream(path));
}

Run read_run(std::unique_ptr<ByteStream> stream) {
    LineReader lines(std::move(stream));
    Run run;
    std::string_view line;
    while (lines.next(line)) {
        const std::vector<std::string_view> columns = words_of(line);
        if (columns.empty() || columns[0].front() == '#') continue;
        if (columns.size() < 6) {
            lines.fail("found " + std::to_string(columns.size()) +
                       " columns, expected query, Q0, document, rank, score and tag");
        }
        require_no_byte_order_mark(lines, columns[0]);
        run[std::string(columns[0])].push_back({std::string(columns[2]), score_of(lines, columns[4])});
    }
    if (run.empty())
        throw InputError(lines.name() +
                         ": found no lines, expected those of a run: query, Q0, document, rank, score and tag");
    for (auto& [query, ranking] : run) {
        require_distinct(lines.name(), query, ranking);
        std::sort(ranking.begin(), ranking.end(), comes_before);
    }
    return run;
}

void write_run(std::ostream& out, const std::string& query, const std::vector<RunEntry>& ranking,
               const std::string& tag) {
    double last = 0;
    for (std::size_t i = 0; i < ranking.size(); ++i) {
        last = i == 0 ? ranking[i].score : score_below(ranking[i].score, last);
        std::array<char, 32> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), last).ptr;
        out << as_column(query, true) << " Q0 " << as_column(ranking[i].document, false) << ' ' << i + 1 << ' '
            << std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())) << ' ' << tag << '\n';
    }
}

}  // namespace eckart::corpora
