#include "corpora/documents/smart.h"

#include <string_view>
#include <utility>

#include "engine/support/memory_budget.h"

namespace eckart::corpora {
namespace {

bool begins_record(std::string_view line) {
    return line.substr(0, 2) == ".I" && (line.size() == 2 || line[2] == ' ' || line[2] == '\t');
}

/// The letter of a line that begins a field; 0 for a line of text.
char field_letter(std::string_view line) {
    if (line.size() < 2 || line[0] != '.' || line[1] < 'A' || line[1] > 'Z') return 0;
    return trimmed(line.substr(2)).empty() ? line[1] : '\0';
}

std::string without_leading_zeros(std::string_view number) {
    const std::size_t first = number.find_first_not_of('0');
    return std::string(number.substr(first == std::string_view::npos ? number.size() - 1 : first));
}

void append(std::string& text, std::string_view line, char separator) {
    if (!text.empty()) text += separator;
    text += line;
}

class SmartReader : public DocumentReader {
  public:
    SmartReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes)
        : lines_(std::move(stream), most_bytes), path_(absolute_path(lines_.name())), most_bytes_(most_bytes) {}

    bool next(Document& document) override {
        if (!began_ && !find_first_record()) return false;
        if (id_.empty()) return false;
        document.id = std::move(id_);
        id_.clear();
        document.title.clear();
        document.text.clear();
        clear_fields(document);
        document.path = path_;
        document.type = "smart";
        read_fields(document);
        count_document(report_, document);
        return true;
    }
    const ReadReport& report() const override { return report_; }
    double fraction_done() const override { return lines_.fraction_done(); }

  private:
    bool find_first_record() {
        began_ = true;
        std::string_view line;
        while (lines_.next(line)) {
            if (begins_record(line)) return begin_record(line);
            if (!trimmed(line).empty()) lines_.fail("found " + in_quotes(line) + ", expected .I and a number");
        }
        return false;
    }

    bool begin_record(std::string_view line) {
        const std::string_view id = trimmed(line.substr(2));
        if (id.empty()) lines_.fail("found .I without a number, expected one");
        id_ = without_leading_zeros(id);
        return true;
    }

    /// Reads up to the next record, whose id it leaves in id_.
    void read_fields(Document& document) {
        char field = 0;
        std::string_view line;
        while (lines_.next(line)) {
            if (begins_record(line)) {
                begin_record(line);
                return;
            }
            if (const char letter = field_letter(line)) {
                field = letter;
            } else if (field == 0 && !trimmed(line).empty()) {
                lines_.fail("found " + in_quotes(line) + ", expected a field such as .T or .W");
            } else if (field == 'T') {
                append(document.title, trimmed(line), ' ');
            } else if (field == 'W') {
                append(document.text, line, '\n');
            }
            if (document.text.size() + document.title.size() > most_bytes_) {
                lines_.fail("found a document of more than " + readable_bytes(most_bytes_) + ", expected shorter ones");
            }
        }
    }

    LineReader lines_;
    std::string path_;
    std::size_t most_bytes_;
    ReadReport report_;
    bool began_ = false;
    std::string id_;  ///< of the record that comes next; empty at the end
};

}  // namespace

std::unique_ptr<DocumentReader> read_smart(std::unique_ptr<ByteStream> stream, std::size_t most_record_bytes) {
    return std::make_unique<SmartReader>(std::move(stream), most_record_bytes);
}

std::vector<Query> read_smart_queries(std::unique_ptr<ByteStream> stream, SmartQueryIds ids) {
    const auto reader = read_smart(std::move(stream));
    std::vector<Query> queries;
    Document document;
    while (reader->next(document)) {
        std::string id = ids == SmartQueryIds::by_position ? std::to_string(queries.size() + 1) : document.id;
        append(document.title, document.text, '\n');
        queries.push_back({std::move(id), std::move(document.title)});
    }
    return queries;
}

}  // namespace eckart::corpora
