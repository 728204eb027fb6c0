#include <cmath>
#include <string>

#include "corpora/matrices/matrix_file.h"
#include "fuzz_input.h"

using namespace eckart::corpora;

namespace {

/// The first byte says which format and what else is asked for.
MatrixOptions options_of(std::uint8_t choice) {
    MatrixOptions options;
    options.most_record_bytes = 1 << 16;
    options.memory = {std::uint64_t{64} << 20};
    const auto& formats = matrix_formats();
    const std::size_t format = choice % (formats.size() + 1);
    if (format > 0) options.format = formats[format - 1];
    if (choice >= 128) options.header = choice % 2 == 0;
    if (choice >= 192) {
        options.ids = choice % 4 < 2;
        options.array = "x";
    }
    return options;
}

void check_matrix(const MatrixFile& file) {
    require(file.rows() > 0 && file.cols() > 0);
    const auto fits = [](const std::vector<std::string>& names, std::int64_t count) {
        return names.empty() || static_cast<std::int64_t>(names.size()) == count;
    };
    require(fits(file.row_ids, file.rows()) && fits(file.column_ids, file.cols()) && fits(file.labels, file.rows()));
    if (const auto* sparse = std::get_if<eckart::CsrMatrix>(&file.matrix)) return eckart::validate(*sparse);
    require(std::get<eckart::DenseMatrix>(file.matrix).allFinite());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    try {
        check_matrix(read_matrix(memory_byte_stream(bytes_of(data + 1, size - 1), "fuzz"), options_of(data[0])));
    } catch (const eckart::InputError&) {
    } catch (const eckart::MemoryError&) {
    }
    return 0;
}
