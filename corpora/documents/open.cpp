#include "corpora/documents/open.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"
#include "corpora/documents/beir.h"
#include "corpora/documents/delimited.h"
#include "corpora/documents/file_text.h"
#include "corpora/documents/mail.h"
#include "corpora/documents/smart.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

bool is_folder(const std::string& path) {
    std::error_code error;
    return std::filesystem::is_directory(path, error);
}

/// The format of a file by its name without compression; empty where the name does not say.
std::string format_by_name(std::string_view path) {
    std::string extension = extension_of(path);
    if (extension == ".gz" || extension == ".zst") {
        path.remove_suffix(extension.size());
        extension = extension_of(path);
    }
    if (extension == ".jsonl" || extension == ".ndjson") return "jsonl";
    if (extension == ".csv" || extension == ".tsv" || extension == ".mbox") return extension.substr(1);
    return {};
}

std::string format_by_bytes(const std::string& path) {
    std::string head;
    read_all(*open_byte_stream(path), 4096, head);
    if (head.empty()) throw InputError(path + ": found an empty file, expected documents");
    const std::string_view text = trimmed(std::string_view(head));
    if (text.size() > 3 && text.substr(0, 3) == ".I " && text[3] >= '0' && text[3] <= '9') return "smart";
    return begins_mbox(text) ? "mbox" : "file";
}

std::string format_of(const std::string& source, const OpenOptions& options) {
    if (options.format != "auto") return options.format;
    if (source == "-") return "jsonl";
    if (is_folder(source)) return is_beir_folder(source) ? "beir" : "folder";
    std::string format = format_by_name(source);
    const std::string seen = format_by_bytes(source);
    return format.empty() ? seen : format;
}

void require_no_columns(const std::string& source, const std::string& format, const ColumnOptions& columns) {
    if (columns.id.empty() && columns.title.empty() && columns.text.empty() && columns.date.empty() &&
        columns.sender.empty()) {
        return;
    }
    throw UsageError(source + " is read as " + format +
                     ", which has no columns; name columns for CSV, TSV and JSON lines only");
}

void add_prefix(const std::string& prefix, Document& document) {
    if (prefix.empty()) return;
    document.id.insert(0, prefix);
    document.folder.insert(0, prefix);
    if (document.folder.back() == '/') document.folder.pop_back();
}

class CombinedReader : public DocumentReader {
  public:
    CombinedReader(std::vector<std::unique_ptr<DocumentReader>> readers, std::vector<std::string> prefixes)
        : readers_(std::move(readers)), prefixes_(std::move(prefixes)) {}

    bool next(Document& document) override {
        for (; current_ < readers_.size(); ++current_) {
            const bool found = readers_[current_]->next(document);
            sum_up();
            if (!found) continue;
            add_prefix(prefixes_[current_], document);
            return true;
        }
        return false;
    }
    const ReadReport& report() const override { return report_; }
    double fraction_done() const override {
        if (current_ == readers_.size()) return 1;
        const double within = std::max(0.0, readers_[current_]->fraction_done());
        return (static_cast<double>(current_) + within) / static_cast<double>(readers_.size());
    }

  private:
    /// The finished readers' counts stay in finished_, so that a document costs one small report, not all of them.
    void sum_up() {
        const ReadReport& now = readers_[current_]->report();
        if (current_ != summed_) {
            finished_ = report_;
            summed_ = current_;
        }
        report_.documents = finished_.documents + now.documents;
        report_.bytes = finished_.bytes + now.bytes;
        report_.skipped = finished_.skipped;
        for (const auto& [kind, count] : now.skipped) report_.skipped[kind] += count;
        report_.first_problem = finished_.first_problem.empty() ? now.first_problem : finished_.first_problem;
    }

    std::vector<std::unique_ptr<DocumentReader>> readers_;
    std::vector<std::string> prefixes_;
    std::size_t current_ = 0;
    std::size_t summed_ = 0;
    ReadReport finished_;
    ReadReport report_;
};

/// The last part of a source's path, whether or not a slash ends it.
std::string name_of(std::string source) {
    while (source.size() > 1 && source.back() == '/') source.pop_back();
    if (source == "." || source == "..") source = std::filesystem::weakly_canonical(source).string();
    return std::string(base_name(source));
}

}  // namespace

const std::vector<std::string>& source_formats() {
    static const std::vector<std::string> formats = {"folder", "file", "beir", "smart", "jsonl", "csv", "tsv", "mbox"};
    return formats;
}

std::unique_ptr<DocumentReader> open_documents(const std::string& source, const OpenOptions& options) {
    const std::string format = format_of(source, options);
    if (format == "folder" || format == "file" || format == "smart" || format == "mbox") {
        require_no_columns(source, format, options.columns);
    }
    if (format == "folder") return read_folder(source, options.folder);
    if (format == "file") return read_single_file(source, options.folder);
    if (format == "beir") return read_beir(source, options.columns);
    const auto stream = [&source] { return open_byte_stream(source); };
    if (format == "smart") return read_smart(stream(), options.columns.most_record_bytes);
    if (format == "jsonl") return read_jsonl(stream(), options.columns);
    if (format == "csv") return read_delimited(stream(), TableForm::csv, options.columns);
    if (format == "tsv") return read_delimited(stream(), TableForm::tsv, options.columns);
    if (format == "mbox") return read_mbox(stream());
    throw UsageError("found the format " + in_quotes(format) +
                     ", expected auto, folder, file, beir, smart, jsonl, csv, tsv or mbox");
}

std::unique_ptr<DocumentReader> open_documents(const std::vector<std::string>& sources, const OpenOptions& options) {
    std::vector<std::unique_ptr<DocumentReader>> readers;
    std::vector<bool> holds_many;
    std::set<std::string> names;
    for (const std::string& source : sources) {
        const OpenOptions known = {format_of(source, options), options.columns, options.folder};
        readers.push_back(open_documents(source, known));
        holds_many.push_back(known.format != "file");
        names.insert(name_of(source));
    }
    const bool distinct = names.size() == sources.size();
    const bool ids_may_clash = std::count(holds_many.begin(), holds_many.end(), true) > 1 || !distinct;
    std::vector<std::string> prefixes(sources.size());
    for (std::size_t i = 0; ids_may_clash && i < sources.size(); ++i) {
        if (holds_many[i] || !distinct) prefixes[i] = (distinct ? name_of(sources[i]) : sources[i]) + "/";
    }
    return combined(std::move(readers), std::move(prefixes));
}

std::unique_ptr<DocumentReader> combined(std::vector<std::unique_ptr<DocumentReader>> readers,
                                         std::vector<std::string> prefixes) {
    if (readers.size() != prefixes.size()) throw UsageError("combined readers need one prefix each");
    return std::make_unique<CombinedReader>(std::move(readers), std::move(prefixes));
}

}  // namespace eckart::corpora
