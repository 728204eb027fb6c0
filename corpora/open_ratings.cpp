#include "corpora/open_ratings.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "corpora/interaction_lists.h"
#include "corpora/netflix.h"
#include "corpora/rating_table.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

namespace fs = std::filesystem;

/// A stream whose first bytes can be looked at before it is read.
class PeekedStream : public ByteStream {
  public:
    explicit PeekedStream(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {
        head_.resize(rating_head_bytes);
        std::size_t size = 0;
        while (size < head_.size()) {
            const std::size_t count = stream_->read(std::span(head_).subspan(size));
            if (count == 0) break;
            size += count;
        }
        head_.resize(size);
    }

    std::string_view head() const { return head_; }

    std::size_t read(std::span<char> buffer) override {
        if (done_ == head_.size()) return stream_->read(buffer);
        const std::size_t count = std::string_view(head_).substr(done_).copy(buffer.data(), buffer.size());
        done_ += count;
        return count;
    }
    const std::string& name() const override { return stream_->name(); }
    double fraction_done() const override { return stream_->fraction_done(); }

  private:
    std::unique_ptr<ByteStream> stream_;
    std::string head_;
    std::size_t done_ = 0;  ///< bytes of head_ that were read
};

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
    auto peeked = std::make_unique<PeekedStream>(std::move(stream));
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

constexpr std::array<std::string_view, 3> compressions = {"", ".gz", ".zst"};

bool is_file(const fs::path& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

std::optional<std::string> file_in(const std::string& folder, std::string_view name) {
    for (const std::string_view compression : compressions) {
        const fs::path path = fs::path(folder) / (std::string(name) + std::string(compression));
        if (is_file(path)) return path.string();
    }
    return std::nullopt;
}

/// The files "<prefix>*.txt" of a folder by name, of which there are none if the folder is none.
std::vector<std::string> netflix_files(const fs::path& folder, std::string_view prefix) {
    std::vector<std::string> paths;
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        const bool is_text = std::any_of(compressions.begin(), compressions.end(), [&name](std::string_view ending) {
            return name.ends_with(".txt" + std::string(ending));
        });
        if (name.starts_with(prefix) && is_text && is_file(entry->path())) paths.push_back(entry->path().string());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::unique_ptr<RatingReader> folder_reader(const std::string& folder, RatingOptions options) {
    for (const char* name :
         {"u.data", "ratings.dat", "ratings.csv", "ratings_notime.dat", "ratings.tsv", "ratings.jsonl"}) {
        if (const auto path = file_in(folder, name)) return reader_of(open_byte_stream(*path), options);
    }
    std::vector<std::string> paths = netflix_files(folder, "combined_data_");
    if (paths.empty()) paths = netflix_files(folder, "mv_");
    if (paths.empty()) paths = netflix_files(fs::path(folder) / "training_set", "mv_");
    if (paths.empty()) {
        throw InputError(folder +
                         ": found none of u.data, ratings.dat, ratings.csv, combined_data_*.txt and mv_*.txt, " +
                         "expected a MovieLens or Netflix folder, or the path of a file");
    }
    if (options.format == "auto") options.format = "netflix";
    return std::make_unique<FilesReader>(std::move(paths), std::move(options));
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
    const bool is_folder = source != "-" && fs::is_directory(source, error);
    auto reader = is_folder ? folder_reader(source, options) : reader_of(open_byte_stream(source), options);
    return std::make_unique<NonEmptyReader>(std::move(reader), source == "-" ? "standard input" : source);
}

std::unique_ptr<RatingReader> read_ratings(std::unique_ptr<ByteStream> stream, const RatingOptions& options) {
    require_known_format(options.format);
    const std::string name = stream->name();
    return std::make_unique<NonEmptyReader>(reader_of(std::move(stream), options), name);
}

}  // namespace eckart::corpora
