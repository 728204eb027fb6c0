#include "corpora/bytes/json_lines.h"

#include <simdjson.h>

#include <utility>

#include "corpora/bytes/charset.h"

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

JsonValue value_of(dom::element element) {
    switch (element.type()) {
        case dom::element_type::STRING:
            return element.get_string().value_unsafe();
        case dom::element_type::INT64:
            return element.get_int64().value_unsafe();
        case dom::element_type::UINT64:
            return element.get_uint64().value_unsafe();
        case dom::element_type::DOUBLE:
            return element.get_double().value_unsafe();
        case dom::element_type::BOOL:
            return OtherJson::boolean;
        case dom::element_type::ARRAY:
            return OtherJson::list;
        case dom::element_type::OBJECT:
            return OtherJson::object;
        default:
            return OtherJson::null;
    }
}

const char* kind_of(OtherJson other) {
    switch (other) {
        case OtherJson::boolean:
            return "true or false";
        case OtherJson::list:
            return "a list";
        case OtherJson::object:
            return "an object";
        default:
            return "null";
    }
}

}  // namespace

const char* kind_of(const JsonValue& value) {
    if (const auto* other = std::get_if<OtherJson>(&value)) return kind_of(*other);
    return std::holds_alternative<std::string_view>(value) ? "a string" : "a number";
}

struct JsonLineReader::Parser {
    static_assert(LineReader::padding >= simdjson::SIMDJSON_PADDING);

    dom::object parsed(const LineReader& lines, std::string_view line) {
        auto document = parser.parse(line.data(), line.size(), false);
        if (document.error() == simdjson::UTF8_ERROR || document.error() == simdjson::STRING_ERROR) {
            mended = line;
            make_utf8(mended);
            replace_lone_surrogates(mended);
            document = parser.parse(mended);
        }
        dom::element element;
        if (const auto error = document.get(element)) {
            lines.fail("found " + in_quotes(line) + ", expected a JSON object: " + simdjson::error_message(error));
        }
        dom::object object;
        if (element.get(object)) {
            lines.fail(std::string("found ") + kind_of(value_of(element)) + ", expected a JSON object");
        }
        return object;
    }

    dom::parser parser;
    std::string mended;
};

JsonLineReader::JsonLineReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes)
    : lines_(std::move(stream), most_bytes), parser_(std::make_unique<Parser>()) {}

JsonLineReader::~JsonLineReader() = default;

bool JsonLineReader::next(std::vector<JsonMember>& members) {
    std::string_view line;
    do {
        if (!lines_.next(line)) return false;
    } while (trimmed(line).empty());
    members.clear();
    for (const dom::key_value_pair member : parser_->parsed(lines_, line)) {
        members.push_back({member.key, value_of(member.value)});
    }
    return true;
}

}  // namespace eckart::corpora
