#include "tools/cli/terminal/hits.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace eckart::tools {
namespace {

constexpr std::size_t snippet_width = 200;
constexpr std::size_t terms_shown = 8;
constexpr const char* bold = "\x1b[1m";
constexpr const char* plain = "\x1b[0m";

std::string emphasised(const text::Snippet& snippet, bool styled) {
    if (!styled) return printable(snippet.text);
    std::string text;
    std::size_t at = 0;
    const std::string clean = printable(snippet.text);
    for (const auto& [begin, end] : snippet.matches) {
        text += clean.substr(at, begin - at) + bold + clean.substr(begin, end - begin) + plain;
        at = end;
    }
    return text + clean.substr(at);
}

std::string reason_text(const text::Explanation& reason) {
    std::string text = fmt::format("why: lexical {:.4f} + latent {:.4f} (weight of latent {:.2f})", reason.lexical,
                                   reason.latent, reason.latent_weight);
    for (std::size_t i = 0; i < std::min(terms_shown, reason.terms.size()); ++i) {
        const auto& term = reason.terms[i];
        text += fmt::format("{} {} {:.4f}", i == 0 ? ":" : ",", printable(term.term), term.lexical + term.latent);
    }
    if (reason.feedback != 0) text += fmt::format("; like the leading documents {:.4f}", reason.feedback);
    return text;
}

nlohmann::ordered_json reason_object(const text::Explanation& reason) {
    nlohmann::ordered_json terms = nlohmann::ordered_json::array();
    for (const auto& term : reason.terms) {
        terms.push_back({{"term", term.term}, {"lexical", term.lexical}, {"latent", term.latent}});
    }
    return {{"score", reason.score},       {"lexical", reason.lexical},
            {"latent", reason.latent},     {"latent_weight", reason.latent_weight},
            {"feedback", reason.feedback}, {"terms", terms}};
}

void print_object(Session& session, const text::Index& index, const text::Hit& hit, std::size_t rank,
                  const HitDetails& details) {
    nlohmann::ordered_json object;
    if (!details.query_id.empty()) object["query"] = details.query_id;
    object["rank"] = rank;
    object["document"] = hit.document;
    object["title"] = hit.title;
    object["score"] = hit.score;
    if (!details.query.empty()) {
        object["snippet"] = index.snippet(hit, details.query, snippet_width).text;
        if (details.why) object["why"] = reason_object(index.explain(hit, details.query, details.options));
    }
    session.out.object(object);
}

void print_paragraph(Session& session, const text::Index& index, const text::Hit& hit, std::size_t rank,
                     const HitDetails& details) {
    Output& out = session.out;
    std::string head = fmt::format("{:>3}  {:.4f}  {}", rank, hit.score, printable(hit.document));
    if (!hit.title.empty() && hit.title != hit.document) head += "  " + printable(hit.title);
    out.line(cut_to(head, out.columns()));
    if (details.query.empty()) return;
    const text::Snippet snippet = index.snippet(hit, details.query, snippet_width);
    if (!snippet.text.empty()) out.line("     " + emphasised(snippet, out.styled()));
    if (details.why) out.line("     " + reason_text(index.explain(hit, details.query, details.options)));
}

}  // namespace

void print_hits(Session& session, const text::Index& index, const std::vector<text::Hit>& hits,
                const HitDetails& details) {
    const auto print = session.common.json ? print_object : print_paragraph;
    for (std::size_t i = 0; i < hits.size(); ++i) print(session, index, hits[i], i + 1, details);
    if (hits.empty()) session.note("no document matches");
}

}  // namespace eckart::tools
