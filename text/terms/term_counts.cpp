#include "text/terms/term_counts.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <numeric>
#include <span>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "text/terms/string_table.h"
#include "text/words/analyzer.h"
#include "text/words/unicode.h"
#include "text/words/word_normalizer.h"

// Three kinds of numbers stand for a term until the end: a word's number in the lexicon of its language, a term's
// number in its worker, and the term's place in the vocabulary. Documents are numbered in reading order, which is the
// order of their ids in Reading::ids_, until their rows are known.
//
// A document whose language could not be told keeps its words uncounted as terms (its entries are numbers of words in
// the lexicon without a language) until all documents are read and the main language is known.

namespace eckart::text {
namespace {

constexpr std::size_t batch_bytes = std::size_t{1} << 19;
constexpr std::size_t opening_bytes = 4096;  ///< of the collection, for its language if no document tells its own

/// One term, or word, of one document.
struct Tally {
    std::int32_t term;
    std::int32_t count;
};

/// One document's part of a batch.
struct CountedDocument {
    std::size_t begin = 0;  ///< of its tallies in the batch
    std::size_t end = 0;
    Language language;
    bool undetermined = false;  ///< its tallies count words, not terms
};

/// Documents on their way through one worker, in reading order.
struct Batch {
    std::int64_t first_document = 0;
    int worker = 0;
    std::vector<SourceDocument> sources;  ///< the first `size` are in use; emptied when counted
    std::size_t size = 0;
    std::vector<CountedDocument> documents;
    std::vector<Tally> tallies;
};

/// What is known of a document when it has been read.
struct ReadDocument {
    std::string title;
    std::uint64_t text_offset;
    std::uint64_t text_size;
};

/// Hands documents out in batches, one worker at a time, and keeps what has been counted.
class Reading {
  public:
    Reading(const DocumentSource& source, TextSink& texts, const CountOptions& options, const Progress& progress)
        : source_(source), texts_(texts), memory_(options.memory), progress_(progress) {}

    /// Fills `batch`; false when there is nothing more, or another worker failed. `worker_memory` is what all workers
    /// hold.
    bool next(Batch& batch, std::uint64_t worker_memory);

    /// Keeps the counts of a batch.
    void keep(const Batch& batch);

    /// Lets the other workers end.
    void stop() {
        const std::lock_guard lock(mutex_);
        ended_ = true;
    }

    // To be used by one thread, when all workers have ended.
    const StringTable& ids() const { return ids_; }
    std::vector<ReadDocument>& documents() { return documents_; }
    std::vector<Batch>& batches() { return batches_; }
    const std::string& opening() const { return opening_; }
    std::int64_t duplicates() const { return duplicates_; }
    std::uint64_t bytes() const { return bytes_; }

  private:
    void read(Batch& batch);
    void accept(const SourceDocument& document);

    const DocumentSource& source_;
    TextSink& texts_;
    const MemoryBudget memory_;
    const Progress& progress_;

