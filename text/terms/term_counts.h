#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/support/memory_budget.h"
#include "engine/support/progress.h"
#include "text/terms/copy_sketch.h"
#include "text/terms/document_fields.h"
#include "text/terms/document_source.h"
#include "text/terms/form_lists.h"
#include "text/terms/vocabulary.h"
#include "text/words/language.h"

namespace eckart::text {

/// Where the texts of documents go, so that they need not be held in memory.
class TextSink {
  public:
    virtual ~TextSink() = default;

    /// Keeps `text`, as it was read, and gives back the offset of its first byte among all that was kept. Called by one
    /// thread at a time, in the order in which documents are read.
    virtual std::uint64_t append(std::string_view text) = 0;
};

/// How documents are counted.
struct CountOptions {
    std::string language = "auto";  ///< see LanguageChoice
    int title_weight = 1;           ///< how often the words of the title count, >= 0; those of the text count once
    MemoryBudget memory = {};       ///< for the counts while they grow and for the finished matrix together
};

/// The terms of a collection counted by document. Row r of the matrix and element r of every array is the document with
/// the r-th id in bytewise order; column c is the term c of the vocabulary.
struct TermCounts {
    CsrMatrix counts;       ///< documents x terms: how often the term is in the title (title_weight times) and the text
    Vocabulary vocabulary;  ///< every term of every document
    Vocabulary forms;       ///< every word of every document as Tokenizer gives it, stop words too
    FormLists form_lists;   ///< where they stand; a title counts once, or not at all with a title_weight of 0
    std::vector<std::int64_t> lengths;        ///< documents: sum of the row, 0 for a document without a term
    std::vector<std::string> ids;             ///< documents
    std::vector<std::string> titles;          ///< documents
    std::vector<std::int32_t> title_lengths;  ///< documents: words of the title, as form_lists counts them
    std::vector<Language> languages;          ///< documents: what each was analyzed in
    DocumentFields fields;                    ///< what is known of each document beside its words
    std::vector<CopySketch> sketches;         ///< documents: of the text without the title
    std::vector<std::uint64_t> text_offsets;  ///< documents: what the sink gave back
    std::vector<std::uint64_t> text_sizes;    ///< documents: bytes of text
    Language main_language;                   ///< of most documents
    std::int64_t words = 0;                   ///< that form_lists lists
    std::int64_t empty_documents = 0;         ///< without a term
    std::int64_t duplicate_ids = 0;           ///< documents left out because an earlier one has their id
    std::int64_t invalid_sequences = 0;       ///< of UTF-8
    std::int64_t overlong_words = 0;          ///< left out, see Tokenizer
    std::uint64_t bytes = 0;                  ///< of titles and texts
};

/// Counts the terms of all that `source` gives: title and text are analyzed as one, the title first. Documents are read
/// one after another and analyzed in parallel; the result and what the sink receives are the same for any number of
/// threads.
///
/// With "auto", the language of a document is detected from its title and the beginning of its text. Where that is in
/// doubt, what surrounds the document decides (`surrounding_languages.h`); if no language is detected at all, the one
/// that is detected in the beginnings of the first documents taken together.
///
/// Reports the documents read as progress of "reading". Throws what `source` and `texts` throw, UsageError for options
/// out of range, MemoryError when the counts outgrow the budget, InterruptedError.
TermCounts count_terms(const DocumentSource& source, TextSink& texts, const CountOptions& options = {},
                       const Progress& progress = {});

}  // namespace eckart::text
