#include "tools/cli/terminal/factor_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

Json end_object(const text::FactorEnd& end) {
    Json terms = Json::array(), documents = Json::array();
    for (const auto& one : end.terms) terms.push_back({{"term", one.term}, {"word", one.word}, {"weight", one.weight}});
    for (const auto& one : end.documents) {
        documents.push_back({{"document", one.document}, {"title", one.title}, {"weight", one.weight}});
    }
    return {{"terms", terms}, {"documents", documents}};
}

void print_end(Output& out, const text::FactorEnd& end) {
    std::string terms, documents;
    for (const auto& one : end.terms) {
        terms += fmt::format("{}{} {:+.2f}", terms.empty() ? "" : ", ", printable(one.word), one.weight);
    }
    for (const auto& one : end.documents) {
        documents += fmt::format("{}{} {:+.2f}", documents.empty() ? "" : ", ", printable(one.document), one.weight);
    }
    if (!terms.empty()) out.line(cut_to("     " + terms, out.columns()));
    if (!documents.empty()) out.line(cut_to("       in " + documents, out.columns()));
}

}  // namespace

void print_factors(Session& session, const std::vector<text::FactorCard>& cards) {
    for (const text::FactorCard& card : cards) {
        if (session.common.json) {
            session.out.object({{"factor", card.factor},
                                {"singular_value", card.singular_value},
                                {"energy", card.energy},
                                {"positive", end_object(card.positive)},
                                {"negative", end_object(card.negative)}});
            continue;
        }
        session.out.line(fmt::format("{:>3}  singular value {:.4g}, {:.1f}% of the energy", card.factor,
                                     card.singular_value, 100 * card.energy));
        print_end(session.out, card.positive);
        print_end(session.out, card.negative);
    }
}

}  // namespace eckart::tools
