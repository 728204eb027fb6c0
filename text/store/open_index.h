#pragma once

#include <string>
#include <string_view>

#include "engine/storage/catalog.h"
#include "engine/storage/store.h"
#include "text/ranking/bm25.h"
#include "text/store/index_files.h"
#include "text/terms/vocabulary.h"
#include "text/words/language.h"
#include "text/words/token_list.h"

namespace eckart::text {

/// The files of an index, open for reading, and what follows from them for whoever reads it. Invariant: the catalog has
/// as many documents as the manifest; the generation that was live at the beginning stays on disk. Members may be
/// called from several threads at once.
class OpenIndex {
  public:
    /// Throws as Index::open.
    explicit OpenIndex(const std::string& path);

    const StoreReader& store() const { return store_; }
    const IndexFiles& files() const { return files_; }
    const IndexManifest& manifest() const { return files_.manifest(); }
    const Catalog& catalog() const { return catalog_; }
    const Vocabulary& vocabulary() const { return vocabulary_; }
    const Vocabulary& forms() const { return forms_; }
    FormPostings form_postings() const { return files_.form_postings(); }

    /// The language in which a document was analyzed when it was indexed: in it, its words give the terms that find it.
    /// Throws DamagedError if the catalog does not say.
    Language language_of(const CatalogEntry& document) const;

    /// How often each term of the vocabulary is among `terms`, by rising number; other terms are passed over.
    WeightedTerms counted(const TokenList& terms) const;

  private:
    StoreReader store_;
    IndexFiles files_;
    Catalog catalog_;
    Vocabulary vocabulary_;
    Vocabulary forms_;
};

/// The terms of `text`, from an analyzer that each thread keeps, since making one costs more than using it.
TokenList analyzed(std::string_view text, Language language);

/// The words of `text`, stop words too, likewise.
TokenList tokenized(std::string_view text);

}  // namespace eckart::text
