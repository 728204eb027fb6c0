#include "text/query/query_words.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/text/small_index.h"
#include "text/words/marks.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

const std::vector<SourceDocument> garden = {
    {"de/garten", "Garten",
     "Im Garten hinter dem Haus wachsen Tomaten, Gurken und eine alte Birne. Müller sät im März, gießt jeden Abend und "
     "freut sich über die ersten Blüten. Die Alpen sieht man von dort an klaren Tagen, und die Kinder holen die "
     "Äpfel."},
    {"de/berge", "",
     "Wer in die Berge geht, braucht gute Schuhe, etwas Brot und Zeit. Auf den Hütten über den Tälern trinkt man "
     "Kaffee, "
     "und wenn die Sonne hinter den Gipfeln verschwindet, werden die Steine kalt und die Wege still."},
    {"fr/gare", "La gare",
     "Devant la gare il y a un café où les élèves mangent des gâteaux avant l'école. L’été, les trains arrivent en "
     "retard, et les voyageurs attendent sous les grands arbres que le père Noël n’a jamais vus, dit-on, à Besançon."},
    {"en/harbour", "The harbour",
     "The boats that we bought from them were not ready, and there were people who told us about it before they would "
     "leave. They don't sail in winter; x² and H₂O were on the wall of the old school, and someone had painted a "
     "café."},
    {"ru/les", "",
     "В лесу растут ели и берёзы, а у озера стоит старый дом. Мой дед ещё помнит, как зимой сюда приходили волки, и "
     "рассказывает об этом каждый вечер, пока чай не остынет в большой синей кружке на столе."},
    {"he/bait", "",
     "הבית הישן עומד ליד הים, והילדים משחקים בחצר עד הערב. סבא מספר להם על הדרך הארוכה מן הכפר אל העיר, ואומר שָׁלוֹם "
     "לכל מי שעובר. בצה״ל שירת לפני שנים רבות, והוא זוכר את כולם בשמותיהם."},
};

const SmallIndex& garden_index() {
    static const SmallIndex index(garden, IndexOptions{.rank = parse_rank_rule("4")});
    return index;
}

const OpenIndex& open_garden() {
    static const OpenIndex open(garden_index().path());
    return open;
}

/// What the header says, word by word: how often a document has a word by its form, by a form with the same bare form,
/// or by one whose term is that of one of these.
std::map<std::int32_t, float> slow_occurrences(const OpenIndex& open, const std::string& word) {
    std::set<std::string> forms = {word};
    for (std::int32_t f = 0; f < open.forms().size(); ++f)
        if (bare_form(open.forms().term(f)) == bare_form(word)) forms.insert(std::string(open.forms().term(f)));
    std::map<std::int32_t, float> found;
    for (std::int32_t d = 0; d < static_cast<std::int32_t>(open.manifest().documents); ++d) {
        const CatalogEntry entry = open.catalog().entry(d);
        WordNormalizer rules(open.language_of(entry));
        std::set<std::string> terms;
        for (const std::string& form : forms) terms.insert(std::string(rules.term(form)));
        terms.erase("");
        const std::string text = entry.title + "\n" + std::string(open.files().text(d));
        const TokenList words = tokenized(text);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const bool by_term = terms.count(std::string(rules.term(words[i]))) > 0;
            const bool behind = forms.count(std::string(after_elision(words[i]))) > 0;
            if (by_term || behind || forms.count(std::string(words[i])) > 0) ++found[d];
        }
    }
    return found;
}

std::map<std::int32_t, float> as_map(const OccurrencesView& list) {
    std::map<std::int32_t, float> map;
    for (std::size_t i = 0; i < list.documents.size(); ++i) map[list.documents[i]] = list.counts[i];
    return map;
}

Ids found(const Index& index, std::string_view query, Mode mode = Mode::lexical) {
    return ids(index.search(query, {.mode = mode}));
}

std::vector<std::string> codes(const Notes& notes) {
    std::vector<std::string> all;
    for (const Note& note : notes) all.push_back(note.code);
    return all;
}

}  // namespace

