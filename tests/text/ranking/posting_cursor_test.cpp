#include "text/ranking/posting_cursor.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "engine/support/random.h"
#include "engine/support/top_k.h"
#include "text/ranking/leading_by_words.h"

using namespace eckart;
using namespace eckart::text;

namespace {

/// Postings of terms of all frequencies: term t is in about a (t + 1)-th of the documents.
struct RandomPostings {
    RandomPostings(std::int64_t terms, std::int64_t documents, std::uint64_t seed) {
        const Philox random(seed);
        std::vector<Entry> entries;
        std::uint64_t draw = 0;
        lengths.assign(static_cast<std::size_t>(documents), 1);
        for (std::int64_t t = 0; t < terms; ++t) {
            for (std::int64_t d = 0; d < documents; ++d) {
                if (random.below(draw++, static_cast<std::uint64_t>(t) + 1) != 0) continue;
                const std::uint64_t more = random.below(draw++, 3);
                const auto count = static_cast<float>(1 + more * random.below(draw++, 4));
                entries.push_back({t, d, count});
                lengths[static_cast<std::size_t>(d)] += count;
            }
        }
        postings = csr_from_entries(terms, documents, entries);
        saturations = bm25_saturations(lengths, {});
        view = {postings, saturations, Bm25Options{}.k1};
        maxima = posting_block_maxima(view);
        view.block_maxima = maxima;
    }

    CsrMatrix postings;
    std::vector<float> lengths;
    std::vector<float> saturations;
    std::vector<float> maxima;
    Bm25View view;
};

/// Every score, then the best of them.
std::vector<Scored<float>> exhaustive(const Bm25View& view, const WeightedTerms& query, std::size_t count,
                                      const DocumentSet* allowed) {
    std::vector<float> scores(view.saturation.size(), 0);
    add_bm25_scores(view, query, scores);
    TopK<float> best(count);
    for (std::int32_t d = 0; d < static_cast<std::int32_t>(scores.size()); ++d) {
        const bool counts = scores[static_cast<std::size_t>(d)] > 0 && (allowed == nullptr || allowed->contains(d));
        if (counts) best.offer(d, scores[static_cast<std::size_t>(d)]);
    }
    return best.take();
}

/// A word whose occurrences are those of one term.
JointTerm word_of(std::int32_t term, float weight) {
    JointTerm word;
    word.term = term;
    word.weight = weight;
    return word;
}

PostingCursor cursor_of(const Bm25View& view, std::int32_t term, float weight) {
    return {view, weighed_occurrences(view, word_of(term, weight)).front()};
}

std::vector<Scored<float>> pruned(const Bm25View& view, const WeightedTerms& query, std::size_t count,
                                  const DocumentSet* allowed) {
    std::vector<JointTerm> words;
    for (const auto& [term, weight] : query) words.push_back(word_of(term, weight));
    std::vector<PostingCursor> cursors = posting_cursors(view, words);
    return LeadingByWords<PostingCursor>(cursors, count, allowed).found();
}

WeightedTerms random_query(std::uint64_t seed, std::size_t terms, std::int64_t vocabulary) {
    const Philox random(seed);
    std::set<std::int32_t> chosen;
    std::uint64_t draw = 0;
    while (chosen.size() < terms) {
        chosen.insert(static_cast<std::int32_t>(random.below(draw++, static_cast<std::uint64_t>(vocabulary))));
    }
    WeightedTerms query;
    for (const std::int32_t term : chosen) query.emplace_back(term, static_cast<float>(1 + random.below(draw++, 3)));
    return query;
}

/// A cursor of another kind: documents with what they have, whose highest is its only bound.
class ListCursor {
  public:
    explicit ListCursor(std::vector<Scored<float>> list) : list_(std::move(list)) {}
    bool at_end() const { return at_ == list_.size(); }
    std::int32_t document() const { return list_[at_].index; }
    void next() { ++at_; }
    void seek(std::int32_t document) {
        while (!at_end() && list_[at_].index < document) ++at_;
    }
    float added_to(float sum) const { return sum + list_[at_].score; }
    float bound() const {
        float most = 0;
        for (const auto& entry : list_) most = std::max(most, entry.score);
        return most;
    }
    float block_bound() const { return bound(); }
    std::int32_t block_last() const { return document(); }

