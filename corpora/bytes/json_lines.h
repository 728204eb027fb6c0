#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"

namespace eckart::corpora {

/// A value of JSON that readers of records do not use; messages name it.
enum class OtherJson { null, boolean, list, object };

using JsonValue = std::variant<std::string_view, std::int64_t, std::uint64_t, double, OtherJson>;

/// A whole number is an int64, or a uint64 where it is too large for that.
struct JsonMember {
    std::string_view name;
    JsonValue value;
};

/// What messages call a value: "a string", "a number", "null", ...
const char* kind_of(const JsonValue& value);

/// The objects of a stream of JSON lines, one a line, blank lines skipped.
class JsonLineReader {
  public:
    explicit JsonLineReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes = default_record_bytes);
    ~JsonLineReader();

    /// Puts the members of the next object into `members`, valid until the next call; false at the end. Bytes that are
    /// not UTF-8, and halves of surrogate pairs, are replaced. Throws InputError "name:line: ..." where a line is no
    /// JSON object or is cut short, and where LineReader does.
    bool next(std::vector<JsonMember>& members);

    /// Of the object that `next` gave last; counts from 1.
    std::size_t line_number() const { return lines_.line_number(); }

    const std::string& name() const { return lines_.name(); }
    double fraction_done() const { return lines_.fraction_done(); }

    /// Throws InputError "name:line: message" for the current line.
    [[noreturn]] void fail(const std::string& message) const { lines_.fail(message); }

  private:
    struct Parser;

    LineReader lines_;
    std::unique_ptr<Parser> parser_;
};

}  // namespace eckart::corpora
