#include "corpora/ratings/open_ratings.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/bytes/peeked_stream.h"
#include "corpora/ratings/interaction_lists.h"
#include "corpora/ratings/netflix.h"
#include "corpora/ratings/rating_folder.h"
#include "corpora/ratings/rating_table.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

/// A reader that ends without a rating has read something else.
class NonEmptyReader : public RatingReader {
  public:
    explicit NonEmptyReader(std::unique_ptr<RatingReader> reader, std::string source)
        : reader_(std::move(reader)), source_(std::move(source)) {}

    bool next(Rating& rating) override {
        const bool found = reader_->next(rating);
        if (!found && !any_) throw InputError(source_ + ": found no ratings, expected some");
        any_ = true;
        return found;
    }
    const std::string& name() const override { return reader_->name(); }
    double fraction_done() const override { return reader_->fraction_done(); }

  private:
    std::unique_ptr<RatingReader> reader_;
    std::string source_;
    bool any_ = false;
};

std::unique_ptr<RatingReader> reader_of(std::unique_ptr<ByteStream> stream, const RatingOptions& options) {
    auto peeked = std::make_unique<PeekedStream>(std::move(stream), rating_head_bytes);
    const std::string format =
        options.format == "auto" ? rating_format(peeked->name(), peeked->head()) : options.format;
    if (format == "jsonl") return read_rating_jsonl(std::move(peeked), options.columns, options.most_record_bytes);
    const bool has_columns = format == "csv" || format == "tsv" || format == "colons" || format == "triples";
    if (has_columns) {
        const RowForm form = rating_row_form(format, peeked->head());
        return read_rating_table(std::move(peeked), form, options.columns, options.most_record_bytes);
    }
    if (options.columns != RatingColumns()) {
        throw UsageError(peeked->name() + ": found the format " + format +
                         ", expected one with columns that have names");
    }
    if (format == "netflix") return read_netflix(std::move(peeked), options.most_record_bytes);
    if (format == "lists") return read_interaction_lists(std::move(peeked), options.most_record_bytes);
    return read_libsvm(std::move(peeked), options.most_record_bytes);
}

/// One file after the other, each opened when its turn comes.
class FilesReader : public RatingReader {
  public:
    FilesReader(std::vector<std::string> paths, RatingOptions options)
        : paths_(std::move(paths)), options_(std::move(options)) {}

    bool next(Rating& rating) override {
        for (;;) {
            if (reader_ != nullptr && reader_->next(rating)) return true;
            if (opened_ == paths_.size()) return false;
            reader_ = reader_of(open_byte_stream(paths_[opened_++]), options_);
        }
    }
    const std::string& name() const override { return paths_[opened_ == 0 ? 0 : opened_ - 1]; }
    double fraction_done() const override {
        if (reader_ == nullptr) return 0;
        const double within = std::max(0.0, reader_->fraction_done());
        return (static_cast<double>(opened_ - 1) + within) / static_cast<double>(paths_.size());
    }

  private:
    std::vector<std::string> paths_;
    RatingOptions options_;
    std::size_t opened_ = 0;
    std::unique_ptr<RatingReader> reader_;
};

std::unique_ptr<RatingReader> folder_reader(const std::string& folder, RatingOptions options) {
    RatingFiles files = rating_files(folder);
    if (files.are_netflix && options.format == "auto") options.format = "netflix";
    return std::make_unique<FilesReader>(std::move(files.paths), std::move(options));
}

void require_known_format(const std::string& format) {
    const auto& known = rating_formats();
    if (format == "auto" || std::find(known.begin(), known.end(), format) != known.end()) return;
    std::string all = "auto";
    for (const std::string& name : known) all += (name == known.back() ? " or " : ", ") + name;
    throw UsageError("found the format " + in_quotes(format) + ", expected " + all);
}

}  // namespace

std::unique_ptr<RatingReader> open_ratings(const std::string& source, const RatingOptions& options) {
    require_known_format(options.format);
    std::error_code error;
    const bool is_folder = source != "-" && std::filesystem::is_directory(source, error);
    auto reader = is_folder ? folder_reader(source, options) : reader_of(open_byte_stream(source), options);
    return std::make_unique<NonEmptyReader>(std::move(reader), source == "-" ? "standard input" : source);
}

std::unique_ptr<RatingReader> read_ratings(std::unique_ptr<ByteStream> stream, const RatingOptions& options) {
    require_known_format(options.format);
    const std::string name = stream->name();
    return std::make_unique<NonEmptyReader>(reader_of(std::move(stream), options), name);
}

}  // namespace eckart::corpora
