#include "corpora/judgements/judgements.h"

#include <sstream>

#include "corpora/judgements/run_file.h"
#include "fuzz_input.h"

using namespace eckart::corpora;

namespace {

/// A run that could be read is written and read as the same run.
void check_run(std::string_view bytes) {
    const Run run = read_run(memory_byte_stream(bytes, "fuzz"));
    std::ostringstream out;
    for (const auto& [query, ranking] : run) write_run(out, query, ranking);
    const std::string written = out.str();
    const Run again = read_run(memory_byte_stream(written, "fuzz"));
    require(run.size() == again.size());
    for (const auto& [query, ranking] : run) {
        const auto& other = again.at(query);
        require(ranking.size() == other.size());
        for (std::size_t i = 0; i < ranking.size(); ++i) require(ranking[i].document == other[i].document);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        require(!read_judgements(memory_byte_stream(bytes_of(data, size), "fuzz")).empty());
    } catch (const eckart::InputError&) {
    }
    try {
        check_run(bytes_of(data, size));
    } catch (const eckart::InputError&) {
    }
    return 0;
}
