#include "text/query/word_forms.h"

#include <algorithm>
#include <string>
#include <utility>

#include "text/query/similar_forms.h"
#include "text/words/tokenizer.h"
#include "text/words/unicode.h"
#include "text/words/word_normalizer.h"

namespace eckart::text {
namespace {

/// The rules of each language of an index, by its number.
std::vector<WordNormalizer> rules_of(std::span<const Language> languages) {
    std::vector<WordNormalizer> rules;
    for (const Language language : languages) rules.emplace_back(language);
    return rules;
}

/// Forms [begin, end).
struct FormRange {
    std::int32_t begin;
    std::int32_t end;
};

/// Where the forms are that can have the stem of `word`. A stem begins as its word does, except for accents, which some
/// languages of the Latin and the Greek alphabet drop.
std::vector<FormRange> inflected_ranges(const Vocabulary& forms, std::string_view word) {
    const auto between = [&](std::string_view first, std::string_view last) {
        return FormRange{first_not_before(forms, first), end_of_prefix(forms, last)};
    };
    const auto first = static_cast<unsigned char>(word.front());
    const bool greek = first == 0xCE || first == 0xCF || word.starts_with("\xE1\xBC");
    if (greek) return {between("\xCE", "\xCF"), between("\xE1\xBC", "\xE1\xBF")};
    const bool latin = (first >= 'a' && first <= 'z') || (first >= 0xC3 && first <= 0xC9);
    const std::string bare = latin ? without_accents(word) : "";
    if (!bare.empty()) return {between(bare.substr(0, 1), bare.substr(0, 1)), between("\xC3", "\xC9")};
    return {between(word.substr(0, 1), word.substr(0, 1))};
}

/// Appends the forms that have the stem of `word` in a language.
void append_inflected(const IndexWords& words, std::string_view word, std::int32_t language, WordNormalizer& rules,
                      FormChoices& choices) {
    const std::string stem(rules.term(word));
    if (stem.empty()) return;
    for (const auto& [begin, end] : inflected_ranges(*words.forms, word)) {
        for (std::int32_t form = begin; form < end; ++form) {
            if (rules.term(words.forms->term(form)) == stem) choices.push_back({form, language});
        }
    }
}

void sort_choices(FormChoices& choices) {
    std::sort(choices.begin(), choices.end());
    choices.erase(std::unique(choices.begin(), choices.end()), choices.end());
}

/// Adds the documents of `language` that have the term.
void add_documents(const IndexWords& words, std::string_view term, std::int32_t language, DocumentSet& documents) {
    const auto number = words.terms->find(term);
    if (!number) return;
    const auto t = static_cast<std::size_t>(*number);
    const auto begin = static_cast<std::size_t>(words.postings.row_offsets[t]);
    const auto end = static_cast<std::size_t>(words.postings.row_offsets[t + 1]);
    for (const std::int32_t document : words.postings.column_indices.subspan(begin, end - begin)) {
        if (words.places.document_languages[static_cast<std::size_t>(document)] == language) documents.add(document);
    }
}

}  // namespace

std::vector<std::string> query_tokens_of(std::string_view text) {
    thread_local Tokenizer tokenizer;
    TokenList list;
    tokenizer.tokenize(text, list);
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < list.size(); ++i) tokens.emplace_back(list[i]);
    return tokens;
}

FormChoices forms_of(const IndexWords& words, std::string_view word, WordMatch match) {
    FormChoices choices;
    if (const auto form = words.forms->find(word)) choices.push_back({*form});
    if (match != WordMatch::related) return choices;
    std::vector<WordNormalizer> rules = rules_of(words.languages);
    for (std::size_t i = 0; i < rules.size(); ++i) {
        append_inflected(words, word, static_cast<std::int32_t>(i), rules[i], choices);
    }
    sort_choices(choices);
    return choices;
}

DocumentSet documents_of(const IndexWords& words, std::string_view word, WordMatch match) {
    DocumentSet documents = documents_of(words.places, forms_of(words, word, std::min(match, WordMatch::unmarked)));
    if (match != WordMatch::related) return documents;
    std::vector<WordNormalizer> rules = rules_of(words.languages);
    for (std::size_t i = 0; i < rules.size(); ++i) {
        add_documents(words, rules[i].term(word), static_cast<std::int32_t>(i), documents);
    }
    return documents;
}

FormChoices forms_with_prefix(const IndexWords& words, std::string_view prefix, std::size_t most, std::size_t& found) {
    FormChoices choices;
    const std::int32_t end = end_of_prefix(*words.forms, prefix);
    for (std::int32_t form = first_not_before(*words.forms, prefix); form < end; ++form) choices.push_back({form});
    found = choices.size();
    return most_frequent(words, std::move(choices), most);
}

FormChoices most_frequent(const IndexWords& words, FormChoices forms, std::size_t most) {
    if (forms.size() <= most) return forms;
    std::vector<std::pair<std::int32_t, FormChoice>> by_size;
    for (const FormChoice& choice : forms) {
        by_size.emplace_back(-FormCursor(words.places.postings, choice.form).size(), choice);
    }
    const auto last = by_size.begin() + static_cast<std::ptrdiff_t>(most);
    std::nth_element(by_size.begin(), last, by_size.end());
    forms.clear();
    for (auto each = by_size.begin(); each != last; ++each) forms.push_back(each->second);
    sort_choices(forms);
    return forms;
}

FormChoices forms_near(const IndexWords& words, std::string_view word, int distance) {
    FormChoices choices;
    for (const SimilarForm& each : similar_forms(*words.forms, word, distance)) choices.push_back({each.form});
    return choices;
}

}  // namespace eckart::text
