#include "text/query/query_words.h"

#include <algorithm>
#include <bitset>
#include <map>
#include <memory>
#include <numeric>
#include <utility>

#include "text/ranking/form_postings.h"
#include "text/terms/marked_forms.h"
#include "text/words/marks.h"

namespace eckart::text {
namespace {

/// Languages of an index by their numbers.
using LanguageSet = std::bitset<256>;

/// The rules of a language, which each thread keeps, since making them costs more than using them.
WordNormalizer& rules_of(Language language) {
    thread_local std::vector<std::unique_ptr<WordNormalizer>> known;
    const auto found =
        std::find_if(known.begin(), known.end(), [language](const auto& each) { return each->language() == language; });
    return found != known.end() ? **found : *known.emplace_back(std::make_unique<WordNormalizer>(language));
}

/// The languages in which a word has a term, by the term, and in which a form of it has none, by the form.
struct WordParts {
    std::map<std::int32_t, LanguageSet> terms;
    std::map<std::int32_t, LanguageSet> forms;
};

/// Adds what `form` is in each language. A form that the index does not have may have a term all the same.
void add_parts(const OpenIndex& open, std::string_view form, WordParts& parts) {
    const auto& languages = open.manifest().all_languages;
    std::map<std::string, LanguageSet, std::less<>> by_term;
    for (std::size_t l = 0; l < languages.size(); ++l) {
        const std::string_view term = rules_of(languages[l]).term(form);
        auto known = by_term.find(term);
        if (known == by_term.end()) known = by_term.emplace(term, LanguageSet()).first;
        known->second.set(l);
    }
    for (const auto& [term, where] : by_term) {
        const auto number = term.empty() ? open.forms().find(form) : open.vocabulary().find(term);
        if (number) (term.empty() ? parts.forms : parts.terms)[*number] |= where;
    }
}

/// Keeps the documents of some languages.
Occurrences among(const OpenIndex& open, const OccurrencesView& list, const LanguageSet& where) {
    const auto languages = open.files().document_languages();
    Occurrences kept;
    for (std::size_t i = 0; i < list.documents.size(); ++i) {
        const auto document = static_cast<std::size_t>(list.documents[i]);
        if (document >= languages.size() || !where.test(languages[document])) continue;
        kept.documents.push_back(list.documents[i]);
        kept.counts.push_back(list.counts[i]);
    }
    return kept;
}

Occurrences of_form(const OpenIndex& open, std::int32_t form) {
    Occurrences list;
    for (FormCursor cursor(open.form_postings(), form); !cursor.at_end(); cursor.next()) {
        list.documents.push_back(cursor.document());
        list.counts.push_back(static_cast<float>(cursor.count()));
    }
    return list;
}

/// Both lists as one: the counts of a document that is in both are added.
Occurrences joined(const Occurrences& a, const Occurrences& b) {
    if (a.documents.empty()) return b;
    Occurrences both;
    for (std::size_t i = 0, j = 0; i < a.documents.size() || j < b.documents.size();) {
        const bool first = j == b.documents.size() || (i < a.documents.size() && a.documents[i] <= b.documents[j]);
        const bool second = i == a.documents.size() || (j < b.documents.size() && b.documents[j] <= a.documents[i]);
        both.documents.push_back(first ? a.documents[i] : b.documents[j]);
        both.counts.push_back((first ? a.counts[i] : 0) + (second ? b.counts[j] : 0));
        i += first ? 1 : 0;
        j += second ? 1 : 0;
    }
    return both;
}

/// Adds what a list has beyond another one: a document counts as often as it does where it counts more.
Occurrences completed(const OccurrencesView& list, const Occurrences& by) {
    Occurrences all;
    std::size_t j = 0;
    const auto take = [&](std::int32_t document, float count) {
        all.documents.push_back(document);
        all.counts.push_back(count);
    };
    for (std::size_t i = 0; i < list.documents.size(); ++i) {
        for (; j < by.documents.size() && by.documents[j] < list.documents[i]; ++j) take(by.documents[j], by.counts[j]);
        const bool both = j < by.documents.size() && by.documents[j] == list.documents[i];
        take(list.documents[i], both ? std::max(list.counts[i], by.counts[j]) : list.counts[i]);
        j += both ? 1 : 0;
    }
    for (; j < by.documents.size(); ++j) take(by.documents[j], by.counts[j]);
    return all;
}

/// Joins lists, the shorter ones first.
Occurrences joined(std::vector<Occurrences> lists) {
    std::stable_sort(lists.begin(), lists.end(),
                     [](const auto& a, const auto& b) { return a.documents.size() < b.documents.size(); });
    Occurrences all;
    for (const Occurrences& each : lists) all = joined(all, each);
    return all;
}

/// Gives the word its terms for the latent space: each weighs by the documents that it has among those of the word.
void share_weight(JointTerm& word, const WeightedTerms& documents) {
    float all = 0;
    for (const auto& [term, df] : documents) all += df;
    for (const auto& [term, df] : documents)
        if (df > 0) word.terms.emplace_back(term, word.weight * df / all);
}

Bm25View lexical_view(const OpenIndex& open) {
    return {.postings = open.files().postings(), .saturation = {}};
}

OccurrencesView postings_of(const OpenIndex& open, std::int32_t term) {
    JointTerm only;
    only.term = term;
    return occurrences(lexical_view(open), only);
}

/// The occurrences of a form, or nothing if they are all that there are.
Occurrences apart(Occurrences written, const OccurrencesView& all) {
    const auto sum = [](const auto& counts) { return std::accumulate(counts.begin(), counts.end(), 0.0); };
    const bool same = written.documents.size() == all.documents.size() && sum(written.counts) == sum(all.counts);
    return same ? Occurrences() : std::move(written);
}

/// The different words of `text` in their order, and how often each is there.
std::vector<std::pair<std::string, float>> counted_forms(std::string_view text) {
    const TokenList tokens = tokenized(text);
    std::vector<std::pair<std::string, float>> counted;
    std::map<std::string, std::size_t, std::less<>> places;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const auto [place, is_new] = places.emplace(tokens[i], counted.size());
        if (is_new) counted.emplace_back(tokens[i], 0.0F);
        ++counted[place->second].second;
    }
    return counted;
}

}  // namespace

