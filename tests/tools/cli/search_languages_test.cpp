#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "tools/cli/run_program.h"

// One folder in five languages, with copies, asked from end to end in all modes.

using namespace eckart::testing;

namespace {

const std::string tide =
    "The tide comes twice a day, and nobody who lives on the island needs a clock. When the water is low the children "
    "walk across the sand to school; when it is high they wait for the ferry and are late, which their teacher has "
    "long stopped writing down. In spring the marshes smell of salt and thyme.";

/// Five languages, two documents of each; the English one about the tide has an equal copy and a nearly equal one.
const std::map<std::string, std::string> island = {
    {"en/tide.txt", tide},
    {"en/old/tide.txt", tide},
    {"en/tide-printed.txt", tide + " 12"},
    {"en/lamp.md",
     "# The lamp\n\nThe keeper of the lighthouse cleaned the lamp every evening, counted the ships that went by and "
     "wrote their names into a book. H₂O, he told his visitors, is the only thing that he was never short of."},
    {"de/brot.txt",
     "Der Bäcker steht um drei Uhr auf, heizt den Ofen und knetet den Teig mit den Händen, weil die Maschine seit dem "
     "Winter kaputt ist. Um sechs kommen die ersten Kunden, die Brötchen und Müller'schen Kuchen wollen."},
    {"de/zug.txt",
     "Der Zug nach Tübingen hat Verspätung, und auf dem Bahnsteig stehen die Leute in der Kälte. Ein Mädchen erzählt "
     "seiner Großmutter von der Schule, von der neuen Lehrerin und von den Äpfeln, die es dort zu essen gibt."},
    {"fr/cafe.txt",
     "Le café de la place ouvre à sept heures, et l'été on y mange dehors sous les platanes. Les élèves du lycée y "
     "viennent après l'école, et le garçon les connaît tous par leur prénom."},
    {"fr/neige.txt",
     "La neige est tombée toute la nuit sur les montagnes, et les routes du village sont fermées jusqu'à demain. On "
     "entend les skieurs rire devant l'hôtel, mais les bergers cherchent encore leurs brebis."},
    {"ru/les.txt",
     "В лесу у озера растут старые ели и берёзы, и каждую осень сюда приходят люди за грибами. Дед помнит, как зимой "
     "по льду ездили сани, и рассказывает об этом внукам."},
    {"ru/more.txt",
     "Рыбаки выходят в море до рассвета и возвращаются к обеду, когда на берегу уже ждут женщины с корзинами. Улов "
     "продают тут же, у самой воды, и спорят о цене."},
    {"es/mercado.txt",
     "En el mercado de la ciudad se venden naranjas, aceitunas y pescado desde las seis de la mañana. La señora Núñez "
     "compra siempre en el mismo puesto, donde el niño le elige los tomates más rojos."},
    {"es/lluvia.txt",
     "Después de tres meses sin lluvia, el río bajaba casi seco y los campesinos miraban el cielo cada tarde. Cuando "
     "por fin llovió, los niños corrieron descalzos por las calles."},
};

struct Island {
    TemporaryFolder folder;
    std::string index = folder / "island.idx";

    Island() {
        for (const auto& [name, text] : island) folder.write("texts/" + name, text);
        REQUIRE(run_eckart({"index", folder / "texts", "-o", index, "--quiet"}).exit_code == 0);
    }

    Outcome asked(const std::string& query, const std::string& mode, std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"search", index, "--mode", mode, "--json", "-n", "20", "--", query});
        // Options go before the end of options.
        std::rotate(more.begin() + 7, more.begin() + 9, more.end());
        return run_eckart(more);
    }

    std::vector<std::string> found(const std::string& query, const std::string& mode,
                                   std::vector<std::string> more = {}) const {
        std::vector<std::string> ids;
        for (const auto& hit : asked(query, mode, std::move(more)).objects()) ids.push_back(hit.at("document"));
        return ids;
    }
};

const Island& asked_island() {
    static const Island made;
    return made;
}

bool holds(const std::vector<std::string>& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Of the three texts about the tide, one is a hit, and stands for the others.
const std::set<std::string> tides = {"en/tide.txt", "en/old/tide.txt", "en/tide-printed.txt"};

}  // namespace

