#include "corpora/ratings/interaction_lists.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/rows.h"
#include "corpora/ratings/rating_values.h"

namespace eckart::corpora {
namespace {

/// One line, with words of its own.
struct ListLine {
    std::size_t number;
    std::vector<std::string> words;
};

class ListReader : public RatingReader {
  public:
    ListReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes)
        : rows_(std::move(stream), RowForm::blanks, most_bytes) {}

    bool next(Rating& rating) override {
        if (!looked_) look_ahead();
        while (at_ >= words_.size()) {
            if (!next_line()) return false;
            if (counted_) words_[0] = user_ = std::to_string(number_);
            at_ = 1;
        }
        rating = {words_[0], words_[at_++]};
        return true;
    }
    const std::string& name() const override { return rows_.name(); }
    double fraction_done() const override { return rows_.fraction_done(); }

  private:
    /// The lines that were looked at come first.
    bool next_line() {
        if (first_.empty()) {
            if (!read_line()) return false;
            number_ = rows_.line_number();
            return true;
        }
        line_ = std::move(first_.front());
        first_.pop_front();
        words_.assign(line_.words.begin(), line_.words.end());
        number_ = line_.number;
        return true;
    }

    /// Tells users from counts by the first lines, which it keeps.
    void look_ahead() {
        looked_ = true;
        std::set<std::string_view> different;
        std::size_t held = 0;
        bool all_count = true;
        while (all_count && first_.size() < most_lines && held < most_words && read_line()) {
            all_count = counts_the_others(words_[0], words_.size());
            held += words_.size();
            first_.push_back({rows_.line_number(), {words_.begin(), words_.end()}});
            different.insert(first_.back().words[0]);
        }
        words_.clear();
        counted_ = all_count && different.size() < first_.size();  // no user has two lines
    }

    bool read_line() {
        if (!rows_.next(words_)) return false;
        rows_.require_unmarked(words_[0]);
        return true;
    }

    static constexpr std::size_t most_lines = 100, most_words = 100'000;  // looked at

    RowReader rows_;
    std::deque<ListLine> first_;  ///< read and not given yet
    ListLine line_ = {};          ///< of them, the one that is given
    std::vector<std::string_view> words_;
    std::size_t number_ = 0;  ///< of the line
    std::string user_;        ///< the same as an id
    bool looked_ = false;
    bool counted_ = false;
    std::size_t at_ = 0;  ///< the next item's
};

struct LibsvmEntry {
    std::string_view item;
    float value = 0;
};

std::optional<LibsvmEntry> libsvm_entry(std::string_view word) {
    const std::size_t colon = std::min(word.find_first_not_of("0123456789"), word.size());
    if (colon == 0 || word.substr(colon, 1) != ":") return std::nullopt;
    const auto value = rating_value(word.substr(colon + 1));
    if (!value) return std::nullopt;
    return LibsvmEntry{word.substr(0, colon), *value};
}

class LibsvmReader : public RatingReader {
  public:
    LibsvmReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes)
        : rows_(std::move(stream), RowForm::blanks, most_bytes) {}

    bool next(Rating& rating) override {
        while (at_ == words_.size()) {
            if (!rows_.next(words_)) return false;
            begin_user();
        }
        const std::string_view word = words_[at_++];
        const auto entry = libsvm_entry(word);
        if (!entry)
            rows_.fail("found the entry " + in_quotes(word) + ", expected a whole number, a colon and a number");
        rating = {user_, entry->item, entry->value};
        return true;
    }
    const std::string& name() const override { return rows_.name(); }
    double fraction_done() const override { return rows_.fraction_done(); }

  private:
    void begin_user() {
        const auto is_comment = [](std::string_view word) { return word.front() == '#'; };
        words_.erase(std::find_if(words_.begin(), words_.end(), is_comment), words_.end());
        const bool has_label = !words_.empty() && words_[0].find(':') == std::string_view::npos;
        at_ = has_label ? 1 : 0;
        user_ = std::to_string(rows_.line_number());
    }

    RowReader rows_;
    std::vector<std::string_view> words_;
    std::size_t at_ = 0;  ///< the next entry's
    std::string user_;
};

}  // namespace

std::unique_ptr<RatingReader> read_interaction_lists(std::unique_ptr<ByteStream> stream, std::size_t most_line_bytes) {
    return std::make_unique<ListReader>(std::move(stream), most_line_bytes);
}

std::unique_ptr<RatingReader> read_libsvm(std::unique_ptr<ByteStream> stream, std::size_t most_line_bytes) {
    return std::make_unique<LibsvmReader>(std::move(stream), most_line_bytes);
}

bool counts_the_others(std::string_view first, std::size_t words) {
    return first == std::to_string(words - 1);
}

bool is_libsvm_entry(std::string_view word) {
    return libsvm_entry(word).has_value();
}

}  // namespace eckart::corpora