TEST_CASE("every word as it stands in a text finds the text, in every mode that looks for words") {
    for (const SourceDocument& document : garden) {
        const TokenList words = tokenized(document.text);
        for (std::size_t i = 0; i < words.size(); ++i) {
            const ByteRange at = words.source(i);
            const std::string word = document.text.substr(at.begin, at.end - at.begin);
            for (const Mode mode : {Mode::lexical, Mode::hybrid}) {
                const Ids hits = found(garden_index().index, word, mode);
                CAPTURE(word);
                CHECK(std::find(hits.begin(), hits.end(), document.id) != hits.end());
            }
        }
    }
}

TEST_CASE("other forms of a word find its text, with marks and without") {
    const Index& index = garden_index().index;
    CHECK(found(index, "Tomate") == Ids{"de/garten"});
    CHECK(found(index, "muller") == Ids{"de/garten"});
    CHECK(found(index, "gateau") == Ids{"fr/gare"});
    CHECK(found(index, "eleves") == Ids{"fr/gare"});
    CHECK(found(index, "été") == Ids{"fr/gare"});
    CHECK(found(index, "ete") == Ids{"fr/gare"});
    CHECK(found(index, "école") == Ids{"fr/gare"});
    CHECK(found(index, "H2O") == Ids{"en/harbour"});
    CHECK(found(index, "x2") == Ids{"en/harbour"});
    CHECK(found(index, "don’t") == Ids{"en/harbour"});
    CHECK(found(index, "береза") == Ids{"ru/les"});
    CHECK(found(index, "שלום") == Ids{"he/bait"});
    CHECK(found(index, "בצה\"ל") == Ids{"he/bait"});
    CHECK(found(index, "cafe") == Ids{"en/harbour", "fr/gare"});
}

TEST_CASE("a word behind an elision is found where its text was taken for another language") {
    const SmallIndex made({{"a", "", "The hero of the book is called d'Artagnan, and he rides to Paris alone."},
                           {"b", "", "There is a horse in the book, and it is yellow and old."}},
                          IndexOptions{.language = "en"});
    CHECK(found(made.index, "artagnan") == Ids{"a"});
    CHECK(found(made.index, "d'artagnan") == Ids{"a"});
    CHECK(found(made.index, "\"called artagnan\"") == Ids{"a"});
}

TEST_CASE("the documents of a word are those of the slow definition, and so are its counts") {
    const OpenIndex& open = open_garden();
    for (std::int32_t f = 0; f < open.forms().size(); ++f) {
        const std::string form(open.forms().term(f));
        const JointTerm word = joint_term(open, form);
        CAPTURE(form);
        CHECK(as_map(occurrences({.postings = open.files().postings(), .saturation = {}}, word)) ==
              slow_occurrences(open, form));
        float weight = 0;
        for (const auto& entry : word.terms) weight += entry.second;
        CHECK(std::abs(weight - (word.terms.empty() ? 0.0F : 1.0F)) <= 1e-5F);
    }
    CHECK(joint_term(open, "zebra").joined.documents.empty());
}

TEST_CASE("an index of one language takes the postings of one term as they are") {
    const SmallIndex made({{"a", "", "boats and boat"}, {"b", "", "a boat"}, {"c", "", "water"}}, {.language = "en"});
    const OpenIndex open(made.path());
    const JointTerm boats = joint_term(open, "boats", 2);

    CHECK(boats.term == open.vocabulary().find("boat"));
    CHECK(boats.terms == WeightedTerms{{boats.term, 2.0F}});
    CHECK(boats.written.documents == std::vector<std::int32_t>{0});
    CHECK(joint_term(open, "water").written.documents.empty());
    CHECK(written_term(open, "boats").joined.documents == std::vector<std::int32_t>{0});
    CHECK(written_term(open, "sail").joined.documents.empty());
}

TEST_CASE("the form as written counts more than others, with its marks too") {
    const SmallIndex made({{"a", "", "the boats"}, {"b", "", "the boat"}, {"c", "", "resume"}, {"d", "", "résumé"}},
                          {.language = "en"});
    CHECK(found(made.index, "boats") == Ids{"a", "b"});
    CHECK(found(made.index, "boat") == Ids{"b", "a"});
    CHECK(found(made.index, "résumé").front() == "d");
    CHECK(found(made.index, "resume").front() == "c");
}