  private:
    std::vector<Scored<float>> list_;
    std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("block maxima are those of each 64 postings") {
    const RandomPostings example(12, 700, 1);
    const CsrMatrix& postings = example.postings;

    REQUIRE(example.maxima.size() == (postings.values.size() + 63) / 64);
    for (std::size_t b = 0; b < example.maxima.size(); ++b) {
        float most = 0;
        for (std::size_t p = 64 * b; p < std::min(postings.values.size(), 64 * (b + 1)); ++p) {
            const float saturation = example.saturations[static_cast<std::size_t>(postings.column_indices[p])];
            most = std::max(most, bm25_term_weight(postings.values[p], saturation, example.view.k1));
        }
        CHECK(example.maxima[b] == most);
    }
}

TEST_CASE("a cursor goes through the documents of its term, and its bounds hold") {
    const RandomPostings example(30, 900, 2);
    for (const std::int32_t term : {0, 3, 11, 29}) {
        const auto row = static_cast<std::size_t>(term);
        PostingCursor cursor = cursor_of(example.view, term, 2);
        float most = 0;
        for (auto p = example.postings.row_offsets[row]; p < example.postings.row_offsets[row + 1]; ++p) {
            REQUIRE_FALSE(cursor.at_end());
            CHECK(cursor.document() == example.postings.column_indices[static_cast<std::size_t>(p)]);
            CHECK(cursor.added_to(0) <= cursor.block_bound() * 1.000001F);
            CHECK(cursor.block_last() >= cursor.document());
            most = std::max(most, cursor.added_to(0));
            cursor.next();
        }
        CHECK(cursor.at_end());
        CHECK(cursor.bound() == doctest::Approx(static_cast<double>(most)).epsilon(1e-6));
    }
}

TEST_CASE("a cursor seeks the first document not before") {
    const RandomPostings example(9, 500, 3);
    const std::vector<std::int32_t> documents(
        example.postings.column_indices.begin() + example.postings.row_offsets[5],
        example.postings.column_indices.begin() + example.postings.row_offsets[6]);
    for (const std::int32_t stride : {1, 2, 7, 50, 499}) {
        PostingCursor cursor = cursor_of(example.view, 5, 1);
        for (std::int32_t target = 0; target <= 500; target += stride) {
            cursor.seek(target);
            const auto expected = std::lower_bound(documents.begin(), documents.end(), target);
            REQUIRE(cursor.at_end() == (expected == documents.end()));
            if (!cursor.at_end()) CHECK(cursor.document() == *expected);
        }
    }
}

TEST_CASE("the leading documents are those of the exhaustive ranking, byte for byte") {
    const RandomPostings example(60, 3000, 4);
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        const WeightedTerms query = random_query(seed, 1 + seed % 7, 60);
        for (const std::size_t count :
             {std::size_t{0}, std::size_t{1}, std::size_t{10}, std::size_t{300}, std::size_t{5000}}) {
            CHECK(pruned(example.view, query, count, nullptr) == exhaustive(example.view, query, count, nullptr));
        }
    }
}

TEST_CASE("of allowed documents, the leading ones are found") {
    const RandomPostings example(60, 3000, 5);
    for (const std::int32_t step : {1, 3, 100, 2999}) {
        DocumentSet allowed(3000);
        for (std::int32_t d = 0; d < 3000; d += step) allowed.add(d);
        for (std::uint64_t seed = 50; seed < 60; ++seed) {
            const WeightedTerms query = random_query(seed, 4, 60);
            CHECK(pruned(example.view, query, 10, &allowed) == exhaustive(example.view, query, 10, &allowed));
        }
    }
}

TEST_CASE("terms of weights below zero take away, and leave no document below zero") {
    const RandomPostings example(20, 1000, 6);
    const WeightedTerms query = {{1, -1.0F}, {4, 1.5F}, {9, 2.0F}, {17, -3.0F}};

    CHECK(pruned(example.view, query, 25, nullptr) == exhaustive(example.view, query, 25, nullptr));
    CHECK(pruned(example.view, {{2, -1.0F}}, 25, nullptr).empty());
}

TEST_CASE("documents that tie lead by row") {
    std::vector<Entry> entries;
    for (std::int64_t d = 0; d < 500; ++d) {
        entries.push_back({0, d, 1});
        if (d % 2 == 1) entries.push_back({1, d, 1});
    }
    const CsrMatrix postings = csr_from_entries(2, 500, entries);
    const std::vector<float> saturations(500, 2);
    Bm25View view{postings, saturations, 2};
    const std::vector<float> maxima = posting_block_maxima(view);
    view.block_maxima = maxima;

    const auto found = pruned(view, {{0, 1.0F}, {1, 1.0F}}, 5, nullptr);

    REQUIRE(found.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) CHECK(found[i].index == static_cast<std::int32_t>(2 * i + 1));
    CHECK(found == exhaustive(view, {{0, 1.0F}, {1, 1.0F}}, 5, nullptr));
}

TEST_CASE("words of several terms, and as they were written, lead to the documents of the exhaustive ranking") {
    const RandomPostings example(60, 3000, 8);
    const Philox random(9);
    for (std::uint64_t query = 0; query < 20; ++query) {
        std::vector<JointTerm> words;
        for (std::int32_t w = 0; w < 4; ++w) {
            JointTerm& word = words.emplace_back(word_of(w % 2 == 0 ? 11 * w + 3 : -1, 1));
            for (std::int32_t d = 0; d < 3000; ++d) {
                const std::uint64_t draw = random.below(
                    (query * 4 + static_cast<std::uint64_t>(w)) * 3000 + static_cast<std::uint64_t>(d), 100);
                if (draw < 8 && word.term < 0) {
                    word.joined.documents.push_back(d);
                    word.joined.counts.push_back(static_cast<float>(1 + draw));
                }
                if (draw < 2) {
                    word.written.documents.push_back(d);
                    word.written.counts.push_back(1);
                }
            }
        }
        std::vector<float> scores(3000, 0);
        add_bm25_scores(example.view, words, scores);
        for (float& score : scores) score = score > 0 ? score : -std::numeric_limits<float>::infinity();
        std::vector<PostingCursor> cursors = posting_cursors(example.view, words);
        CHECK(LeadingByWords<PostingCursor>(cursors, 10, nullptr).found() == top_k<float>(scores, 10));
    }
}

TEST_CASE("a query without terms has no leading documents") {
    const RandomPostings example(3, 50, 7);

    CHECK(pruned(example.view, {}, 10, nullptr).empty());
}

TEST_CASE("cursors of another kind lead to their best documents") {
    std::vector<ListCursor> cursors;
    cursors.emplace_back(std::vector<Scored<float>>{{1, 1.0F}, {4, 2.0F}, {9, 0.5F}});
    cursors.emplace_back(std::vector<Scored<float>>{{4, 0.25F}, {7, 2.25F}, {8, 0.125F}});

    const auto found = LeadingByWords<ListCursor>(cursors, 2, nullptr).found();

    CHECK(found == std::vector<Scored<float>>{{4, 2.25F}, {7, 2.25F}});
}

TEST_CASE("postings that name a document that there is none of are damaged") {
    const CsrMatrix postings = csr_from_entries(1, 90, {{0, 2, 1}, {0, 80, 1}});
    const std::vector<float> saturations(50, 2);
    const Bm25View view{postings, saturations, 2};

    CHECK_THROWS_AS(posting_block_maxima(view), DamagedError);
    CHECK_THROWS_AS(cursor_of(view, 0, 1), DamagedError);
}
