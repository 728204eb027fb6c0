#include "text/query/similar_forms.h"

#include <algorithm>
#include <string>

// Notation: w is the word, f the form, D_ij the distance of the first i letters of f and the first j of w,
//
//     D_ij = min(D_{i-1,j-1} + [f_i != w_j],  D_{i-1,j} + 1,  D_{i,j-1} + 1,
//                D_{i-2,j-2} + 1  if f_i = w_{j-1} and f_{i-1} = w_j)
//
// (Oommen and Loke, "Pattern recognition of strings with substitutions, insertions, deletions and generalized
// transpositions", Pattern Recognition 30, 1997, call it the optimal string alignment.) Row i depends on f_1 .. f_i
// alone, so forms with a common beginning share rows; and if all of row i is above a bound, so are all later rows.

namespace eckart::text {
namespace {

/// One letter of a text, and where it ends.
struct Letter {
    std::uint32_t code;
    std::size_t end;
};

Letter letter_at(std::string_view text, std::size_t begin) {
    std::uint32_t code = static_cast<unsigned char>(text[begin]);
    std::size_t end = begin + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) {
        code = code << 8 | static_cast<unsigned char>(text[end++]);
    }
    return {code, end};
}

std::vector<std::uint32_t> letters_of(std::string_view text) {
    std::vector<std::uint32_t> letters;
    for (std::size_t at = 0; at < text.size();) {
        const Letter letter = letter_at(text, at);
        letters.push_back(letter.code);
        at = letter.end;
    }
    return letters;
}

/// The rows for the letters of one form after the other.
class Walk {
  public:
    Walk(std::string_view word, int most) : word_(letters_of(word)), most_(most), rows_(1) {
        for (std::size_t j = 0; j <= word_.size(); ++j) rows_[0].push_back(static_cast<int>(j));
    }

    /// Goes to `form`; false where its first `prefix()` bytes are too far from the word already.
    bool go_to(std::string_view form) {
        const std::size_t common = static_cast<std::size_t>(
            std::mismatch(form.begin(), form.end(), path_.begin(), path_.end()).first - form.begin());
        while (!ends_.empty() && ends_.back() > common) {
            ends_.pop_back();
            letters_.pop_back();
            rows_.pop_back();
        }
        path_ = form;
        for (std::size_t at = ends_.empty() ? 0 : ends_.back(); at < form.size();) {
            const Letter letter = letter_at(form, at);
            at = letter.end;
            ends_.push_back(at);
            letters_.push_back(letter.code);
            append_row();
            if (*std::min_element(rows_.back().begin(), rows_.back().end()) > most_) return false;
        }
        return true;
    }

    std::size_t prefix() const { return ends_.back(); }
    int distance() const { return rows_.back().back(); }

  private:
    void append_row() {
        const std::size_t i = letters_.size();
        std::vector<int> row(word_.size() + 1);
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j < row.size(); ++j) {
            const bool same = letters_[i - 1] == word_[j - 1];
            row[j] = std::min({rows_[i - 1][j - 1] + (same ? 0 : 1), rows_[i - 1][j] + 1, row[j - 1] + 1});
            const bool exchanged = i > 1 && j > 1 && letters_[i - 1] == word_[j - 2] && letters_[i - 2] == word_[j - 1];
            if (exchanged) row[j] = std::min(row[j], rows_[i - 2][j - 2] + 1);
        }
        rows_.push_back(std::move(row));
    }

    std::vector<std::uint32_t> word_;
    int most_;
    std::string_view path_;               // the form, up to letter i at ends_[i - 1]
    std::vector<std::uint32_t> letters_;  // f_1 .. f_i
    std::vector<std::size_t> ends_;
    std::vector<std::vector<int>> rows_;  // D_0 .. D_i
};

}  // namespace

int usual_distance(std::size_t letters) {
    return letters <= 2 ? 0 : letters <= 5 ? 1 : 2;
}

std::size_t count_letters(std::string_view text) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

std::vector<SimilarForm> similar_forms(const Vocabulary& forms, std::string_view word, int most) {
    std::vector<SimilarForm> found;
    Walk walk(word, most);
    for (std::int32_t form = 0; form < forms.size();) {
        const std::string_view text = forms.term(form);
        if (!walk.go_to(text)) {
            form = end_of_prefix(forms, text.substr(0, walk.prefix()));
            continue;
        }
        if (walk.distance() <= most) found.push_back({form, walk.distance()});
        ++form;
    }
    return found;
}

std::int32_t first_not_before(const Vocabulary& forms, std::string_view text) {
    std::int32_t low = 0, high = forms.size();
    while (low < high) {
        const std::int32_t middle = low + (high - low) / 2;
        if (forms.term(middle) < text) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

std::int32_t end_of_prefix(const Vocabulary& forms, std::string_view prefix) {
    return first_not_before(forms, std::string(prefix) + '\xFF');  // a byte that no UTF-8 has
}

}  // namespace eckart::text
