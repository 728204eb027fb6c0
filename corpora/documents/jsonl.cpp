#include "corpora/documents/jsonl.h"

#include <optional>
#include <string_view>
#include <utility>

#include "corpora/bytes/json_lines.h"
#include "corpora/documents/columns.h"
#include "corpora/documents/document_date.h"

namespace eckart::corpora {
namespace {

class JsonlReader : public DocumentReader {
  public:
    JsonlReader(std::unique_ptr<ByteStream> stream, const ColumnOptions& options)
        : lines_(std::move(stream), options.most_record_bytes),
          path_(absolute_path(lines_.name())),
          options_(options) {}

    bool next(Document& document) override {
        if (!lines_.next(members_)) return false;
        fill(document);
        count_document(report_, document);
        return true;
    }
    const ReadReport& report() const override { return report_; }
    double fraction_done() const override { return lines_.fraction_done(); }

  private:
    ColumnPlaces places() {
        names_.clear();
        for (const JsonMember& member : members_) names_.push_back(member.name);
        std::string missing;
        ColumnPlaces found = find_columns(names_, options_, false, missing);
        if (!missing.empty()) lines_.fail("found no member " + in_quotes(missing) + ", expected one");
        return found;
    }

    void fill(Document& document) {
        const ColumnPlaces at = places();
        document.id = at.id ? id_in(members_[*at.id]) : std::to_string(lines_.line_number());
        document.title = at.title ? string_in(members_[*at.title]) : std::string_view();
        document.text.clear();
        for (const std::size_t place : at.text) add_text(document.text, string_in(members_[place]));
        if (at.text.empty()) add_all_strings(document.text, at);
        clear_fields(document);
        document.path = path_;
        document.type = "jsonl";
        if (at.date) document.date = date_in(members_[*at.date]);
        if (at.sender) document.sender = text_or_empty(members_[*at.sender]);
    }

    static std::string_view text_or_empty(const JsonMember& member) {
        const auto* text = std::get_if<std::string_view>(&member.value);
        return text == nullptr ? std::string_view() : trimmed(*text);
    }

    static std::optional<std::int64_t> date_in(const JsonMember& member) {
        if (const auto* number = std::get_if<std::int64_t>(&member.value)) {
            return document_date(std::to_string(*number));
        }
        return document_date(text_or_empty(member));
    }

    void add_all_strings(std::string& text, const ColumnPlaces& at) {
        for (std::size_t i = 0; i < members_.size(); ++i) {
            if (at.id == i || at.title == i) continue;
            if (const auto* part = std::get_if<std::string_view>(&members_[i].value)) add_text(text, *part);
        }
    }

    static void add_text(std::string& text, std::string_view part) {
        if (!text.empty()) text += '\n';
        text += part;
    }

    std::string id_in(const JsonMember& member) const {
        if (const auto* number = std::get_if<std::int64_t>(&member.value)) return std::to_string(*number);
        if (const auto* number = std::get_if<std::uint64_t>(&member.value)) return std::to_string(*number);
        const auto* text = std::get_if<std::string_view>(&member.value);
        if (text == nullptr) fail_type(member, kind_of(member.value), "a string or a whole number");
        const std::string_view id = trimmed(*text);
        if (id.empty()) fail_type(member, "an empty string", "a string or a whole number");
        return std::string(id);
    }

    std::string_view string_in(const JsonMember& member) const {
        if (member.value == JsonValue(OtherJson::null)) return {};
        const auto* text = std::get_if<std::string_view>(&member.value);
        if (text == nullptr) fail_type(member, kind_of(member.value), "a string");
        return *text;
    }

    [[noreturn]] void fail_type(const JsonMember& member, const char* found, const char* expected) const {
        lines_.fail(std::string("found ") + found + " in " + in_quotes(member.name) + ", expected " + expected);
    }

    JsonLineReader lines_;
    std::string path_;
    ColumnOptions options_;
    ReadReport report_;
    std::vector<JsonMember> members_;
    std::vector<std::string_view> names_;
};

}  // namespace

std::unique_ptr<DocumentReader> read_jsonl(std::unique_ptr<ByteStream> stream, const ColumnOptions& options) {
    return std::make_unique<JsonlReader>(std::move(stream), options);
}

}  // namespace eckart::corpora
