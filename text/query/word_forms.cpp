#include "text/query/word_forms.h"

#include <algorithm>
#include <functional>
#include <set>
#include <string>
#include <utility>

#include "text/query/query_words.h"
#include "text/query/similar_forms.h"
#include "text/terms/marked_forms.h"
#include "text/words/marks.h"
#include "text/words/word_normalizer.h"

namespace eckart::text {
namespace {

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
    const std::string bare = latin ? bare_form(word) : "";
    if (!bare.empty()) return {between(bare.substr(0, 1), bare.substr(0, 1)), between("\xC3", "\xC9")};
    return {between(word.substr(0, 1), word.substr(0, 1))};
}

/// Appends the forms that have in a language the term of one of `choices`.
void append_inflected(const IndexWords& words, std::string_view word, const FormChoices& choices, std::int32_t language,
                      FormChoices& inflected) {
    WordNormalizer rules(words.index.manifest().all_languages[static_cast<std::size_t>(language)]);
    std::set<std::string, std::less<>> terms = {std::string(rules.term(word))};
    for (const FormChoice& choice : choices) terms.emplace(rules.term(words.forms().term(choice.form)));
    terms.erase("");
    if (terms.empty()) return;
    for (const auto& [begin, end] : inflected_ranges(words.forms(), word)) {
        for (std::int32_t form = begin; form < end; ++form) {
            if (terms.contains(rules.term(words.forms().term(form)))) inflected.push_back({form, language});
        }
    }
}

void sort_choices(FormChoices& choices) {
    std::sort(choices.begin(), choices.end());
    choices.erase(std::unique(choices.begin(), choices.end()), choices.end());
}

/// Those among the marked forms whose bare form begins with `prefix`.
void append_marked(const IndexWords& words, const std::string& prefix, FormChoices& choices) {
    const auto marked = words.index.files().marked_forms();
    const auto bare = [&](std::int32_t form) { return bare_form(words.forms().term(form)); };
    auto at = std::lower_bound(marked.begin(), marked.end(), prefix,
                               [&](std::int32_t form, const std::string& text) { return bare(form) < text; });
    for (; at != marked.end() && bare(*at).starts_with(prefix); ++at) choices.push_back({*at});
}

}  // namespace

std::vector<std::string> query_tokens_of(std::string_view text) {
    const TokenList list = tokenized(text);
    std::vector<std::string> tokens;
    for (std::size_t i = 0; i < list.size(); ++i) tokens.emplace_back(list[i]);
    return tokens;
}

FormChoices forms_of(const IndexWords& words, std::string_view word, WordMatch match) {
    FormChoices choices;
    if (match == WordMatch::written) {
        if (const auto form = words.forms().find(word)) choices.push_back({*form});
        return choices;
    }
    for (const std::int32_t form : forms_of_bare(words.forms(), words.index.files().marked_forms(), bare_form(word))) {
        choices.push_back({form});
    }
    if (match == WordMatch::unmarked) return choices;
    FormChoices inflected = choices;
    const auto languages = static_cast<std::int32_t>(words.index.manifest().all_languages.size());
    for (std::int32_t i = 0; i < languages; ++i) append_inflected(words, word, choices, i, inflected);
    sort_choices(inflected);
    return inflected;
}

DocumentSet documents_of(const IndexWords& words, std::string_view word, WordMatch match) {
    if (match != WordMatch::related) return documents_of(words.places, forms_of(words, word, match));
    const Bm25View view = {.postings = words.index.files().postings(), .saturation = {}};
    DocumentSet documents(words.places.postings.rows);
    const JointTerm joint = joint_term(words.index, word);
    for (const std::int32_t document : occurrences(view, joint).documents) documents.add(document);
    return documents;
}

FormChoices forms_with_prefix(const IndexWords& words, std::string_view prefix, bool as_written, std::size_t most,
                              std::size_t& found) {
    FormChoices choices;
    const std::string beginning = as_written ? std::string(prefix) : bare_form(prefix);
    const std::int32_t end = end_of_prefix(words.forms(), beginning);
    for (std::int32_t form = first_not_before(words.forms(), beginning); form < end; ++form) choices.push_back({form});
    if (!as_written) append_marked(words, beginning, choices);
    sort_choices(choices);
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
    for (const SimilarForm& each : similar_forms(words.forms(), word, distance)) choices.push_back({each.form});
    return choices;
}

}  // namespace eckart::text
