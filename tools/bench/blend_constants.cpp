// Chooses the constants of the blend by leaving one collection out at a time: bench_blend FILE. Each line of FILE names
// a collection, what is asked of it, and its files, with blanks between: NAME judged|known INDEX QUERIES JUDGEMENTS.
//
// Prints words, the latent space and the blend side by side, then each choice of constants with its loss, then what
// each collection would have been given if the other collections alone had chosen. The loss of a collection, by its
// differences d to the better of the two parts (to words alone, in MRR, where something known is looked for):
//
//     judged  - mean d  +  2 x what MAP and nDCG@10 are below -.005 and MRR below -.02
//     known   - d / 2   +  2 x what it is below -.005

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "corpora/judgements/judgements.h"
#include "corpora/judgements/queries.h"
#include "engine/metrics/ranking.h"
#include "engine/support/error.h"
#include "engine/support/top_k.h"
#include "text/indexing/self_test.h"
#include "text/ranking/ranker.h"
#include "text/store/open_index.h"

namespace {

using namespace eckart;
using namespace eckart::text;

constexpr std::size_t depth = 1000;

/// MAP, nDCG@10, MRR.
using Measures = std::array<double, 3>;

/// Constants to choose among.
struct Constants {
    HybridOptions hybrid = {};
    double even_ratio = self_test_even_ratio;
    double power = self_test_power;
    std::string name = "as they are";
};

std::vector<Constants> choices() {
    std::vector<Constants> all(1);
    const auto vary = [&](const char* name, std::initializer_list<double> values, auto set) {
        for (const double value : values) {
            Constants constants;
            set(constants, value);
            char text[64];
            std::snprintf(text, sizeof text, "%s %g", name, value);
            constants.name = text;
            all.push_back(constants);
        }
    };
    vary("steepness", {3, 4, 6, 8, 12}, [](Constants& c, double v) { c.hybrid.steepness = v; });
    vary("word for word", {0, .5, .8, .9, 1}, [](Constants& c, double v) { c.hybrid.word_for_word = v; });
    vary("feedback", {0, 2, 4, 8}, [](Constants& c, double v) { c.hybrid.feedback = v; });
    vary("even ratio", {1.1, 1.15, 1.25, 1.3}, [](Constants& c, double v) { c.even_ratio = v; });
    vary("power", {4, 6, 10, 12}, [](Constants& c, double v) { c.power = v; });
    return all;
}

/// A collection with its queries, counted, and what is relevant to each.
struct Collection {
    struct Asked {
        RankedQuery query;
        std::vector<std::int8_t> grades;  ///< of each document
        std::vector<double> judged;       ///< grades
    };

    Collection(std::string given_name, bool is_known, const std::string& index, const std::string& queries,
               const std::string& judgements)
        : name(std::move(given_name)),
          known(is_known),
          open(index),
          saturations(bm25_saturations(open.files().token_counts(), open.manifest().bm25)) {
        ranker.lexical = open.files().lexical(saturations);
        if (open.manifest().rank > 0) ranker.latent.emplace(open.files().latent());
        const auto judged = corpora::read_judgements(judgements);
        const Language language(open.manifest().majority_language);
        for (const auto& query : corpora::read_queries(queries)) {
            const auto found = judged.find(query.id);
            if (found == judged.end()) continue;
            Asked one{ranked_query(ranker, open.counted(analyzed(query.text, language))), {}, {}};
            one.grades.assign(static_cast<std::size_t>(ranker.documents()), 0);
            for (const auto& [document, grade] : found->second) {
                one.judged.push_back(grade);
                const auto row = open.catalog().find(document);
                if (row) one.grades[static_cast<std::size_t>(*row)] = static_cast<std::int8_t>(grade);
            }
            asked.push_back(std::move(one));
        }
    }

    /// The index's weight under other constants: the ratio of its self-test follows from the weight that it stored.
    double weight(const Constants& constants) const {
        const double stored = open.manifest().blend.latent_weight;
        const double ratio = self_test_even_ratio * std::pow(stored / (1 - stored), 1 / self_test_power);
        return 1 / (1 + std::pow(constants.even_ratio / ratio, constants.power));
    }

