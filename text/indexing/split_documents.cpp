#include "text/indexing/split_documents.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "text/words/tokenizer.h"
#include "text/words/word_normalizer.h"

namespace eckart::text {
namespace {

constexpr std::int64_t rows_per_task = 8;
constexpr std::uint64_t draw_stream = 0x64726177;
constexpr std::uint64_t passage_stream = 0x70617373;

/// Words of one half, as numbers of TokenList.
using Half = std::vector<std::size_t>;

/// Rows that take part, in an order that depends on the seed alone.
std::vector<std::int64_t> drawn_rows(const std::vector<std::int64_t>& lengths, const std::vector<bool>& copied,
                                     std::uint64_t seed) {
    const Philox random(seed, draw_stream);
    std::vector<std::pair<std::uint64_t, std::int64_t>> keyed;
    for (std::size_t row = 0; row < lengths.size(); ++row) {
        if (lengths[row] >= self_test_least_terms && !copied[row])
            keyed.emplace_back(random.bits(row), static_cast<std::int64_t>(row));
    }
    const auto count = std::min<std::size_t>(keyed.size(), self_test_documents);
    std::partial_sort(keyed.begin(), keyed.begin() + static_cast<std::ptrdiff_t>(count), keyed.end());
    std::vector<std::int64_t> rows(count);
    for (std::size_t i = 0; i < count; ++i) rows[i] = keyed[i].second;
    return rows;
}

/// Counts of the terms of some words of a document.
class TermCounter {
  public:
    TermCounter(const Vocabulary& vocabulary, Language language) : vocabulary_(vocabulary), normalizer_(language) {}

    WeightedTerms count(const TokenList& words, std::span<const std::size_t> chosen) {
        std::map<std::int32_t, float> counts;
        for (const std::size_t i : chosen) {
            const std::string_view term = normalizer_.term(words[i]);
            if (term.empty()) continue;
            if (const auto number = vocabulary_.find(term)) ++counts[*number];
        }
        return {counts.begin(), counts.end()};
    }

  private:
    const Vocabulary& vocabulary_;
    WordNormalizer normalizer_;
};

float total(const WeightedTerms& terms) {
    float sum = 0;
    for (const auto& [term, count] : terms) sum += count;
    return sum;
}

/// A few words in a row of one half; `random` says how many and where.
std::span<const std::size_t> passage_of(const Half& half, const Philox& random, std::uint64_t draw) {
    const auto length = std::min<std::size_t>(half.size(), 1 + random.below(2 * draw, self_test_passage));
    const std::uint64_t places = half.size() - length + 1;
    return std::span(half).subspan(random.below(2 * draw + 1, places), length);
}

}  // namespace

std::vector<bool> repeated_rows(const CsrView& matrix) {
    std::vector<bool> repeated(static_cast<std::size_t>(matrix.rows), false);
    std::unordered_map<std::string_view, std::size_t> first;
    for (std::size_t row = 0; row < repeated.size(); ++row) {
        const auto begin = static_cast<std::size_t>(matrix.row_offsets[row]);
        const auto columns =
            matrix.column_indices.subspan(begin, static_cast<std::size_t>(matrix.row_offsets[row + 1]) - begin);
        const auto [earlier, is_new] =
            first.try_emplace({reinterpret_cast<const char*>(columns.data()), columns.size_bytes()}, row);
        if (!is_new) repeated[row] = repeated[earlier->second] = true;
    }
    return repeated;
}

std::vector<SplitDocument> split_documents(const TermCounts& counts,
                                           const std::function<std::string(std::int64_t row)>& text_of,
                                           const std::vector<bool>& copied, const Bm25Options& bm25,
                                           std::uint64_t seed) {
    const std::vector<std::int64_t> rows = drawn_rows(counts.lengths, copied, seed);
    const std::vector<float> lengths(counts.lengths.begin(), counts.lengths.end());
    const double mean = mean_length(lengths);
    const Philox random(seed, passage_stream);
    std::vector<SplitDocument> trials(2 * rows.size());
    parallel_blocks(static_cast<std::int64_t>(rows.size()), rows_per_task, [&](Range range) {
        Tokenizer tokenizer;
        TokenList words;
        for (auto r = static_cast<std::size_t>(range.begin); r < static_cast<std::size_t>(range.end); ++r) {
            const auto row = static_cast<std::size_t>(rows[r]);
            tokenizer.tokenize(text_of(rows[r]), words);
            Half halves[2];
            for (std::size_t i = 0; i < words.size(); ++i) {
                halves[(i / static_cast<std::size_t>(self_test_piece)) % 2].push_back(i);
            }
            TermCounter counter(counts.vocabulary, counts.languages[row]);
            for (std::size_t side = 0; side < 2; ++side) {
                SplitDocument& trial = trials[2 * r + side];
                trial.row = static_cast<std::int32_t>(row);
                trial.passage = counter.count(words, passage_of(halves[side], random, 2 * row + side));
                trial.rest = counter.count(words, halves[1 - side]);
                trial.rest_saturation = bm25_saturation(total(trial.rest), mean, bm25);
            }
        }
    });
    return trials;
}

}  // namespace eckart::text
