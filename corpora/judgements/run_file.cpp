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
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

double score_of(const LineReader& lines, std::string_view text) {
    double score = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), score);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(score)) {
        lines.fail("found the score " + in_quotes(text) + ", expected a number");
    }
    return score;
}

bool comes_before(const RunEntry& a, const RunEntry& b) {
    return a.score != b.score ? a.score > b.score : a.document > b.document;
}

/// White space would break a line's columns: a blank becomes %20, as in a URL.
std::string without_white_space(const std::string& id) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string column;
    for (const char c : id) {
        if (c == ' ' || (c >= '\t' && c <= '\r')) {
            const auto byte = static_cast<unsigned char>(c);
            column += {'%', digits[byte / 16], digits[byte % 16]};
        } else {
            column += c;
        }
    }
    return column;
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
        if (columns.empty()) continue;
        if (columns.size() != 6) {
            lines.fail("found " + std::to_string(columns.size()) +
                       " columns, expected query, Q0, document, rank, score and tag");
        }
        require_no_byte_order_mark(lines, columns[0]);
        run[std::string(columns[0])].push_back({std::string(columns[2]), score_of(lines, columns[4])});
    }
    if (run.empty()) throw InputError(lines.name() + ": found no lines, expected a run");
    for (auto& [query, ranking] : run) {
        require_distinct(lines.name(), query, ranking);
        std::sort(ranking.begin(), ranking.end(), comes_before);
    }
    return run;
}

void write_run(std::ostream& out, const std::string& query, const std::vector<RunEntry>& ranking,
               const std::string& tag) {
    double last = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < ranking.size(); ++i) {
        double score = ranking[i].score;
        if (!(score < last)) score = std::nextafter(last, -std::numeric_limits<double>::infinity());
        last = score;
        std::array<char, 32> digits;
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), score).ptr;
        out << without_white_space(query) << " Q0 " << without_white_space(ranking[i].document) << ' ' << i + 1 << ' '
            << std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())) << ' ' << tag << '\n';
    }
}

}  // namespace eckart::corpora