    Measures measured(Mode mode, const Constants& constants) {
        ranker.hybrid = constants.hybrid;
        ranker.latent_weight = weight(constants);
        Measures sum{};
        for (const Asked& one : asked) {
            const Scores scores = score_documents(ranker, one.query, mode);
            std::vector<double> grades;
            for (const auto& top : top_k<float>(scores.values, depth)) {
                grades.push_back(one.grades[static_cast<std::size_t>(top.index)]);
            }
            const auto relevant =
                std::count_if(one.judged.begin(), one.judged.end(), [](double grade) { return grade > 0; });
            sum[0] += average_precision(grades, relevant);
            sum[1] += ndcg_at(grades, one.judged, 10);
            sum[2] += reciprocal_rank(grades);
        }
        for (double& value : sum) value /= static_cast<double>(asked.size());
        return sum;
    }

    std::string name;
    bool known;
    OpenIndex open;
    std::vector<float> saturations;
    Ranker ranker{{}, {}, 0};
    std::vector<Asked> asked;
};

double loss(bool known, const Measures& words, const Measures& latent, const Measures& blend) {
    const auto below = [](double d, double allowed) { return 2 * std::max(0.0, -d - allowed); };
    if (known) return (words[2] - blend[2]) / 2 + below(blend[2] - words[2], 0.005);
    double sum = 0;
    for (std::size_t m = 0; m < blend.size(); ++m) {
        const double d = blend[m] - std::max(words[m], latent[m]);
        sum += -d / 3 + below(d, m == 2 ? 0.02 : 0.005);
    }
    return sum;
}

/// Of each collection, what each choice gives and costs.
struct Row {
    std::string name;
    std::vector<Measures> blends;
    std::vector<double> losses;
};

Row row_of(Collection& collection, const std::vector<Constants>& constants) {
    Row row{collection.name, {}, {}};
    const Measures words = collection.measured(Mode::lexical, {}), latent = collection.measured(Mode::latent, {});
    for (const Constants& choice : constants) {
        row.blends.push_back(collection.measured(Mode::hybrid, choice));
        row.losses.push_back(loss(collection.known, words, latent, row.blends.back()));
    }
    const Measures& blend = row.blends.front();
    std::printf("%-14s %-6s %5.2f  %.3f %.3f %.3f   %.3f %.3f %.3f   %.3f %.3f %.3f\n", row.name.c_str(),
                collection.known ? "known" : "judged", collection.weight({}), words[0], words[1], words[2], latent[0],
                latent[1], latent[2], blend[0], blend[1], blend[2]);
    return row;
}

/// Mean loss of a choice over the rows, but for one.
double mean_loss(const std::vector<Row>& rows, std::size_t choice, std::size_t left_out) {
    double sum = 0;
    std::size_t count = 0;
    for (std::size_t r = 0; r < rows.size(); ++r) {
        if (r == left_out) continue;
        sum += rows[r].losses[choice];
        ++count;
    }
    return sum / static_cast<double>(std::max<std::size_t>(count, 1));
}

void print_choices(const std::vector<Row>& rows, const std::vector<Constants>& constants) {
    std::printf("\n%-20s %s\n", "constants", "mean loss");
    for (std::size_t c = 0; c < constants.size(); ++c) {
        std::printf("%-20s %9.5f\n", constants[c].name.c_str(), mean_loss(rows, c, rows.size()));
    }
    std::printf("\n%-14s %-20s MAP   nDCG  MRR\n", "left out", "chosen by the others");
    for (std::size_t r = 0; r < rows.size(); ++r) {
        std::size_t best = 0;
        for (std::size_t c = 1; c < constants.size(); ++c) {
            if (mean_loss(rows, c, r) < mean_loss(rows, best, r)) best = c;
        }
        const Measures& blend = rows[r].blends[best];
        std::printf("%-14s %-20s %.3f %.3f %.3f\n", rows[r].name.c_str(), constants[best].name.c_str(), blend[0],
                    blend[1], blend[2]);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "usage: bench_blend FILE\n");
        return 2;
    }
    try {
        std::ifstream file(argv[1]);
        const std::vector<Constants> constants = choices();
        std::vector<Row> rows;
        std::printf("%-14s %-6s weight  words MAP, nDCG@10, MRR  latent            blend\n", "collection", "asked");
        for (std::string name, kind, index, queries, judgements;
             file >> name >> kind >> index >> queries >> judgements;) {
            Collection collection(name, kind == "known", index, queries, judgements);
            rows.push_back(row_of(collection, constants));
        }
        print_choices(rows, constants);
    } catch (const Error& error) {
        std::fprintf(stderr, "bench_blend: %s\n", error.what());
        return 1;
    }
    return 0;
}
