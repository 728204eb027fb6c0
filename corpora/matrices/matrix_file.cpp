#include "corpora/matrices/matrix_file.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "corpora/bytes/lines.h"
#include "corpora/bytes/peeked_stream.h"
#include "corpora/matrices/matrix_libsvm.h"
#include "corpora/matrices/matrix_market.h"
#include "corpora/matrices/matrix_npy.h"
#include "corpora/matrices/matrix_npz.h"
#include "corpora/matrices/matrix_table.h"
#include "corpora/matrices/matrix_vectors.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

/// A stream that says how far its reading is.
class ReportingStream : public ByteStream {
  public:
    ReportingStream(std::unique_ptr<ByteStream> stream, const Progress& progress)
        : stream_(std::move(stream)), progress_(progress), phase_("reading " + stream_->name()) {}

    std::size_t read(std::span<char> buffer) override {
        constexpr double steps = 1000;
        const double done = stream_->fraction_done();
        if (done < 0) {
            progress_.report(phase_, 0, 0);
        } else {
            progress_.report(phase_, static_cast<std::uint64_t>(done * steps), static_cast<std::uint64_t>(steps));
        }
        return stream_->read(buffer);
    }
    const std::string& name() const override { return stream_->name(); }
    double fraction_done() const override { return stream_->fraction_done(); }

  private:
    std::unique_ptr<ByteStream> stream_;
    const Progress& progress_;
    std::string phase_;
};

void require_known_format(const std::string& format) {
    const auto& known = matrix_formats();
    if (format == "auto" || std::find(known.begin(), known.end(), format) != known.end()) return;
    std::string all = "auto";
    for (const std::string& name : known) all += (name == known.back() ? " or " : ", ") + name;
    throw UsageError("found the format " + in_quotes(format) + ", expected " + all);
}

RowForm csv_form(std::string_view head) {
    head = head.substr(0, head.find('\n'));
    const auto count = [head](char c) { return std::count(head.begin(), head.end(), c); };
    return count(';') > count(',') ? RowForm::semicolons : RowForm::commas;
}

MatrixFile read_format(const std::string& format, std::unique_ptr<PeekedStream> stream, const MatrixOptions& options) {
    if (format == "npy") return read_npy(std::move(stream), options);
    if (format == "npz") return read_npz(std::move(stream), options);
    if (format == "matrix-market") return read_matrix_market(std::move(stream), options);
    if (format == "libsvm") return read_matrix_libsvm(std::move(stream), options);
    if (format == "word2vec") return read_word_vectors(std::move(stream), options);
    if (format == "tsv") return read_matrix_table(std::move(stream), RowForm::tabs, options);
    if (format == "blanks") return read_matrix_table(std::move(stream), RowForm::blanks, options);
    const RowForm form = csv_form(stream->head());
    return read_matrix_table(std::move(stream), form, options);
}

}  // namespace

std::int64_t MatrixFile::rows() const {
    if (const auto* sparse = std::get_if<CsrMatrix>(&matrix)) return sparse->rows;
    return std::get<DenseMatrix>(matrix).rows();
}

std::int64_t MatrixFile::cols() const {
    if (const auto* sparse = std::get_if<CsrMatrix>(&matrix)) return sparse->cols;
    return std::get<DenseMatrix>(matrix).cols();
}

MatrixFile read_matrix(const std::string& path, const MatrixOptions& options, const Progress& progress) {
    require_known_format(options.format);
    return read_matrix(open_byte_stream(path), options, progress);
}

MatrixFile read_matrix(std::unique_ptr<ByteStream> stream, const MatrixOptions& options, const Progress& progress) {
    require_known_format(options.format);
    MatrixOptions bounded = options;
    if (bounded.memory.bytes == 0) bounded.memory.bytes = available_memory();
    const std::string name = stream->name();
    auto reporting = std::make_unique<ReportingStream>(std::move(stream), progress);
    auto peeked = std::make_unique<PeekedStream>(std::move(reporting), matrix_head_bytes);
    const std::string format = options.format == "auto" ? matrix_format(name, peeked->head()) : options.format;
    MatrixFile file = read_format(format, std::move(peeked), bounded);
    file.format = format;
    if (file.rows() == 0 || file.cols() == 0) {
        throw InputError(name + ": found an empty matrix, " + std::to_string(file.rows()) + " x " +
                         std::to_string(file.cols()) + ", expected rows and columns");
    }
    return file;
}

}  // namespace eckart::corpora
