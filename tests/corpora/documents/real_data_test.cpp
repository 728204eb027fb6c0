#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "corpora/bytes/scratch.h"
#include "corpora/documents/open.h"
#include "corpora/judgements/judgements.h"
#include "corpora/judgements/queries.h"

// Counts that the collections' publishers give. ECKART_DATA names the folder that holds them.

namespace eckart::corpora {
namespace {

std::optional<std::string> data(const std::string& path) {
    const char* const folder = std::getenv("ECKART_DATA");
    if (folder != nullptr && std::filesystem::exists(std::string(folder) + "/" + path)) {
        return std::string(folder) + "/" + path;
    }
    MESSAGE("skipped: " << path << " is not below ECKART_DATA");
    return std::nullopt;
}

std::int64_t count_of(const std::string& source) {
    const auto reader = open_documents(source);
    Document document;
    while (reader->next(document)) continue;
    return reader->report().documents;
}

std::size_t pairs_in(const Judgements& judgements) {
    std::size_t pairs = 0;
    for (const auto& [query, grades] : judgements) pairs += grades.size();
    return pairs;
}

void check_collection(const std::string& documents, const std::string& queries, const std::string& qrels,
                      std::int64_t document_count, std::size_t query_count, std::size_t judged, std::size_t pairs) {
    const auto documents_path = data(documents), queries_path = data(queries), qrels_path = data(qrels);
    if (!documents_path || !queries_path || !qrels_path) return;
    const Judgements judgements = read_judgements(*qrels_path);
    std::set<std::string> query_ids;
    for (const Query& query : read_queries(*queries_path)) query_ids.insert(query.id);

    CHECK(count_of(*documents_path) == document_count);
    CHECK(query_ids.size() == query_count);
    CHECK(judgements.size() == judged);
    CHECK(pairs_in(judgements) == pairs);
    for (const auto& [query, grades] : judgements) CHECK(query_ids.count(query) == 1);
}

TEST_CASE("MED, CISI, CRAN and SciFact have their published counts, and every judged query is found") {
    check_collection("text/smart/med/MED.ALL", "text/smart/med/MED.QRY", "text/smart/med/med.qrels", 1033, 30, 30, 696);
    check_collection("text/smart/cisi/CISI.ALL", "text/smart/cisi/CISI.QRY", "text/smart/cisi/cisi.qrels", 1460, 112,
                     76, 3114);
    check_collection("text/smart/cran/cran.all.1400", "text/smart/cran/cran.qry", "text/smart/cran/cran.qrels", 1400,
                     225, 225, 1837);
    check_collection("text/beir/scifact", "text/beir/scifact/queries.jsonl", "text/beir/scifact/qrels/test.tsv", 5183,
                     1109, 300, 339);
}

TEST_CASE("judgements in SMART's own form are the same pairs") {
    const auto rel = data("text/smart/cisi/CISI.REL"), qrels = data("text/smart/cisi/cisi.qrels");
    if (rel && qrels) CHECK(read_judgements(*rel) == read_judgements(*qrels));
}

TEST_CASE("BBC News is 2225 texts beside its README, all in UTF-8 after reading") {
    const auto path = data("text/bbc");
    if (path) CHECK(count_of(*path) == 2226);
}

TEST_CASE("the Wikipedia paragraphs are 178,662") {
    const auto path = data("text/enwiki-paragraphs.jsonl.zst");
    if (path) CHECK(count_of(*path) == 178662);
}

}  // namespace
}  // namespace eckart::corpora
