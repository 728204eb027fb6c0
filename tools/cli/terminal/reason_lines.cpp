#include "tools/cli/terminal/reason_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "tools/cli/terminal/output.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_words = 4;    // of the query that have a line of their own
constexpr std::size_t most_through = 3;  // words of the document named for each
constexpr std::size_t most_factors = 2;
constexpr double least_share = 0.01;  // of the score, or of what it is a part of: what is less is not named

std::string percent(double part, double whole) {
    return fmt::format("{:.0f}%", 100 * part / whole);
}

/// " through car 41%, engine 21%", the shares being those of `whole`.
std::string through_text(const std::vector<text::ThroughTerm>& parts, double whole) {
    std::string text;
    for (std::size_t i = 0; i < std::min(parts.size(), most_through); ++i) {
        if (!(parts[i].latent / whole >= least_share)) break;
        text += fmt::format("{} {} {}", text.empty() ? " through" : ",", printable(parts[i].word),
                            percent(parts[i].latent, whole));
    }
    return text;
}

/// Whether a part is worth a word beside the score.
bool counts(double part, const text::Explanation& reason) {
    return part != 0 && std::abs(part) >= least_share * std::abs(reason.score);
}

/// "knife 0.5214: words 0.3010, meaning 0.2204 through knife 62%".
std::string word_text(const text::TermContribution& word, const text::Explanation& reason) {
    const std::string head = fmt::format("{} {:.4f}", printable(word.word), word.lexical + word.latent);
    if (word.lexical != 0 && !counts(word.latent, reason)) return head + " by words";
    const std::string through = through_text(word.through, word.latent);
    if (word.lexical == 0) return head + " by meaning" + (through.empty() ? "" : "," + through);
    return fmt::format("{}: words {:.4f}, meaning {:.4f}{}", head, word.lexical, word.latent, through);
}

/// "by factor: 3 (car, engine, tyre) 41%, ...": shares of the latent part.
std::string factors_text(const text::Explanation& reason) {
    std::string text;
    for (std::size_t i = 0; i < std::min(reason.factors.size(), most_factors); ++i) {
        const text::FactorContribution& factor = reason.factors[i];
        std::string words;
        for (std::size_t w = 0; w < std::min(factor.words.size(), most_through); ++w) {
            words += (w > 0 ? ", " : "") + printable(factor.words[w]);
        }
        text += fmt::format("{}{} ({}) {}", text.empty() ? "meaning by factor: " : ", ", factor.factor, words,
                            percent(factor.latent + factor.other, reason.latent));
    }
    return text;
}

Json through_objects(const std::vector<text::ThroughTerm>& parts) {
    Json objects = Json::array();
    for (const auto& part : parts) {
        objects.push_back({{"term", part.term}, {"word", part.word}, {"latent", part.latent}});
    }
    return objects;
}

Json term_objects(const std::vector<text::TermContribution>& terms) {
    Json objects = Json::array();
    for (const auto& term : terms) {
        objects.push_back({{"term", term.term},
                           {"word", term.word},
                           {"lexical", term.lexical},
                           {"latent", term.latent},
                           {"through", through_objects(term.through)}});
    }
    return objects;
}

Json factor_objects(const std::vector<text::FactorContribution>& factors) {
    Json objects = Json::array();
    for (const auto& factor : factors) {
        objects.push_back(
            {{"factor", factor.factor}, {"latent", factor.latent}, {"other", factor.other}, {"words", factor.words}});
    }
    return objects;
}

}  // namespace

std::vector<std::string> reason_lines(const text::Explanation& reason) {
    std::vector<std::string> lines = {fmt::format("why: words {:.4f} + meaning {:.4f} (weight of meaning {:.2f})",
                                                  reason.lexical, reason.latent, reason.latent_weight)};
    double rest = 0;
    std::size_t count = 0;
    for (const text::TermContribution& word : reason.terms) {
        if (word.lexical == 0 && word.latent == 0) continue;
        if (count++ < most_words) {
            lines.push_back("  " + word_text(word, reason));
        } else {
            rest += word.lexical + word.latent;
        }
    }
    if (count > most_words) lines.push_back(fmt::format("  {} more {:.4f}", count - most_words, rest));
    if (counts(reason.likeness, reason)) {
        lines.push_back(fmt::format("  like what was named {:.4f}{}", reason.likeness,
                                    through_text(reason.likeness_through, reason.likeness)));
    }
    if (counts(reason.feedback, reason)) {
        lines.push_back(fmt::format("  like the leading documents {:.4f}{}", reason.feedback,
                                    through_text(reason.feedback_through, reason.feedback)));
    }
    if (counts(reason.latent, reason)) lines.push_back("  " + factors_text(reason));
    return lines;
}

Json reason_object(const text::Explanation& reason) {
    return {{"score", reason.score},
            {"lexical", reason.lexical},
            {"latent", reason.latent},
            {"latent_weight", reason.latent_weight},
            {"likeness", reason.likeness},
            {"feedback", reason.feedback},
            {"terms", term_objects(reason.terms)},
            {"likeness_through", through_objects(reason.likeness_through)},
            {"feedback_through", through_objects(reason.feedback_through)},
            {"factors", factor_objects(reason.factors)}};
}

}  // namespace eckart::tools
