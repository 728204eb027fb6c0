// Any bytes are a header or are refused; the elements that a header promises begin inside the file.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "engine/storage/npy.h"
#include "engine/support/error.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const eckart::NpyHeader header = eckart::parse_npy_header(std::as_bytes(std::span(data, size)));
        if (header.data_offset > size || header.elements >> 63 != 0) std::abort();
        for (const std::int64_t extent : header.shape) {
            if (extent < 0) std::abort();
        }
    } catch (const eckart::DamagedError&) {
    }
    return 0;
}