    std::mutex mutex_;
    bool ended_ = false;
    StringTable ids_;
    std::vector<ReadDocument> documents_;
    std::vector<Batch> batches_;
    std::string opening_;
    std::int64_t duplicates_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t tally_bytes_ = 0;
    std::uint64_t document_bytes_ = 0;
};

bool Reading::next(Batch& batch, std::uint64_t worker_memory) {
    const std::lock_guard lock(mutex_);
    batch.size = 0;
    batch.documents.clear();
    batch.tallies.clear();
    if (ended_) return false;
    try {
        read(batch);
        // The finished matrix has a tally's bytes for each entry again.
        memory_.require(worker_memory + 2 * tally_bytes_ + document_bytes_ + ids_.memory(),
                        "the counts of " + std::to_string(ids_.size()) + " documents");
        progress_.report("reading", static_cast<std::uint64_t>(ids_.size()), 0);
    } catch (...) {
        ended_ = true;
        throw;
    }
    return batch.size > 0;
}

void Reading::read(Batch& batch) {
    batch.first_document = ids_.size();
    for (std::size_t bytes = 0; bytes < batch_bytes;) {
        if (batch.size == batch.sources.size()) batch.sources.emplace_back();
        SourceDocument& document = batch.sources[batch.size];
        document.id.clear();
        document.title.clear();
        document.text.clear();
        if (!source_(document)) {
            ended_ = true;
            return;
        }
        const std::int32_t number = ids_.size();
        if (ids_.insert(document.id) != number) {
            ++duplicates_;
            continue;
        }
        accept(document);
        bytes += document.title.size() + document.text.size() + 64;
        ++batch.size;
    }
}

void Reading::accept(const SourceDocument& document) {
    documents_.push_back({document.title, texts_.append(document.text), document.text.size()});
    document_bytes_ += sizeof(ReadDocument) + document.title.size() + sizeof(CountedDocument);
    bytes_ += document.title.size() + document.text.size();
    if (opening_.size() < opening_bytes) {
        opening_ += document.title + "\n";
        opening_ += document.text.substr(0, opening_bytes);
        opening_ += "\n";
    }
}

void Reading::keep(const Batch& batch) {
    Batch kept;
    kept.first_document = batch.first_document;
    kept.worker = batch.worker;
    kept.documents = batch.documents;
    kept.tallies = batch.tallies;  // copied: the batch keeps its room for the next
    const std::lock_guard lock(mutex_);
    tally_bytes_ += kept.tallies.size() * sizeof(Tally);
    batches_.push_back(std::move(kept));
}

/// Adds up how often each number occurs in a document.
class Tallying {
  public:
    void add(std::int32_t number, std::int32_t count) {
        const auto at = static_cast<std::size_t>(number);
        if (at >= counts_.size()) counts_.resize(2 * at + 1024, 0);
        if (counts_[at] == 0) met_.push_back(number);
        counts_[at] += count;
    }

    /// Appends the counts to `tallies` and starts anew.
    void take(std::vector<Tally>& tallies) {
        for (const std::int32_t number : met_) {
            auto& count = counts_[static_cast<std::size_t>(number)];
            tallies.push_back({number, count});
            count = 0;
        }
        met_.clear();
    }

    std::uint64_t memory() const { return counts_.capacity() * sizeof(std::int32_t); }

  private:
    std::vector<std::int32_t> counts_;  // 0 for what the document has not met
    std::vector<std::int32_t> met_;
};

/// The words of one language that a worker has met, each with its term, so that a word is normalized once.
struct Lexicon {
    explicit Lexicon(Language language) : normalizer(language) {}

    WordNormalizer normalizer;
    StringTable words;
    std::vector<std::int32_t> terms;  ///< by word: its number among the worker's terms, -1 for a stop word

    std::uint64_t memory() const { return words.memory() + terms.capacity() * sizeof(std::int32_t); }
};

/// What one thread counts with.
class Worker {
  public:
    Worker(const CountOptions& options, LanguageChoice choice) : choice_(choice), title_weight_(options.title_weight) {}

    void count(Batch& batch);

    /// Makes terms in `main_language` of the words in documents of this worker whose language could not be told.
    void settle(Language main_language, std::span<Batch> batches);

    const StringTable& terms() const { return terms_; }
    const TokenizerReport& report() const { return tokenizer_.report(); }
    std::uint64_t memory() const { return memory_.load(std::memory_order_relaxed); }

  private:
    CountedDocument count(const SourceDocument& document, std::vector<Tally>& tallies);
    void add_words(std::string_view text, std::int32_t weight, Lexicon& lexicon, bool undetermined);
    Language detected(const SourceDocument& document);
    Lexicon& lexicon(Language language);
    std::int32_t term_of(std::string_view word, WordNormalizer& normalizer);
    void measure();

