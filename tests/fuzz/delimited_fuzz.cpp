#include "corpora/documents/delimited.h"

#include "fuzz_input.h"

using namespace eckart::corpora;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const TableForm form : {TableForm::csv, TableForm::tsv}) {
        read_to_end([&] {
            return read_delimited(memory_byte_stream(bytes_of(data, size), "fuzz"), form,
                                  {.most_record_bytes = 1 << 16});
        });
    }
    return 0;
}
