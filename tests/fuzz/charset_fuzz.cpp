#include "corpora/bytes/charset.h"

#include "corpora/bytes/lines.h"
#include "fuzz_input.h"

using namespace eckart::corpora;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text(bytes_of(data, size));
    looks_binary(text);
    const std::string charset = make_utf8(text);
    require(charset == "UTF-8" || is_valid_utf8(text));
    try {
        LineReader lines(memory_byte_stream(bytes_of(data, size), "fuzz"), 1 << 16);
        std::string_view line;
        while (lines.next(line)) require(line.find('\n') == std::string_view::npos);
    } catch (const eckart::InputError&) {
    }
    return 0;
}
