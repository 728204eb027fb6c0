#include "text/store/open_index.h"

#include <map>

#include <nlohmann/json.hpp>

#include "engine/support/error.h"
#include "text/words/analyzer.h"
#include "text/words/tokenizer.h"

namespace eckart::text {

OpenIndex::OpenIndex(const std::string& path)
    : store_(StoreReader::open(path, index_kind)),
      files_(store_),
      catalog_(store_.file(index_file::catalog)),
      vocabulary_(files_.vocabulary()),
      forms_(files_.forms()) {
    if (catalog_.size() != manifest().documents) {
        throw DamagedError(store_.file(index_file::catalog) + ": found " + std::to_string(catalog_.size()) +
                           " documents, expected " + std::to_string(manifest().documents) + "; make the index again");
    }
}

Language OpenIndex::language_of(const CatalogEntry& document) const {
    try {
        return Language(nlohmann::json::parse(document.attributes).at("language").get<std::string>());
    } catch (const nlohmann::json::exception&) {
        throw DamagedError(store_.file(index_file::catalog) + ": found no language of '" + document.id +
                           "'; make the index again");
    }
}

WeightedTerms OpenIndex::counted(const TokenList& terms) const {
    std::map<std::int32_t, float> counts;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (const auto number = vocabulary_.find(terms[i])) ++counts[*number];
    }
    return {counts.begin(), counts.end()};
}

TokenList analyzed(std::string_view text, Language language) {
    thread_local Analyzer analyzer;
    TokenList terms;
    analyzer.analyze(text, language, terms);
    return terms;
}

TokenList tokenized(std::string_view text) {
    thread_local Tokenizer tokenizer;
    TokenList words;
    tokenizer.tokenize(text, words);
    return words;
}

}  // namespace eckart::text