    const LanguageChoice choice_;
    const std::int32_t title_weight_;
    Tokenizer tokenizer_;
    TokenList words_;
    std::vector<std::int32_t> numbers_;
    std::vector<std::unique_ptr<Lexicon>> lexicons_;
    StringTable terms_;
    Tallying tallying_;
    std::string sample_;
    std::atomic<std::uint64_t> memory_{0};
};

void Worker::count(Batch& batch) {
    for (std::size_t i = 0; i < batch.size; ++i) batch.documents.push_back(count(batch.sources[i], batch.tallies));
    measure();
}

CountedDocument Worker::count(const SourceDocument& document, std::vector<Tally>& tallies) {
    CountedDocument counted;
    counted.begin = tallies.size();
    counted.language = choice_.is_detected() ? detected(document) : choice_.fixed();
    counted.undetermined = choice_.is_detected() && counted.language.empty();
    Lexicon& words = lexicon(counted.language);
    if (title_weight_ > 0) add_words(document.title, title_weight_, words, counted.undetermined);
    add_words(document.text, 1, words, counted.undetermined);
    tallying_.take(tallies);
    counted.end = tallies.size();
    return counted;
}

void Worker::add_words(std::string_view text, std::int32_t weight, Lexicon& lexicon, bool undetermined) {
    for (std::size_t from = 0; from < text.size();) {
        words_.clear();
        from = tokenizer_.tokenize_part(text, from, words_);
        lexicon.words.insert_all(words_, numbers_);
        if (undetermined) {
            for (const std::int32_t word : numbers_) tallying_.add(word, weight);
            continue;
        }
        while (lexicon.terms.size() < static_cast<std::size_t>(lexicon.words.size()))
            lexicon.terms.push_back(
                term_of(lexicon.words[static_cast<std::int32_t>(lexicon.terms.size())], lexicon.normalizer));
        for (const std::int32_t word : numbers_) {
            const std::int32_t term = lexicon.terms[static_cast<std::size_t>(word)];
            if (term >= 0) tallying_.add(term, weight);
        }
    }
}

Language Worker::detected(const SourceDocument& document) {
    if (document.title.empty()) return detect_language(document.text);
    sample_.assign(document.title);
    sample_ += '\n';
    sample_.append(document.text, 0, language_sample);
    return detect_language(sample_);
}

Lexicon& Worker::lexicon(Language language) {
    for (const auto& each : lexicons_)
        if (each->normalizer.language() == language) return *each;
    return *lexicons_.emplace_back(std::make_unique<Lexicon>(language));
}

std::int32_t Worker::term_of(std::string_view word, WordNormalizer& normalizer) {
    const std::string_view term = normalizer.term(word);
    return term.empty() ? -1 : terms_.insert(term);
}

void Worker::measure() {
    std::uint64_t bytes = terms_.memory() + tallying_.memory();
    for (const auto& each : lexicons_) bytes += each->memory();
    memory_.store(bytes, std::memory_order_relaxed);
}

void Worker::settle(Language main_language, std::span<Batch> batches) {
    WordNormalizer normalizer(main_language);
    const StringTable& words = lexicon(Language()).words;
    std::vector<std::int32_t> terms(static_cast<std::size_t>(words.size()));
    for (std::int32_t word = 0; word < words.size(); ++word)
        terms[static_cast<std::size_t>(word)] = term_of(words[word], normalizer);
    std::vector<Tally> settled;
    for (Batch& batch : batches) {
        for (CountedDocument& document : batch.documents) {
            if (!document.undetermined) continue;
            document.language = main_language;
            for (std::size_t i = document.begin; i < document.end; ++i) {
                const std::int32_t term = terms[static_cast<std::size_t>(batch.tallies[i].term)];
                if (term >= 0) tallying_.add(term, batch.tallies[i].count);
            }
            settled.clear();
            tallying_.take(settled);
            std::copy(settled.begin(), settled.end(),
                      batch.tallies.begin() + static_cast<std::ptrdiff_t>(document.begin));
            document.end = document.begin + settled.size();
        }
    }
}

/// Runs the workers over all documents.
void count_batches(Reading& reading, std::span<const std::unique_ptr<Worker>> workers) {
    const auto memory = [workers] {
        return std::accumulate(workers.begin(), workers.end(), std::uint64_t{0},
                               [](std::uint64_t sum, const auto& worker) { return sum + worker->memory(); });
    };
    // One body a worker, each taking batches as it is ready: which worker counts which batch does not show in the
    // result.
    parallel_for(static_cast<std::int64_t>(workers.size()), [&](std::int64_t i) {
        Worker& worker = *workers[static_cast<std::size_t>(i)];
        Batch batch;
        batch.worker = static_cast<int>(i);
        try {
            while (reading.next(batch, memory())) {
                worker.count(batch);
                reading.keep(batch);
            }
        } catch (...) {
            reading.stop();
            throw;
        }
    });
}

/// The language of most documents, the first by code of equally many; that of `opening` if none has one.
Language main_language(std::span<const Batch> batches, std::string_view opening) {
    std::map<Language, std::int64_t> documents;
    for (const Batch& batch : batches)
        for (const CountedDocument& document : batch.documents)
            if (!document.language.empty()) ++documents[document.language];
    if (documents.empty()) return detect_language(opening);
    return std::max_element(documents.begin(), documents.end(),
                            [](const auto& a, const auto& b) { return a.second < b.second; })
        ->first;
}

/// A term of one worker, with its first eight bytes as a number in front so that most comparisons end there.
struct WorkerTerm {
    std::uint64_t prefix;
    std::string_view text;
    std::int32_t number;
    int worker;

