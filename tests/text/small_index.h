#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/storage/store.h"
#include "engine/support/random.h"
#include "tests/engine/storage/temporary_folder.h"
#include "text/indexing/index_builder.h"
#include "text/query/index.h"
#include "text/ranking/ranker.h"
#include "text/store/index_files.h"

namespace eckart::text::testing {

using eckart::testing::message_of;
using eckart::testing::TemporaryFolder;

inline DocumentSource source_of(std::vector<SourceDocument> documents) {
    return [documents = std::move(documents), next = std::size_t{0}](SourceDocument& document) mutable {
        if (next == documents.size()) return false;
        document = documents[next++];
        return true;
    };
}

/// Options for tests that look at numbers: words as they are, and the triplets as exact as float32 has them.
inline IndexOptions plain(std::string_view rank = "auto", std::string_view weighting = "log-entropy") {
    IndexOptions options;
    options.rank = parse_rank_rule(rank);
    options.weighting = parse_weighting(weighting);
    options.language = "none";
    options.tolerance = 1e-5;
    return options;
}

/// An index in a folder of its own.
class SmallIndex {
  public:
    explicit SmallIndex(const std::vector<SourceDocument>& documents, const IndexOptions& options = plain())
        : summary(build_index(folder_ / "index", source_of(documents), options)), index(Index::open(path())) {}

    std::string path() const { return folder_ / "index"; }

  private:
    TemporaryFolder folder_;

  public:
    IndexSummary summary;
    Index index;
};

/// The arrays of an index, with what borrows them.
struct OpenFiles {
    explicit OpenFiles(const std::string& path)
        : store(StoreReader::open(path, index_kind)),
          files(store),
          vocabulary(files.vocabulary()),
          saturations(bm25_saturations(files.token_counts(), files.manifest().bm25)) {
        ranker.lexical = files.lexical(saturations);
        if (files.manifest().rank > 0) ranker.latent.emplace(files.latent());
        if (files.manifest().code) ranker.code.emplace(*files.code());
        ranker.latent_weight = files.manifest().blend.latent_weight;
    }

    /// The terms of `counts`, by number.
    WeightedTerms terms(const std::map<std::string, float>& counts) const {
        WeightedTerms result;
        for (const auto& [term, count] : counts) result.emplace_back(vocabulary.find(term).value(), count);
        return result;
    }

    StoreReader store;
    IndexFiles files;
    Vocabulary vocabulary;
    std::vector<float> saturations;
    Ranker ranker;
};

/// The name with the number after it.
inline std::string numbered(std::string name, std::size_t number) {
    name += std::to_string(number);
    return name;
}

/// `count` documents d000, d001, ...: words of one of five topics, words of no topic, and one of their own.
inline std::vector<SourceDocument> random_documents(std::size_t count, std::uint64_t seed, std::size_t words = 40) {
    const Philox random(seed);
    std::vector<SourceDocument> documents;
    std::uint64_t draw = 0;
    for (std::size_t d = 0; d < count; ++d) {
        const std::string number = std::to_string(d), topic(1, static_cast<char>('a' + random.below(draw++, 5)));
        SourceDocument document;
        document.id = d < 10 ? "d00" : d < 100 ? "d0" : "d";
        document.id += number;
        for (std::size_t w = 0; w < words; ++w) {
            const bool of_topic = random.below(draw++, 2) == 0;
            document.text += of_topic ? topic + "word" + std::to_string(random.below(draw++, 12)) + " "
                                      : "plain" + std::to_string(random.below(draw++, 60)) + (w % 9 == 8 ? ". " : " ");
        }
        document.text += "own" + number;
        documents.push_back(document);
    }
    return documents;
}

/// All files of the live generation by name.
inline std::map<std::string, std::string> bytes_of(const std::string& index) {
    const StoreReader store = StoreReader::open(index);
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(index + "/" + store.generation())) {
        files[entry.path().filename().string()] = eckart::testing::read_bytes(entry.path().string());
    }
    return files;
}

inline std::vector<std::string> ids(const std::vector<Hit>& hits) {
    std::vector<std::string> result;
    for (const Hit& hit : hits) result.push_back(hit.document);
    return result;
}

using Ids = std::vector<std::string>;

}  // namespace eckart::text::testing