TEST_CASE("a contribution by hand: the share of the form as written") {
    const SmallIndex made({{"a", "", "boats boat"}, {"b", "", "water"}, {"c", "", "boats"}}, {.language = "en"});
    const OpenFiles files(made.path());
    const JointTerm boats = joint_term(OpenIndex(made.path()), "boats");
    const Bm25View& view = files.ranker.lexical;
    const double idf = std::log(1 + (3 - 2 + 0.5) / (2 + 0.5));
    const auto weight = [&](float tf, std::size_t d) {
        return static_cast<double>(bm25_term_weight(tf, view.saturation[d], view.k1));
    };

    CHECK(std::abs(bm25_contribution(view, boats, 0) -
                   idf * ((1 - written_share) * weight(2, 0) + written_share * weight(1, 0))) <= 1e-6);
    CHECK(std::abs(bm25_contribution(view, boats, 2) - idf * weight(1, 2)) <= 1e-6);
    CHECK(bm25_contribution(view, boats, 1) == 0);
    std::vector<float> scores(3, 0);
    add_bm25_scores(view, std::span(&boats, 1), scores);
    for (std::int32_t d = 0; d < 3; ++d)
        CHECK(std::abs(static_cast<double>(scores[static_cast<std::size_t>(d)]) - bm25_contribution(view, boats, d)) <=
              1e-6);
}

TEST_CASE("stop words are left out beside other words, and looked for alone; notes say so") {
    const SmallIndex made({{"a", "", "to be or not to be, that is the question"},
                           {"b", "", "a question of the sea"},
                           {"c", "", "nothing remains"}},
                          {.language = "en"});
    const Index& index = made.index;

    CHECK(found(index, "to be or not to be") == Ids{"a"});
    CHECK(codes(index.notes("to be or not to be")) == Ids{"stop-words-only"});
    CHECK(found(index, "the question") == found(index, "question"));
    CHECK(codes(index.notes("the question")) == Ids{"words-left-out"});
    CHECK(codes(index.notes("question")).empty());
    CHECK(codes(index.notes("zebra question")) == Ids{"words-unknown"});
    CHECK(index.notes("zebra").front().text == "'zebra' is in no document");
    CHECK(codes(index.notes("... !")) == Ids{"no-words"});
    CHECK(codes(index.notes("remains", {.mode = Mode::latent})) == Ids{"not-in-latent-space"});
    CHECK(found(index, "the question", Mode::lexical).size() == 2);
    CHECK(codes(index.notes("the question", {.language = "none"})).empty());
    CHECK_THROWS_AS(index.search("x", {.language = "klingon"}), UsageError);
}

TEST_CASE("a word is marked in any form, a stop word where it is looked for") {
    const SmallIndex made({{"a", "", "The boats are old. Their boat is not."}, {"b", "", "résumé"}},
                          {.language = "en"});
    const auto marked = [&](std::string_view query) {
        const Snippet snippet = made.index.snippet(made.index.search(query, {.mode = Mode::lexical}).front(), query);
        std::vector<std::string> words;
        for (const Highlight& mark : snippet.highlights) {
            words.push_back(snippet.text.substr(mark.begin, mark.end - mark.begin));
        }
        return words;
    };

    CHECK(marked("boat") == Ids{"boats", "boat"});
    CHECK(marked("the") == Ids{"The"});
    CHECK(marked("resume") == Ids{"résumé"});
}

TEST_CASE("the parts of an explanation of joint words add up to the score") {
    const Index& index = garden_index().index;
    for (const Mode mode : {Mode::lexical, Mode::hybrid}) {
        for (const Hit& hit : index.search("café cafe Tomaten die", {.mode = mode})) {
            const Explanation why = index.explain(hit, "café cafe Tomaten die", {.mode = mode});
            CHECK(std::abs(why.lexical + why.latent - hit.score) <= 1e-5);
        }
    }
}
