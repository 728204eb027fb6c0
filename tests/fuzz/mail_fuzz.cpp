#include "corpora/documents/mail.h"

#include "fuzz_input.h"

using namespace eckart::corpora;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    read_message(bytes_of(data, size));
    read_to_end([&] { return read_mbox(memory_byte_stream(bytes_of(data, size), "fuzz"), 1 << 16); });
    return 0;
}
