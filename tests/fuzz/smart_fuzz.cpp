#include "corpora/documents/smart.h"

#include "fuzz_input.h"

using namespace eckart::corpora;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    read_to_end([&] { return read_smart(memory_byte_stream(bytes_of(data, size), "fuzz"), 1 << 16); });
    try {
        const auto queries = read_smart_queries(memory_byte_stream(bytes_of(data, size), "fuzz"));
        for (std::size_t i = 0; i < queries.size(); ++i) require(queries[i].id == std::to_string(i + 1));
    } catch (const eckart::InputError&) {
    }
    return 0;
}
