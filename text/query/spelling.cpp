#include "text/query/spelling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "text/query/similar_forms.h"

namespace eckart::text {
namespace {

constexpr double cost_weight = 4;
constexpr double context_weight = 6;
constexpr double certainty = 2;           // by which a correction rates above a word that the index has
constexpr std::size_t least_letters = 3;  // of a word that is corrected
constexpr std::size_t most_candidates = 60;
constexpr std::size_t most_tokens = 32;  // a longer query is a text, not something that was typed
constexpr double common_share = 0.2;     // of the documents: a word in more of them says nothing of a word beside it
constexpr double wrong_first_letter = 0.5;
constexpr double usual_cost = 1;
constexpr double slip_cost = 0.7;
constexpr double doubled_cost = 0.6;

/// The letters of a keyboard, row by row; each row begins half a key further right.
constexpr std::array<std::string_view, 3> keyboard = {"qwertyuiop", "asdfghjkl", "zxcvbnm"};

bool are_neighbors(char a, char b) {
    for (std::size_t row = 0; row < keyboard.size(); ++row) {
        const std::size_t at = keyboard[row].find(a);
        if (at == std::string_view::npos) continue;
        const auto is_at = [&](std::size_t other_row, std::size_t column) {
            return other_row < keyboard.size() && column < keyboard[other_row].size() &&
                   keyboard[other_row][column] == b;
        };
        return is_at(row, at + 1) || (at > 0 && is_at(row, at - 1)) || is_at(row + 1, at) ||
               (at > 0 && is_at(row + 1, at - 1)) || (row > 0 && (is_at(row - 1, at) || is_at(row - 1, at + 1)));
    }
    return false;
}

bool is_vowel(char c) {
    return std::string_view("aeiouy").find(c) != std::string_view::npos;
}

double replacement_cost(char typed, char meant) {
    if (typed == meant) return 0;
    return are_neighbors(typed, meant) || (is_vowel(typed) && is_vowel(meant)) ? slip_cost : usual_cost;
}

/// What a letter costs that is in one word only, at `i`.
double single_cost(std::string_view word, std::size_t i) {
    const bool doubled = (i > 0 && word[i - 1] == word[i]) || (i + 1 < word.size() && word[i + 1] == word[i]);
    return doubled ? doubled_cost : usual_cost;
}

double log_df(const IndexWords& words, std::int32_t form) {
    return std::log(static_cast<double>(FormCursor(words.places.postings, form).size()));
}

/// A form that may have been meant.
struct Candidate {
    double rating;
    std::int32_t form;
};

/// The words of a query with their documents, for looking at what is written together.
class Context {
  public:
    Context(const IndexWords& words, const std::vector<std::string>& tokens) : words_(words) {
        for (const std::string& token : tokens) {
            const FormChoices forms = forms_of(words, token, WordMatch::unmarked);
            forms_.push_back(forms.empty() ? -1 : most_frequent(words, forms, 1)[0].form);
        }
    }

    /// The form of a word as it was typed, or -1.
    std::int32_t form(std::size_t token) const { return forms_[token]; }

    /// The share of idf of the other words than `token`, by document; empty if they say nothing.
    std::vector<float> shares_beside(std::size_t token) const {
        const auto documents = static_cast<double>(words_.places.postings.rows);
        std::vector<float> shares;
        double sum = 0;
        for (std::size_t i = 0; i < forms_.size(); ++i) {
            if (i == token || forms_[i] < 0) continue;
            FormCursor at(words_.places.postings, forms_[i]);
            if (at.size() > common_share * documents) continue;
            const double idf = std::log(documents / at.size());
            shares.resize(static_cast<std::size_t>(words_.places.postings.rows));
            for (; !at.at_end(); at.next()) shares[static_cast<std::size_t>(at.document())] += static_cast<float>(idf);
            sum += idf;
        }
        for (float& share : shares) share /= static_cast<float>(sum);
        return shares;
    }

