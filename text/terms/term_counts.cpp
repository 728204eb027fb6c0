#include "text/terms/term_counts.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <numeric>
#include <span>
#include <utility>

#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "text/terms/field_gatherer.h"
#include "text/terms/merged_strings.h"
#include "text/terms/string_table.h"
#include "text/terms/surrounding_languages.h"
#include "text/words/analyzer.h"
#include "text/words/unicode.h"
#include "text/words/word_normalizer.h"

// Forms and terms are numbered by each worker as it meets them, and stand for their places in the two vocabularies
// until these are known. Documents are numbered in reading order, which is the order of their ids in Reading::ids_,
// until their rows are known.
//
// A batch keeps the words of its documents in order, as numbers of forms. From them the terms of a document whose
// language could not be told are counted when all documents are read and the main language is known, and where each
// form stands in the end.

namespace eckart::text {
namespace {

constexpr std::size_t batch_bytes = std::size_t{1} << 19;
constexpr std::int64_t forms_a_task = 4096;
constexpr std::size_t opening_bytes = 4096;  ///< of the collection, for its language if no document tells its own

/// One term of one document.
struct Tally {
    std::int32_t term;
    std::int32_t count;
};

/// One document's part of a batch.
struct CountedDocument {
    std::size_t begin = 0;  ///< of its tallies in the batch
    std::size_t end = 0;
    std::size_t first_word = 0;  ///< of its words in the batch
    std::size_t text_words = 0;  ///< where those of the text begin
    std::size_t end_word = 0;
    Language language;
    bool in_doubt = false;   ///< the language is, and its terms are not counted yet
    CopySketch sketch = {};  ///< of its text
};

/// Documents on their way through one worker, in reading order.
struct Batch {
    std::int64_t first_document = 0;
    int worker = 0;
    std::vector<SourceDocument> sources;  ///< the first `size` are in use; emptied when counted
    std::size_t size = 0;
    std::vector<CountedDocument> documents;
    std::vector<Tally> tallies;
    std::vector<std::int32_t> words;  ///< of all documents, in order: numbers of forms in the worker
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
    const FieldGatherer& fields() const { return fields_; }
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
    FieldGatherer fields_;
    std::vector<ReadDocument> documents_;
    std::vector<Batch> batches_;
    std::string opening_;
    std::int64_t duplicates_ = 0;
    std::uint64_t bytes_ = 0;
    std::uint64_t tally_bytes_ = 0;
    std::uint64_t words_ = 0;
    std::uint64_t document_bytes_ = 0;
};

bool Reading::next(Batch& batch, std::uint64_t worker_memory) {
    const std::lock_guard lock(mutex_);
    batch.size = 0;
    batch.documents.clear();
    batch.tallies.clear();
    batch.words.clear();
    if (ended_) return false;
    try {
        read(batch);
        // The words are gone when the finished matrix takes a tally's bytes for each entry again.
        const std::uint64_t for_words = words_ * sizeof(std::int32_t) + form_lists_memory(words_);
        memory_.require(worker_memory + tally_bytes_ + std::max(tally_bytes_, for_words) + document_bytes_ +
                            ids_.memory() + fields_.memory(),
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
        clear_fields(document);
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
    fields_.add(document);
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
    kept.words = batch.words;
    const std::lock_guard lock(mutex_);
    tally_bytes_ += kept.tallies.size() * sizeof(Tally);
    words_ += kept.words.size();
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

/// The terms of the forms that a worker has met, in one language, so that a word is normalized once.
struct Lexicon {
    explicit Lexicon(Language language) : normalizer(language) {}

    static constexpr std::int32_t stop_word = -1, not_met = -2;

    WordNormalizer normalizer;
    std::vector<std::int32_t> terms;  ///< by form: its number among the worker's terms, stop_word or not_met

    std::uint64_t memory() const { return terms.capacity() * sizeof(std::int32_t); }
};

/// What one thread counts with.
class Worker {
  public:
    Worker(const CountOptions& options, LanguageChoice choice) : choice_(choice), title_weight_(options.title_weight) {}

    void count(Batch& batch);

    /// Counts the terms of the documents of this worker whose language was in doubt and is known now.
    void settle(std::span<Batch> batches);

    const StringTable& forms() const { return forms_; }
    const StringTable& terms() const { return terms_; }
    const TokenizerReport& report() const { return tokenizer_.report(); }
    std::uint64_t memory() const { return memory_.load(std::memory_order_relaxed); }

  private:
    CountedDocument count(const SourceDocument& document, Batch& batch);
    void append_words(std::string_view text, std::vector<std::int32_t>& words);
    void add_forms_within();
    CopySketch sketch(std::span<const std::int32_t> words);
    void count_terms(std::span<const std::int32_t> words, std::int32_t weight, Lexicon& lexicon);
    void count_terms(CountedDocument& document, Batch& batch);
    Detection detected(const SourceDocument& document);
    Lexicon& lexicon(Language language);
    std::int32_t new_term(std::int32_t form, Lexicon& lexicon);
    void measure();

    const LanguageChoice choice_;
    const std::int32_t title_weight_;
    Tokenizer tokenizer_;
    TokenList words_;
    std::vector<std::int32_t> numbers_;
    std::vector<std::unique_ptr<Lexicon>> lexicons_;
    StringTable forms_;
    std::int32_t looked_into_ = 0;  ///< of the forms, for elisions
    StringTable terms_;
    Tallying tallying_;
    std::vector<std::uint64_t> hashes_;  ///< by form
    CopySketcher sketcher_;
    std::string sample_;
    std::atomic<std::uint64_t> memory_{0};
};

void Worker::count(Batch& batch) {
    for (std::size_t i = 0; i < batch.size; ++i) batch.documents.push_back(count(batch.sources[i], batch));
    measure();
}

CountedDocument Worker::count(const SourceDocument& document, Batch& batch) {
    CountedDocument counted;
    const Detection detection = choice_.is_detected() ? detected(document) : Detection{choice_.fixed(), true};
    counted.language = detection.language;
    counted.in_doubt = !detection.sure;
    counted.first_word = batch.words.size();
    if (title_weight_ > 0) append_words(document.title, batch.words);
    counted.text_words = batch.words.size();
    append_words(document.text, batch.words);
    counted.end_word = batch.words.size();
    add_forms_within();
    counted.sketch = sketch(std::span(batch.words).subspan(counted.text_words));
    counted.begin = counted.end = batch.tallies.size();
    if (!counted.in_doubt) count_terms(counted, batch);
    return counted;
}

void Worker::append_words(std::string_view text, std::vector<std::int32_t>& words) {
    for (std::size_t from = 0; from < text.size();) {
        words_.clear();
        from = tokenizer_.tokenize_part(text, from, words_);
        forms_.insert_all(words_, numbers_);
        words.insert(words.end(), numbers_.begin(), numbers_.end());
    }
}

/// What stands behind elisions in the forms that are new is a form too.
void Worker::add_forms_within() {
    for (; looked_into_ < forms_.size(); ++looked_into_) {
        const std::string behind(after_elision(forms_[looked_into_]));
        if (!behind.empty()) forms_.insert(behind);
    }
}

CopySketch Worker::sketch(std::span<const std::int32_t> words) {
    while (hashes_.size() < static_cast<std::size_t>(forms_.size()))
        hashes_.push_back(word_hash(forms_[static_cast<std::int32_t>(hashes_.size())]));
    for (const std::int32_t form : words) sketcher_.add(hashes_[static_cast<std::size_t>(form)]);
    return sketcher_.take();
}

void Worker::count_terms(std::span<const std::int32_t> words, std::int32_t weight, Lexicon& lexicon) {
    lexicon.terms.resize(static_cast<std::size_t>(forms_.size()), Lexicon::not_met);
    for (const std::int32_t form : words) {
        std::int32_t term = lexicon.terms[static_cast<std::size_t>(form)];
        if (term == Lexicon::not_met) term = new_term(form, lexicon);
        if (term >= 0) tallying_.add(term, weight);
    }
}

/// Appends the tallies of a document to those of its batch.
void Worker::count_terms(CountedDocument& document, Batch& batch) {
    const std::span<const std::int32_t> words = batch.words;
    Lexicon& rules = lexicon(document.language);
    count_terms(words.subspan(document.first_word, document.text_words - document.first_word), title_weight_, rules);
    count_terms(words.subspan(document.text_words, document.end_word - document.text_words), 1, rules);
    document.begin = batch.tallies.size();
    tallying_.take(batch.tallies);
    document.end = batch.tallies.size();
}

Detection Worker::detected(const SourceDocument& document) {
    if (document.title.empty()) return detect_with_doubt(document.text);
    sample_.assign(document.title);
    sample_ += '\n';
    sample_.append(document.text, 0, language_sample);
    return detect_with_doubt(sample_);
}

Lexicon& Worker::lexicon(Language language) {
    for (const auto& each : lexicons_)
        if (each->normalizer.language() == language) return *each;
    return *lexicons_.emplace_back(std::make_unique<Lexicon>(language));
}

std::int32_t Worker::new_term(std::int32_t form, Lexicon& lexicon) {
    const std::string_view term = lexicon.normalizer.term(forms_[form]);
    return lexicon.terms[static_cast<std::size_t>(form)] = term.empty() ? Lexicon::stop_word : terms_.insert(term);
}

void Worker::measure() {
    std::uint64_t bytes =
        forms_.memory() + terms_.memory() + tallying_.memory() + hashes_.capacity() * sizeof(std::uint64_t);
    for (const auto& each : lexicons_) bytes += each->memory();
    memory_.store(bytes, std::memory_order_relaxed);
}

void Worker::settle(std::span<Batch> batches) {
    for (Batch& batch : batches) {
        for (CountedDocument& document : batch.documents)
            if (document.in_doubt) count_terms(document, batch);
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

/// Gives every document its language, and says what that of most is; that of `opening` if none was detected.
Language settle_languages(const StringTable& ids, std::span<Batch> batches, std::string_view opening) {
    std::vector<DetectedDocument> documents(static_cast<std::size_t>(ids.size()));
    for (const Batch& batch : batches) {
        for (std::size_t i = 0; i < batch.documents.size(); ++i) {
            const auto number = static_cast<std::int32_t>(batch.first_document + static_cast<std::int64_t>(i));
            documents[static_cast<std::size_t>(number)] = {ids[number],
                                                           {batch.documents[i].language, !batch.documents[i].in_doubt}};
        }
    }
    Language main = most_frequent(documents);
    if (main.empty()) main = detect_language(opening);
    const std::vector<Language> languages = settled_languages(documents, main);
    for (Batch& batch : batches)
        for (std::size_t i = 0; i < batch.documents.size(); ++i)
            batch.documents[i].language = languages[static_cast<std::size_t>(batch.first_document) + i];
    return main;
}

/// The two vocabularies.
struct MergedWords {
    MergedStrings forms;
    MergedStrings terms;
};

MergedWords merge_words(std::span<const std::unique_ptr<Worker>> workers) {
    std::vector<std::vector<TableString>> forms(workers.size()), terms(workers.size());
    parallel_for(static_cast<std::int64_t>(2 * workers.size()), [&](std::int64_t i) {
        const auto w = static_cast<std::size_t>(i / 2);
        if (i % 2 == 0)
            forms[w] = sorted_strings(workers[w]->forms(), static_cast<int>(w));
        else
            terms[w] = sorted_strings(workers[w]->terms(), static_cast<int>(w));
    });
    MergedWords merged;
    parallel_for(
        2, [&](std::int64_t i) { (i == 0 ? merged.forms : merged.terms) = merge_strings(i == 0 ? forms : terms); });
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

/// By document in reading order: its row.
std::vector<std::size_t> rows_by_id(const StringTable& ids) {
    const std::vector<std::int32_t> order = documents_by_id(ids);
    std::vector<std::size_t> row_of(order.size());
    for (std::size_t row = 0; row < order.size(); ++row) row_of[static_cast<std::size_t>(order[row])] = row;
    return row_of;
}

/// For each form the one behind its elision, or -1.
std::vector<std::int32_t> forms_within(const Vocabulary& forms) {
    std::vector<std::int32_t> within(static_cast<std::size_t>(forms.size()), -1);
    parallel_blocks(forms.size(), forms_a_task, [&](Range range) {
        for (auto form = range.begin; form < range.end; ++form) {
            const std::string_view behind = after_elision(forms.term(static_cast<std::int32_t>(form)));
            if (!behind.empty()) within[static_cast<std::size_t>(form)] = forms.find(behind).value_or(-1);
        }
    });
    return within;
}

/// Where all forms stand; the batches' words are dropped.
FormLists listed_forms(std::span<Batch> batches, const MergedStrings& forms, std::span<const std::size_t> row_of) {
    std::vector<FormSequence> sequences(row_of.size());
    for (const Batch& batch : batches) {
        const std::span<const std::int32_t> words = batch.words;
        for (std::size_t i = 0; i < batch.documents.size(); ++i) {
            const CountedDocument& document = batch.documents[i];
            sequences[row_of[static_cast<std::size_t>(batch.first_document) + i]] = {
                words.subspan(document.first_word, document.end_word - document.first_word),
                forms.places[static_cast<std::size_t>(batch.worker)],
                static_cast<std::int64_t>(document.text_words - document.first_word)};
        }
    }
    FormLists lists = form_lists(sequences, forms_within(forms.vocabulary));
    for (Batch& batch : batches) std::vector<std::int32_t>().swap(batch.words);
    return lists;
}

/// Puts what is known by document in the order of the ids.
void arrange_documents(TermCounts& result, Reading& reading, std::span<const std::size_t> row_of) {
    const std::size_t rows = row_of.size();
    result.ids.resize(rows);
    result.titles.resize(rows);
    result.text_offsets.resize(rows);
    result.text_sizes.resize(rows);
    result.title_lengths.resize(rows);
    result.languages.resize(rows);
    result.lengths.resize(rows);
    result.sketches.resize(rows);
    for (std::size_t document = 0; document < rows; ++document) {
        const std::size_t row = row_of[document];
        ReadDocument& read = reading.documents()[document];
        result.ids[row] = reading.ids()[static_cast<std::int32_t>(document)];
        result.titles[row] = std::move(read.title);
        result.text_offsets[row] = read.text_offset;
        result.text_sizes[row] = read.text_size;
    }
    for (const Batch& batch : reading.batches()) {
        for (std::size_t i = 0; i < batch.documents.size(); ++i) {
            const CountedDocument& document = batch.documents[i];
            const std::size_t row = row_of[static_cast<std::size_t>(batch.first_document) + i];
            result.title_lengths[row] = static_cast<std::int32_t>(document.text_words - document.first_word);
            result.languages[row] = document.language;
            result.sketches[row] = document.sketch;
            result.words += static_cast<std::int64_t>(document.end_word - document.first_word);
            result.empty_documents += document.end == document.begin;
            for (std::size_t t = document.begin; t < document.end; ++t) result.lengths[row] += batch.tallies[t].count;
        }
    }
    result.fields = reading.fields().arranged(row_of, result.languages);
}

/// The matrix; the batches' tallies are dropped.
CsrMatrix arranged_counts(std::span<Batch> batches, const MergedStrings& terms, std::span<const std::size_t> row_of) {
    CsrMatrix counts;
    counts.rows = static_cast<std::int64_t>(row_of.size());
    counts.cols = terms.vocabulary.size();
    counts.row_offsets.assign(row_of.size() + 1, 0);
    for (const Batch& batch : batches) {
        for (std::size_t i = 0; i < batch.documents.size(); ++i) {
            const CountedDocument& document = batch.documents[i];
            counts.row_offsets[row_of[static_cast<std::size_t>(batch.first_document) + i] + 1] =
                static_cast<std::int64_t>(document.end - document.begin);
        }
    }
    std::partial_sum(counts.row_offsets.begin(), counts.row_offsets.end(), counts.row_offsets.begin());
    counts.column_indices.resize(static_cast<std::size_t>(counts.row_offsets.back()));
    counts.values.resize(counts.column_indices.size());
    parallel_for(static_cast<std::int64_t>(batches.size()), [&](std::int64_t b) {
        Batch& batch = batches[static_cast<std::size_t>(b)];
        const std::span<Tally> tallies = batch.tallies;
        for (std::size_t i = 0; i < batch.documents.size(); ++i) {
            const CountedDocument& document = batch.documents[i];
            fill_row(counts, row_of[static_cast<std::size_t>(batch.first_document) + i],
                     tallies.subspan(document.begin, document.end - document.begin),
                     terms.places[static_cast<std::size_t>(batch.worker)]);
        }
        std::vector<Tally>().swap(batch.tallies);
    });
    return counts;
}

/// Lets each worker settle its documents; `batches` are put in the order of their workers.
void settle(std::span<const std::unique_ptr<Worker>> workers, std::vector<Batch>& batches) {
    std::sort(batches.begin(), batches.end(), [](const Batch& a, const Batch& b) {
        return std::pair(a.worker, a.first_document) < std::pair(b.worker, b.first_document);
    });
    parallel_for(static_cast<std::int64_t>(workers.size()), [&](std::int64_t w) {
        const auto of_worker = [](const Batch& batch, int worker) { return batch.worker < worker; };
        const int worker = static_cast<int>(w);
        const auto begin = std::lower_bound(batches.begin(), batches.end(), worker, of_worker);
        const auto end = std::lower_bound(begin, batches.end(), worker + 1, of_worker);
        workers[static_cast<std::size_t>(w)]->settle({begin, end});
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
    result.main_language =
        choice.is_detected() ? settle_languages(reading.ids(), batches, reading.opening()) : choice.fixed();
    if (choice.is_detected()) settle(workers, batches);
    const MergedWords words = merge_words(workers);
    const std::vector<std::size_t> row_of = rows_by_id(reading.ids());
    result.forms = words.forms.vocabulary;
    result.vocabulary = words.terms.vocabulary;
    result.form_lists = listed_forms(batches, words.forms, row_of);
    result.duplicate_ids = reading.duplicates();
    result.bytes = reading.bytes();
    for (const auto& worker : workers) {
        result.invalid_sequences += worker->report().invalid_sequences;
        result.overlong_words += worker->report().overlong_words;
    }
    arrange_documents(result, reading, row_of);
    result.counts = arranged_counts(batches, words.terms, row_of);
    return result;
}

}  // namespace eckart::text
