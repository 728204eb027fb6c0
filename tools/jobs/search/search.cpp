#include "tools/jobs/search/search.h"

#include <algorithm>
#include <string>
#include <utility>

#include "corpora/documents/open.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "text/query/query_tokens.h"

namespace eckart::jobs {
namespace {

constexpr std::size_t queries_a_block = 64;

/// Throws MemoryError if the scores and heaps of a query on each thread do not fit.
void require_ranking_memory(const text::Index& index, const Work& work) {
    constexpr std::uint64_t bytes_per_document = 32;
    work.require_memory(bytes_per_document * static_cast<std::uint64_t>(index.info().documents) *
                            static_cast<std::uint64_t>(thread_count()),
                        "ranking the documents");
}

Answer answered(const text::Index& index, const corpora::Query& query, const QueryOptions& options) {
    text::SearchAnswer found = index.answer(query.text, options.ranking, options.corrects);
    std::vector<text::Explanation> reasons;
    std::vector<text::Snippet> snippets;
    if (options.snippet_width > 0) {
        snippets = index.snippets(found.hits, query.text, options.snippet_width, options.ranking);
    }
    if (options.explain) reasons = index.explain(found.hits, query.text, options.ranking);
    Answer answer{query, {}, {}, std::move(found.notes)};
    for (std::size_t i = 0; i < found.hits.size(); ++i) {
        text::Hit& hit = found.hits[i];
        FoundDocument document;
        if (options.snippet_width > 0) document.snippet = std::move(snippets[i]);
        if (options.explain) document.explanation = std::move(reasons[i]);
        document.hit = std::move(hit);
        answer.documents.push_back(std::move(document));
    }
    if (!options.facets.empty()) answer.facets = index.facets(query.text, options.facets, options.ranking);
    return answer;
}

/// Names the query in the message of a mistake in it.
Answer answered_by_name(const text::Index& index, const corpora::Query& query, const QueryOptions& options) {
    try {
        return answered(index, query, options);
    } catch (const text::QueryError& error) {
        throw UsageError("query '" + query.id + "': " + error.what());
    }
}

}  // namespace

void search(const text::Index& index, std::span<const corpora::Query> queries, const QueryOptions& options,
            const Work& work, const std::function<void(const Answer&)>& take) {
    const ThreadLimit threads(work.threads);
    require_ranking_memory(index, work);
    for (std::size_t begin = 0; begin < queries.size(); begin += queries_a_block) {
        work.progress.report("searching", begin, queries.size());
        const auto block = queries.subspan(begin, std::min(queries_a_block, queries.size() - begin));
        std::vector<Answer> answers(block.size());
        parallel_for(static_cast<std::int64_t>(block.size()), [&](std::int64_t i) {
            answers[i] =
                queries.size() == 1 ? answered(index, block[i], options) : answered_by_name(index, block[i], options);
        });
        for (const Answer& answer : answers) take(answer);
    }
    work.progress.report("searching", queries.size(), queries.size());
}

Answer search(const text::Index& index, std::string_view query, const QueryOptions& options, const Work& work) {
    Answer only;
    const corpora::Query given{"1", std::string(query)};
    search(index, std::span(&given, 1), options, work, [&](const Answer& answer) { only = answer; });
    return only;
}

std::vector<std::string> texts_of(const std::vector<std::string>& files) {
    std::vector<std::string> texts;
    for (const std::string& file : files) {
        std::string text;
        corpora::Document document;
        const auto reader = corpora::open_documents(file);
        while (reader->next(document)) text += document.title + "\n" + document.text + "\n";
        if (text.empty()) throw InputError(file + ": found no text, expected an example of what to look for");
        texts.push_back(std::move(text));
    }
    return texts;
}

std::vector<text::Hit> similar_documents(const text::Index& index, std::string_view document,
                                         const text::SearchOptions& options, const Work& work) {
    const ThreadLimit threads(work.threads);
    require_ranking_memory(index, work);
    return index.similar(document, options);
}

std::vector<text::TermNeighbor> nearest_terms(const text::Index& index, std::string_view word, std::int64_t count,
                                              const Work& work) {
    const ThreadLimit threads(work.threads);
    constexpr std::uint64_t bytes_per_term = 16;
    work.require_memory(bytes_per_term * static_cast<std::uint64_t>(index.info().terms), "ranking the terms");
    return index.nearest_terms(word, count);
}

}  // namespace eckart::jobs