  private:
    const IndexWords& words_;
    std::vector<std::int32_t> forms_;
};

double largest_share(const IndexWords& words, std::int32_t form, const std::vector<float>& shares) {
    float largest = 0;
    if (shares.empty()) return 0;
    for (FormCursor at(words.places.postings, form); !at.at_end(); at.next()) {
        largest = std::max(largest, shares[static_cast<std::size_t>(at.document())]);
    }
    return static_cast<double>(largest);
}

/// The forms near to `word`, itself left out, that rate best before their context is looked at.
std::vector<Candidate> near_candidates(const IndexWords& words, std::string_view word, std::int32_t own) {
    std::vector<Candidate> candidates;
    for (const SimilarForm& near : similar_forms(words.forms(), word, usual_distance(count_letters(word)))) {
        if (near.form == own) continue;
        const double cost = typing_cost(word, words.forms().term(near.form));
        candidates.push_back({log_df(words, near.form) - cost_weight * cost, near.form});
    }
    const std::size_t count = std::min(candidates.size(), most_candidates);
    std::partial_sort(candidates.begin(), candidates.begin() + static_cast<std::ptrdiff_t>(count), candidates.end(),
                      [](const Candidate& a, const Candidate& b) {
                          return a.rating > b.rating || (a.rating == b.rating && a.form < b.form);
                      });
    candidates.resize(count);
    return candidates;
}

}  // namespace

double typing_cost(std::string_view typed, std::string_view meant) {
    std::vector<std::vector<double>> cost(typed.size() + 1, std::vector<double>(meant.size() + 1, 0));
    for (std::size_t i = 1; i <= typed.size(); ++i) cost[i][0] = cost[i - 1][0] + single_cost(typed, i - 1);
    for (std::size_t j = 1; j <= meant.size(); ++j) cost[0][j] = cost[0][j - 1] + single_cost(meant, j - 1);
    for (std::size_t i = 1; i <= typed.size(); ++i) {
        for (std::size_t j = 1; j <= meant.size(); ++j) {
            cost[i][j] =
                std::min({cost[i - 1][j - 1] + replacement_cost(typed[i - 1], meant[j - 1]),
                          cost[i - 1][j] + single_cost(typed, i - 1), cost[i][j - 1] + single_cost(meant, j - 1)});
            const bool exchanged = i > 1 && j > 1 && typed[i - 1] == meant[j - 2] && typed[i - 2] == meant[j - 1];
            if (exchanged) cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + slip_cost);
        }
    }
    const bool first = !typed.empty() && !meant.empty() && typed[0] != meant[0];
    return cost.back().back() + (first ? wrong_first_letter : 0);
}

std::vector<Correction> corrections(const IndexWords& words, const std::vector<std::string>& tokens) {
    std::vector<Correction> found;
    if (tokens.size() > most_tokens) return found;
    const Context context(words, tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (count_letters(tokens[i]) < least_letters) continue;
        const std::int32_t own = context.form(i);
        if (own < 0 && documents_of(words, tokens[i], WordMatch::related).count() > 0) continue;  // in another form
        std::vector<Candidate> candidates = near_candidates(words, tokens[i], own);
        if (candidates.empty()) continue;
        const std::vector<float> shares = context.shares_beside(i);
        const auto rated = [&](double rating, std::int32_t form) {
            return rating + context_weight * largest_share(words, form, shares);
        };
        double best = own < 0 ? -std::numeric_limits<double>::infinity() : rated(log_df(words, own), own) + certainty;
        std::int32_t meant = own;
        for (const Candidate& candidate : candidates) {
            const double rating = rated(candidate.rating, candidate.form);
            if (rating <= best) continue;
            best = rating;
            meant = candidate.form;
        }
        if (meant != own) found.push_back({i, std::string(words.forms().term(meant))});
    }
    return found;
}

}  // namespace eckart::text
