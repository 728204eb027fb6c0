#include "corpora/ratings/candidate_lists.h"
#include "fuzz_input.h"

using namespace eckart::corpora;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::int64_t lists = 0;
    try {
        read_candidate_lists(memory_byte_stream(bytes_of(data, size), "fuzz"), [&lists](const CandidateList& list) {
            ++lists;
            require(!list.user.empty() && !list.candidates.empty());
            for (const std::string_view item : list.candidates) require(!item.empty());
        });
        require(lists > 0);
    } catch (const eckart::InputError&) {
    }
    return 0;
}
