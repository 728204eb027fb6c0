#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "corpora/documents/document.h"
#include "engine/support/error.h"

namespace eckart::corpora {

inline std::string_view bytes_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// What must hold for any input; stops the fuzzer if it does not.
inline void require(bool holds) {
    if (!holds) std::abort();
}

/// Reads to the end. An InputError is a right answer to a wrong input; anything else is a fault.
template <class Open>
void read_to_end(Open open) {
    try {
        const auto reader = open();
        Document document;
        std::int64_t documents = 0;
        while (reader->next(document)) {
            ++documents;
            require(!document.id.empty());
        }
        require(reader->report().documents == documents);
    } catch (const InputError&) {
    }
}

}  // namespace eckart::corpora
