#include "corpora/matrices/matrix_writers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <functional>

#include "engine/storage/npy.h"
#include "engine/storage/output_file.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

constexpr std::string_view white_space = " \t\r\n\f\v";

void append_number(std::string& line, float value) {
    std::array<char, 32> digits = {};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    line.append(digits.data(), written.ptr);
}

void require_finite(const std::string& path, float value, std::int64_t row) {
    if (std::isfinite(value)) return;
    throw UsageError(path + ": row " + std::to_string(row + 1) + " has a number that is not finite");
}

void require_names(const std::string& path, std::span<const std::string> names, std::int64_t count) {
    if (static_cast<std::int64_t>(names.size()) == count) return;
    throw UsageError(path + ": there are " + std::to_string(names.size()) + " names for " + std::to_string(count));
}

/// `text` with each of `characters` replaced.
std::string replaced(std::string_view text, std::string_view characters, char by) {
    std::string clean(text);
    for (char& c : clean) {
        if (characters.find(c) != std::string_view::npos) c = by;
    }
    return clean;
}

/// Writes a line for each row: its name, if rows have any, and the numbers between separators.
void write_rows(OutputFile& file, ConstPanelRef<float> matrix, char separator, const Progress& progress,
                const std::function<std::string(std::size_t)>& name = {}) {
    std::string line;
    for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
        if (row % 1024 == 0) {
            progress.report("writing", static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(matrix.rows()));
        }
        line = name ? name(static_cast<std::size_t>(row)) : "";
        for (Eigen::Index col = 0; col < matrix.cols(); ++col) {
            require_finite(file.path(), matrix(row, col), row);
            if (name || col > 0) line += separator;
            append_number(line, matrix(row, col));
        }
        line += '\n';
        file.append(line);
    }
    file.close();
}

}  // namespace

void write_word_vectors(const std::string& path, ConstPanelRef<float> vectors, std::span<const std::string> names,
                        const Progress& progress) {
    require_names(path, names, vectors.rows());
    OutputFile file(path);
    file.append(std::to_string(vectors.rows()) + " " + std::to_string(vectors.cols()) + "\n");
    write_rows(file, vectors, ' ', progress,
               [&](std::size_t row) { return names[row].empty() ? "_" : replaced(names[row], white_space, '_'); });
}

void write_npy_matrix(const std::string& path, ConstPanelRef<float> matrix, const Progress& progress) {
    NpyWriter<float> writer(path, {matrix.cols()});
    for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
        if (row % 1024 == 0) {
            progress.report("writing", static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(matrix.rows()));
        }
        const std::span<const float> values(&matrix.coeffRef(row, 0), static_cast<std::size_t>(matrix.cols()));
        for (const float value : values) require_finite(path, value, row);
        writer.append(values);
    }
    writer.finish();
}

void write_matrix_csv(const std::string& path, ConstPanelRef<float> matrix, std::span<const std::string> ids,
                      std::span<const std::string> column_names, const Progress& progress) {
    if (!ids.empty()) require_names(path, ids, matrix.rows());
    if (!column_names.empty()) require_names(path, column_names, matrix.cols());
    OutputFile file(path);
    if (!ids.empty() || !column_names.empty()) {
        std::string header = ids.empty() ? "" : "id";
        for (Eigen::Index col = 0; col < matrix.cols(); ++col) {
            if (!header.empty()) header += ',';
            header += column_names.empty() ? std::to_string(col + 1) : csv_field(column_names[col]);
        }
        file.append(header + "\n");
    }
    if (ids.empty()) return write_rows(file, matrix, ',', progress);
    write_rows(file, matrix, ',', progress, [&](std::size_t row) { return csv_field(ids[row]); });
}

void write_projector_vectors(const std::string& path, ConstPanelRef<float> vectors, const Progress& progress) {
    OutputFile file(path);
    write_rows(file, vectors, '\t', progress);
}

void write_projector_metadata(const std::string& path, std::span<const std::string> names,
                              std::span<const std::string> titles) {
    if (!titles.empty()) require_names(path, titles, static_cast<std::int64_t>(names.size()));
    OutputFile file(path);
    if (!titles.empty()) file.append("name\ttitle\n");
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::string line = replaced(names[i], "\t\r\n", ' ');
        if (!titles.empty()) line.append(1, '\t').append(replaced(titles[i], "\t\r\n", ' '));
        file.append(line + "\n");
    }
    file.close();
}

void write_matrix_market(const std::string& path, const CsrView& matrix, const Progress& progress) {
    OutputFile file(path);
    file.append("%%MatrixMarket matrix coordinate real general\n" + std::to_string(matrix.rows) + " " +
                std::to_string(matrix.cols) + " " + std::to_string(matrix.nonzeros()) + "\n");
    std::string line;
    for (std::int64_t row = 0; row < matrix.rows; ++row) {
        if (row % 1024 == 0) {
            progress.report("writing", static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(matrix.rows));
        }
        const auto [columns, values] = matrix.row(row);
        for (std::size_t e = 0; e < values.size(); ++e) {
            require_finite(path, values[e], row);
            line = std::to_string(row + 1);
            line += ' ';
            line += std::to_string(columns[e] + 1);
            line += ' ';
            append_number(line, values[e]);
            line += '\n';
            file.append(line);
        }
    }
    file.close();
}

void write_matrix_market(const std::string& path, ConstPanelRef<float> matrix, const Progress& progress) {
    OutputFile file(path);
    file.append("%%MatrixMarket matrix array real general\n" + std::to_string(matrix.rows()) + " " +
                std::to_string(matrix.cols()) + "\n");
    std::string line;
    for (Eigen::Index col = 0; col < matrix.cols(); ++col) {
        progress.report("writing", static_cast<std::uint64_t>(col), static_cast<std::uint64_t>(matrix.cols()));
        for (Eigen::Index row = 0; row < matrix.rows(); ++row) {
            require_finite(path, matrix(row, col), row);
            line.clear();
            append_number(line, matrix(row, col));
            line += '\n';
            file.append(line);
        }
    }
    file.close();
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

}  // namespace eckart::corpora
