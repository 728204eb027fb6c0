#include "text/terms/surrounding_languages.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace eckart::text;

namespace {

const Language german("de"), english_language("en"), irish("ga");

std::vector<Language> settled(const std::vector<DetectedDocument>& documents) {
    return settled_languages(documents, english_language);
}

}  // namespace

TEST_CASE("a doubtful text takes the language of the collection, a sure one keeps its own") {
    std::vector<DetectedDocument> documents(30, {"x", {english_language, true}});
    documents.push_back({"short", {irish, false}});
    documents.push_back({"shorter", {Language(), false}});
    documents.push_back({"long", {irish, true}});
    const auto languages = settled(documents);

    CHECK(languages[30] == english_language);
    CHECK(languages[31] == english_language);
    CHECK(languages[32] == irish);
    CHECK(most_frequent(documents) == english_language);
}

TEST_CASE("the folder decides before the collection, and an inner one before an outer one") {
    std::vector<DetectedDocument> documents(100, {"en/a", {english_language, true}});
    for (int i = 0; i < 3; ++i) documents.push_back({"mixed/de/long", {german, true}});
    documents.push_back({"mixed/de/short", {irish, false}});
    documents.push_back({"mixed/de/deep/short", {Language(), false}});
    documents.push_back({"mixed/short", {Language(), false}});
    documents.push_back({"other/short", {german, false}});
    const auto languages = settled(documents);

    CHECK(languages[103] == german);
    CHECK(languages[104] == german);
    CHECK(languages[105] == german);
    CHECK(languages[106] == english_language);
}

TEST_CASE("short texts that agree stand together, one alone does not") {
    std::vector<DetectedDocument> documents(50, {"en/a", {english_language, true}});
    for (int i = 0; i < 12; ++i) documents.push_back({"titles/t", {german, false}});
    documents.push_back({"titles/t", {irish, false}});
    const auto languages = settled(documents);

    CHECK(languages[50] == german);
    CHECK(languages[61] == german);
    CHECK(languages[62] == german);
}

TEST_CASE("a doubtful text keeps a language that a tenth of the collection has") {
    std::vector<DetectedDocument> documents(8, {"a", {english_language, true}});
    for (int i = 0; i < 2; ++i) documents.push_back({"b", {german, true}});
    documents.push_back({"c", {german, false}});

    CHECK(settled(documents).back() == german);
}

TEST_CASE("where nothing is detected the fallback is taken") {
    CHECK(settled({{"a/b", {Language(), false}}}) == std::vector<Language>{english_language});
    CHECK(settled({{"a/b", {german, false}}}) == std::vector<Language>{german});
    CHECK(most_frequent(std::vector<DetectedDocument>{{"a", {}}}).empty());
}
