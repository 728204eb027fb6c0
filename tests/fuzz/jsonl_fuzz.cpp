#include "corpora/documents/jsonl.h"

#include "corpora/bytes/charset.h"
#include "fuzz_input.h"

using namespace eckart::corpora;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto open = [&] {
        return read_jsonl(memory_byte_stream(bytes_of(data, size), "fuzz"), {.most_record_bytes = 1 << 16});
    };
    read_to_end(open);
    try {
        const auto reader = open();
        Document document;
        while (reader->next(document)) require(is_valid_utf8(document.text));
    } catch (const eckart::InputError&) {
    }
    return 0;
}
