#include "tools/jobs/common/lines_of_file.h"

#include "corpora/bytes/lines.h"

namespace eckart::jobs {

std::vector<std::string> lines_of_file(const std::string& path) {
    corpora::LineReader reader(corpora::open_byte_stream(path));
    std::vector<std::string> lines;
    for (std::string_view line; reader.next(line);) {
        line = corpora::trimmed(line);
        if (!line.empty()) lines.emplace_back(line);
    }
    return lines;
}

}  // namespace eckart::jobs