JointTerm joint_term(const OpenIndex& open, std::string_view form, float weight) {
    JointTerm word{.word = std::string(form), .weight = weight, .joined = {}, .written = {}, .terms = {}};
    WordParts parts;
    add_parts(open, form, parts);
    const auto own = open.forms().find(form);
    std::vector<Occurrences> standing;  // by the forms themselves
    if (own) standing.push_back(of_form(open, *own));
    for (const std::int32_t other : forms_of_bare(open.forms(), open.files().marked_forms(), bare_form(form))) {
        if (open.forms().term(other) == form) continue;
        add_parts(open, open.forms().term(other), parts);
        standing.push_back(of_form(open, other));
    }
    Occurrences written = own ? standing.front() : Occurrences();
    const bool one_term = parts.terms.size() == 1 && parts.forms.empty() &&
                          parts.terms.begin()->second.count() == open.manifest().all_languages.size();
    if (one_term) {
        word.term = parts.terms.begin()->first;
        word.terms = {{word.term, weight}};
    } else {
        std::vector<Occurrences> lists;
        WeightedTerms documents;
        for (const auto& [term, where] : parts.terms) {
            lists.push_back(among(open, postings_of(open, term), where));
            documents.emplace_back(term, static_cast<float>(lists.back().documents.size()));
        }
        for (const auto& [other, where] : parts.forms) {
            const Occurrences all = of_form(open, other);
            lists.push_back(among(open, {all.documents, all.counts}, where));
        }
        word.joined = joined(std::move(lists));
        share_weight(word, documents);
    }
    // A form behind an elision that the document's language does not have is no part of a term there.
    const Occurrences stands = joined(std::move(standing));
    const OccurrencesView found = occurrences(lexical_view(open), word);
    if (!std::includes(found.documents.begin(), found.documents.end(), stands.documents.begin(),
                       stands.documents.end())) {
        word.joined = completed(found, stands);
        word.term = -1;
    }
    word.written = apart(std::move(written), occurrences(lexical_view(open), word));
    return word;
}

JointTerm written_term(const OpenIndex& open, std::string_view form, float weight) {
    JointTerm word{.word = std::string(form), .weight = weight, .joined = {}, .written = {}, .terms = {}};
    const auto own = open.forms().find(form);
    if (!own) return word;
    word.joined = of_form(open, *own);
    WordParts parts;
    add_parts(open, form, parts);
    WeightedTerms documents;
    for (const auto& [term, where] : parts.terms) {
        const std::size_t df = among(open, {word.joined.documents, word.joined.counts}, where).documents.size();
        documents.emplace_back(term, static_cast<float>(df));
    }
    share_weight(word, documents);
    return word;
}

QueryWords query_words(const OpenIndex& open, std::string_view text, Language language) {
    const auto forms = counted_forms(text);
    const auto is_stop = [&](const auto& form) { return rules_of(language).term(form.first).empty(); };
    QueryWords query;
    query.only_stop_words = !forms.empty() && std::all_of(forms.begin(), forms.end(), is_stop);
    for (const auto& form : forms) {
        if (!query.only_stop_words && is_stop(form)) {
            query.stop_words.push_back(form.first);
            continue;
        }
        JointTerm word = joint_term(open, form.first, form.second);
        if (word.term < 0 && word.joined.documents.empty())
            query.unknown.push_back(form.first);
        else
            query.words.push_back(std::move(word));
    }
    return query;
}

WeightedTerms latent_terms_of(const std::vector<JointTerm>& words) {
    std::map<std::int32_t, float> weights;
    for (const JointTerm& word : words)
        for (const auto& [term, weight] : word.terms) weights[term] += weight;
    return {weights.begin(), weights.end()};
}

WordMatcher::WordMatcher(const OpenIndex& open, const std::vector<JointTerm>& words, Language language)
    : open_(open), words_(words), rules_(language) {
    for (const JointTerm& word : words) bare_words_.push_back(bare_form(word.word));
}

const WordMatcher::Known& WordMatcher::known(std::string_view form) {
    const auto [entry, is_new] = known_.try_emplace(std::string(form), Known{-1, -1});
    if (is_new) {
        const std::string_view term = rules_.term(form);
        if (!term.empty()) entry->second.term = open_.vocabulary().find(term).value_or(-1);
        entry->second.match = match(form, entry->second.term);
    }
    return entry->second;
}

int WordMatcher::match(std::string_view form, std::int32_t term) {
    const std::string behind(bare_form(after_elision(form), buffer_));
    const std::string_view bare = bare_form(form, buffer_);
    for (std::size_t i = 0; i < words_.size(); ++i) {
        const auto& terms = words_[i].terms;
        const bool has_term = term >= 0 && std::any_of(terms.begin(), terms.end(),
                                                       [term](const auto& entry) { return entry.first == term; });
        if (has_term || bare == bare_words_[i] || (!behind.empty() && behind == bare_words_[i]))
            return static_cast<int>(i);
    }
    return -1;
}

}  // namespace eckart::text