    bool operator<(const WorkerTerm& other) const {
        return prefix != other.prefix ? prefix < other.prefix : text < other.text;
    }
};

std::uint64_t prefix_of(std::string_view text) {
    std::uint64_t prefix = 0;
    for (std::size_t i = 0; i < 8; ++i)
        prefix = (prefix << 8) | (i < text.size() ? static_cast<unsigned char>(text[i]) : 0U);
    return prefix;
}

/// The vocabulary, and for each worker where its terms stand in it.
struct MergedTerms {
    Vocabulary vocabulary;
    std::vector<std::vector<std::int32_t>> places;
};

MergedTerms merge_terms(std::span<const std::unique_ptr<Worker>> workers) {
    std::vector<WorkerTerm> all;
    MergedTerms merged;
    for (std::size_t w = 0; w < workers.size(); ++w) {
        const StringTable& terms = workers[w]->terms();
        merged.places.emplace_back(static_cast<std::size_t>(terms.size()));
        for (std::int32_t i = 0; i < terms.size(); ++i)
            all.push_back({prefix_of(terms[i]), terms[i], i, static_cast<int>(w)});
    }
    std::sort(all.begin(), all.end());
    std::vector<std::uint8_t> bytes;
    std::vector<std::int64_t> offsets = {0};
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (i == 0 || all[i].text != all[i - 1].text) {
            bytes.insert(bytes.end(), all[i].text.begin(), all[i].text.end());
            offsets.push_back(static_cast<std::int64_t>(bytes.size()));
        }
        merged.places[static_cast<std::size_t>(all[i].worker)][static_cast<std::size_t>(all[i].number)] =
            static_cast<std::int32_t>(offsets.size() - 2);
    }
    merged.vocabulary = Vocabulary::owning(std::move(bytes), std::move(offsets));
    return merged;
}

/// Documents in bytewise order of their ids.
std::vector<std::int32_t> documents_by_id(const StringTable& ids) {
    std::vector<std::int32_t> order(static_cast<std::size_t>(ids.size()));
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&ids](std::int32_t a, std::int32_t b) { return ids[a] < ids[b]; });
    return order;
}

/// Writes the tallies of a document as a row of the matrix, its columns in order.
void fill_row(CsrMatrix& counts, std::size_t row, std::span<const Tally> tallies,
              std::span<const std::int32_t> places) {
    std::vector<Tally> sorted(tallies.begin(), tallies.end());
    for (Tally& tally : sorted) tally.term = places[static_cast<std::size_t>(tally.term)];
    std::sort(sorted.begin(), sorted.end(), [](const Tally& a, const Tally& b) { return a.term < b.term; });
    auto at = static_cast<std::size_t>(counts.row_offsets[row]);
    for (const Tally& tally : sorted) {
        counts.column_indices[at] = tally.term;
        counts.values[at] = static_cast<float>(tally.count);
        ++at;
    }
}

