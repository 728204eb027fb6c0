#include "corpora/jsonl.h"

#include <simdjson.h>

#include <optional>
#include <string_view>
#include <utility>

#include "corpora/charset.h"
#include "corpora/columns.h"

namespace eckart::corpora {
namespace {

namespace dom = simdjson::dom;

/// `\ud800` to `\udfff` that are not a pair name no character; JSON's grammar allows them, so files have them.
bool replace_lone_surrogates(std::string& line) {
    const auto surrogate = [&line](std::size_t at, std::string_view third) {
        return line.compare(at, 2, "\\u") == 0 && at + 5 < line.size() &&
               (line[at + 2] == 'd' || line[at + 2] == 'D') && third.find(line[at + 3]) != std::string_view::npos;
    };
    bool replaced = false;
    for (std::size_t i = line.find('\\'); i != std::string::npos; i = line.find('\\', i)) {
        const bool high = surrogate(i, "89abAB");
        if (high && surrogate(i + 6, "cdefCDEF")) {
            i += 12;
        } else if (high || surrogate(i, "cdefCDEF")) {
            line.replace(i, 6, "\\ufffd");
            replaced = true;
            i += 6;
        } else {
            i += 2;
        }
    }
    return replaced;
}

const char* type_name(dom::element_type type) {
    switch (type) {
        case dom::element_type::ARRAY:
            return "a list";
        case dom::element_type::OBJECT:
            return "an object";
        case dom::element_type::STRING:
            return "a string";
        case dom::element_type::BOOL:
            return "true or false";
        case dom::element_type::NULL_VALUE:
            return "null";
        default:
            return "a number";
    }
}

class JsonlReader : public DocumentReader {
  public:
    JsonlReader(std::unique_ptr<ByteStream> stream, const ColumnOptions& options)
        : lines_(std::move(stream), options.most_record_bytes), options_(options) {}

    bool next(Document& document) override {
        std::string_view line;
        do {
            if (!lines_.next(line)) return false;
        } while (trimmed(line).empty());
        read_members(parsed(line));
        fill(document);
        count_document(report_, document);
        return true;
    }
    const ReadReport& report() const override { return report_; }
    double fraction_done() const override { return lines_.fraction_done(); }

  private:
    static_assert(LineReader::padding >= simdjson::SIMDJSON_PADDING);

    dom::object parsed(std::string_view line) {
        auto document = parser_.parse(line.data(), line.size(), false);
        if (document.error() == simdjson::UTF8_ERROR || document.error() == simdjson::STRING_ERROR) {
            mended_ = line;
            make_utf8(mended_);
            replace_lone_surrogates(mended_);
            document = parser_.parse(mended_);
        }
        dom::element element;
        if (const auto error = document.get(element)) {
            lines_.fail("found " + in_quotes(line) + ", expected a JSON object: " + simdjson::error_message(error));
        }
        dom::object object;
        if (element.get(object)) {
            lines_.fail(std::string("found ") + type_name(element.type()) + ", expected a JSON object");
        }
        return object;
    }

    void read_members(dom::object object) {
        names_.clear();
        values_.clear();
        for (const dom::key_value_pair member : object) {
            names_.push_back(member.key);
            values_.push_back(member.value);
        }
    }

    void fill(Document& document) {
        std::string missing;
        const ColumnPlaces places = find_columns(names_, options_, missing);
        if (!missing.empty()) lines_.fail("found no member " + in_quotes(missing) + ", expected one");
        document.id = places.id ? id_at(*places.id) : std::to_string(lines_.line_number());
        document.title = places.title ? string_at(*places.title) : std::string_view();
        document.text.clear();
        for (const std::size_t place : places.text) add_text(document.text, string_at(place));
        if (places.text.empty()) add_all_strings(document.text, places);
    }

    void add_all_strings(std::string& text, const ColumnPlaces& places) {
        for (std::size_t i = 0; i < values_.size(); ++i) {
            if (places.id == i || places.title == i) continue;
            if (values_[i].is_string()) add_text(text, string_at(i));
        }
    }

    static void add_text(std::string& text, std::string_view part) {
        if (!text.empty()) text += '\n';
        text += part;
    }

    std::string id_at(std::size_t place) const {
        const dom::element& value = values_[place];
        if (value.is_int64()) return std::to_string(value.get_int64().value_unsafe());
        if (value.is_uint64()) return std::to_string(value.get_uint64().value_unsafe());
        const std::string_view id = value.is_string() ? value.get_string().value_unsafe() : std::string_view();
        if (id.empty()) fail_type(place, "a string or a whole number");
        return std::string(id);
    }

    std::string_view string_at(std::size_t place) const {
        const dom::element& value = values_[place];
        if (value.is_null()) return {};
        std::string_view text;
        if (value.get(text)) fail_type(place, "a string");
        return text;
    }

    [[noreturn]] void fail_type(std::size_t place, const std::string& expected) const {
        const bool empty = values_[place].is_string();
        lines_.fail(std::string("found ") + (empty ? "an empty string" : type_name(values_[place].type())) + " in " +
                    in_quotes(names_[place]) + ", expected " + expected);
    }

    LineReader lines_;
    ColumnOptions options_;
    ReadReport report_;
    dom::parser parser_;
    std::string mended_;
    std::vector<std::string_view> names_;
    std::vector<dom::element> values_;
};

}  // namespace

std::unique_ptr<DocumentReader> read_jsonl(std::unique_ptr<ByteStream> stream, const ColumnOptions& options) {
    return std::make_unique<JsonlReader>(std::move(stream), options);
}

}  // namespace eckart::corpora
