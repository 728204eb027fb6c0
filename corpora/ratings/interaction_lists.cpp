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

    /// Whether the first word is the number of the others.
    bool is_counted() const { return words[0] == std::to_string(words.size() - 1); }
};

class ListReader : public RatingReader {
  public:
    ListReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes)
        : rows_(std::move(stream), RowForm::blanks, most_bytes) {}

    bool next(Rating& rating) override {
        while (at_ >= line_.words.size()) {
            if (!next_line(line_)) return false;
            if (counted_) line_.words[0] = std::to_string(line_.number);
            at_ = 1;
        }
        rating = {line_.words[0], line_.words[at_++]};
        return true;
    }
    const std::string& name() const override { return rows_.name(); }
    double fraction_done() const override { return rows_.fraction_done(); }

  private:
    /// Looks at the first lines, to tell users from counts, and gives them again.
    bool next_line(ListLine& line) {
        if (!looked_) look_ahead();
        if (first_.empty()) return read_line(line);
        line = std::move(first_.front());
        first_.pop_front();
        return true;
    }

    void look_ahead() {
        looked_ = true;
        std::set<std::string> counts;
        for (ListLine line; first_.size() < looked_at && read_line(line);) {
            const bool may_be_count = line.is_counted();
            counts.insert(line.words[0]);
            first_.push_back(std::move(line));
            if (!may_be_count) return;
        }
        counted_ = counts.size() < first_.size();  // a user has one line, and lists of one length are many
    }

    bool read_line(ListLine& line) {
        if (!rows_.next(fields_)) return false;
        rows_.require_unmarked(fields_[0]);
        line.number = rows_.line_number();
        line.words.assign(fields_.begin(), fields_.end());
        return true;
    }

    static constexpr std::size_t looked_at = 100;

    RowReader rows_;
    std::vector<std::string_view> fields_;
    std::deque<ListLine> first_;  ///< read and not given yet
    bool looked_ = false;
    bool counted_ = false;
    ListLine line_ = {};
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

bool is_libsvm_entry(std::string_view word) {
    return libsvm_entry(word).has_value();
}

}  // namespace eckart::corpora