TEST_CASE("a word as it stands in a text of any language finds the text by words and in the hybrid") {
    const std::map<std::string, std::string> words = {{"thyme", "en/"},
                                                      {"H2O", "en/lamp.md"},
                                                      {"lighthouse", "en/lamp.md"},
                                                      {"Brötchen", "de/brot.txt"},
                                                      {"Muller'schen", "de/brot.txt"},
                                                      {"Äpfeln", "de/zug.txt"},
                                                      {"Schulen", "de/zug.txt"},
                                                      {"café", "fr/cafe.txt"},
                                                      {"été", "fr/cafe.txt"},
                                                      {"ecole", "fr/cafe.txt"},
                                                      {"brebis", "fr/neige.txt"},
                                                      {"берёзы", "ru/les.txt"},
                                                      {"береза", "ru/les.txt"},
                                                      {"рыбак", "ru/more.txt"},
                                                      {"niños", "es/"},
                                                      {"NUNEZ", "es/mercado.txt"},
                                                      {"lluvia", "es/lluvia.txt"}};
    for (const auto& each : words) {
        const std::string &word = each.first, &document = each.second;
        for (const std::string mode : {"lexical", "hybrid"}) {
            const auto ids = asked_island().found(word, mode);
            CAPTURE(word);
            CAPTURE(mode);
            REQUIRE(!ids.empty());
            CHECK(ids.front().starts_with(document));
        }
    }
}

TEST_CASE("copies are one hit in every mode, which names them, and each a hit with --copies") {
    for (const std::string mode : {"lexical", "latent", "hybrid"}) {
        const auto hits = asked_island().asked("tide water sand", mode).objects();
        REQUIRE(!hits.empty());
        CAPTURE(mode);
        CHECK(tides.count(hits[0].at("document")) == 1);
        std::set<std::string> group = hits[0].at("copies");
        CHECK(group.size() == 2);
        group.insert(hits[0].at("document").get<std::string>());
        CHECK(group == tides);
        for (std::size_t i = 1; i < hits.size(); ++i) CHECK(tides.count(hits[i].at("document")) == 0);

        const auto all = asked_island().found("tide water sand", mode, {"--copies"});
        for (const std::string& id : tides) CHECK(holds(all, id));
    }
}

TEST_CASE("operators and fields mean the same in every mode") {
    for (const std::string mode : {"lexical", "latent", "hybrid"}) {
        const Island& it = asked_island();
        CAPTURE(mode);
        CHECK(it.found("\"walk across the sand\"", mode).size() == 1);
        CHECK(it.found("\"across walk the sand\"", mode).empty());
        CHECK(it.found("lang:de", mode).size() == 2);
        CHECK(it.found("lang:de +Zug", mode) == std::vector<std::string>{"de/zug.txt"});
        CHECK(it.found("lang:en -tide", mode) == std::vector<std::string>{"en/lamp.md"});
        CHECK(it.found("(neige OR lluvia) -lang:fr", mode) == std::vector<std::string>{"es/lluvia.txt"});
        CHECK(it.found("path:es*", mode).size() == 2);
        CHECK(it.found("title:lamp", mode) == std::vector<std::string>{"en/lamp.md"});
        CHECK(it.found("bretc*", mode).empty());
        CHECK(it.found("brötc*", mode) == std::vector<std::string>{"de/brot.txt"});
        CHECK(it.found("naranjas NEAR/3 pescado", mode) == std::vector<std::string>{"es/mercado.txt"});
        const Outcome wrong = it.asked("\"walk across", mode);
        CHECK(wrong.exit_code == 2);
        CHECK(wrong.out.empty());
    }
}

TEST_CASE("facets count documents by language, and a slip is corrected") {
    const Outcome facets =
        run_eckart({"search", asked_island().index, "lang:en OR lang:ru", "--facets", "language,type", "-n", "1"});
    CHECK(facets.exit_code == 0);
    CHECK((facets.out + facets.err).find("language: en (4), ru (2)") != std::string::npos);

    const Outcome slip = run_eckart({"search", asked_island().index, "lighthuose"});
    CHECK((slip.out + slip.err).find("did you mean: lighthouse") != std::string::npos);
}

TEST_CASE("texts like which documents are wanted, and texts whose concepts are taken away, come from files") {
    const Island& it = asked_island();
    const std::string liked = it.folder.write("liked.txt", "fishermen boats sea shore women baskets catch tide ferry");
    const auto ids = it.found("", "hybrid", {"--more", liked});
    REQUIRE(!ids.empty());
    CHECK(tides.count(ids.front()) == 1);
    const Outcome less = it.asked("school", "latent", {"--less", liked});
    CHECK(less.exit_code == 0);
    CHECK(less.objects().size() > 1);
    CHECK(less.out != it.asked("school", "latent").out);

    const Outcome missing = run_eckart({"search", it.index, "school", "--more", it.folder / "nosuch.txt"});
    CHECK(missing.exit_code == 3);
    CHECK(missing.err.find("nosuch.txt") != std::string::npos);
}