/// Puts rows in the order of the ids: the matrix, and all that is known by document.
void arrange(TermCounts& result, Reading& reading, const MergedTerms& terms) {
    const std::vector<std::int32_t> order = documents_by_id(reading.ids());
    const std::size_t rows = order.size();
    std::vector<std::size_t> row_of(rows);
    for (std::size_t row = 0; row < rows; ++row) {
        const auto document = static_cast<std::size_t>(order[row]);
        row_of[document] = row;
        ReadDocument& read = reading.documents()[document];
        result.ids.emplace_back(reading.ids()[order[row]]);
        result.titles.push_back(std::move(read.title));
        result.text_offsets.push_back(read.text_offset);
        result.text_sizes.push_back(read.text_size);
    }

    CsrMatrix& counts = result.counts;
    counts.rows = static_cast<std::int64_t>(rows);
    counts.cols = result.vocabulary.size();
    counts.row_offsets.assign(rows + 1, 0);
    result.languages.resize(rows);
    result.lengths.resize(rows);
    for (const Batch& batch : reading.batches()) {
        for (std::size_t i = 0; i < batch.documents.size(); ++i) {
            const CountedDocument& document = batch.documents[i];
            const std::size_t row = row_of[static_cast<std::size_t>(batch.first_document) + i];
            counts.row_offsets[row + 1] = static_cast<std::int64_t>(document.end - document.begin);
            result.languages[row] = document.language;
            result.empty_documents += document.end == document.begin;
            for (std::size_t t = document.begin; t < document.end; ++t) result.lengths[row] += batch.tallies[t].count;
        }
    }
    std::partial_sum(counts.row_offsets.begin(), counts.row_offsets.end(), counts.row_offsets.begin());
    counts.column_indices.resize(static_cast<std::size_t>(counts.row_offsets.back()));
    counts.values.resize(counts.column_indices.size());
    parallel_for(static_cast<std::int64_t>(reading.batches().size()), [&](std::int64_t b) {
        Batch& batch = reading.batches()[static_cast<std::size_t>(b)];
        const std::span<Tally> tallies = batch.tallies;
        for (std::size_t i = 0; i < batch.documents.size(); ++i) {
            const CountedDocument& document = batch.documents[i];
            fill_row(counts, row_of[static_cast<std::size_t>(batch.first_document) + i],
                     tallies.subspan(document.begin, document.end - document.begin),
                     terms.places[static_cast<std::size_t>(batch.worker)]);
        }
        std::vector<Tally>().swap(batch.tallies);
    });
}

}  // namespace

TermCounts count_terms(const DocumentSource& source, TextSink& texts, const CountOptions& options,
                       const Progress& progress) {
    if (options.title_weight < 0)
        throw UsageError("title weight " + std::to_string(options.title_weight) + "; 0 or more was expected");
    const LanguageChoice choice(options.language);
    std::vector<std::unique_ptr<Worker>> workers;
    workers.reserve(static_cast<std::size_t>(thread_count()));
    for (int i = 0; i < thread_count(); ++i) workers.push_back(std::make_unique<Worker>(options, choice));
    Reading reading(source, texts, options, progress);
    count_batches(reading, workers);

    TermCounts result;
    std::vector<Batch>& batches = reading.batches();
    result.main_language = choice.is_detected() ? main_language(batches, reading.opening()) : choice.fixed();
    if (choice.is_detected()) {
        std::sort(batches.begin(), batches.end(), [](const Batch& a, const Batch& b) {
            return std::pair(a.worker, a.first_document) < std::pair(b.worker, b.first_document);
        });
        std::span<Batch> rest = batches;
        for (std::size_t w = 0; w < workers.size(); ++w) {
            const auto end = std::find_if(rest.begin(), rest.end(),
                                          [w](const Batch& batch) { return batch.worker != static_cast<int>(w); });
            const auto own = static_cast<std::size_t>(end - rest.begin());
            workers[w]->settle(result.main_language, rest.first(own));
            rest = rest.subspan(own);
        }
    }
    const MergedTerms terms = merge_terms(workers);
    result.vocabulary = terms.vocabulary;
    result.duplicate_ids = reading.duplicates();
    result.bytes = reading.bytes();
    for (const auto& worker : workers) {
        result.invalid_sequences += worker->report().invalid_sequences;
        result.overlong_words += worker->report().overlong_words;
    }
    arrange(result, reading, terms);
    return result;
}

}  // namespace eckart::text
