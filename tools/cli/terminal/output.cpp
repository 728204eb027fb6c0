#include "tools/cli/terminal/output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "engine/support/error.h"

namespace eckart::tools {
namespace {

bool terminal_wants_style() {
    const char* refused = std::getenv("NO_COLOR");
    const char* kind = std::getenv("TERM");
    return isatty(STDOUT_FILENO) && !(refused && *refused) && kind && std::strcmp(kind, "dumb") != 0;
}

bool is_number(const std::string& cell) {
    return !cell.empty() && cell.find_first_not_of("0123456789.+-e%") == std::string::npos;
}

}  // namespace

std::size_t terminal_columns(int descriptor) {
    winsize size{};
    if (!isatty(descriptor) || ioctl(descriptor, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

Output::Output(std::function<void()> before_write)
    : before_write_(std::move(before_write)),
      styled_(terminal_wants_style()),
      columns_(terminal_columns(STDOUT_FILENO)) {}

void Output::check(bool good) {
    if (good) return;
    if (errno == EPIPE) throw OutputClosed();
    throw InputError(std::string("cannot write to standard output: ") + std::strerror(errno));
}

void Output::write(std::string_view text) {
    if (before_write_) before_write_();
    errno = 0;
    check(std::fwrite(text.data(), 1, text.size(), stdout) == text.size());
}

void Output::line(std::string_view text) {
    write(text);
    write("\n");
}

void Output::object(const nlohmann::ordered_json& fields) {
    line(json_line(fields));
}

void Output::finish() {
    errno = 0;
    check(std::fflush(stdout) == 0 && !std::ferror(stdout));
}

std::string json_line(const nlohmann::ordered_json& fields) {
    const std::string line = fields.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    std::string escaped;
    escaped.reserve(line.size());
    for (std::size_t i = 0; i < line.size(); ++i) {
        const auto byte = static_cast<unsigned char>(line[i]);
        const auto next = static_cast<unsigned char>(i + 1 < line.size() ? line[i + 1] : 0);
        if (byte == 0x7F) {
            escaped += "\\u007f";
        } else if (byte == 0xC2 && next >= 0x80 && next < 0xA0) {
            escaped += fmt::format("\\u{:04x}", next);
            ++i;
        } else {
            escaped += line[i];
        }
    }
    return escaped;
}

void Table::print(Output& out) const {
    std::vector<std::size_t> widths;
    std::vector<bool> numeric;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
        widths.resize(std::max(widths.size(), rows_[r].size()));
        numeric.resize(widths.size(), true);
        for (std::size_t c = 0; c < rows_[r].size(); ++c) {
            widths[c] = std::max(widths[c], display_width(rows_[r][c]));
            if (r > 0 && !rows_[r][c].empty() && !is_number(rows_[r][c])) numeric[c] = false;
        }
    }
    for (const auto& row : rows_) {
        std::string text;
        for (std::size_t c = 0; c < row.size(); ++c) {
            const std::string gap(widths[c] - display_width(row[c]), ' ');
            text += (c > 0 ? "  " : "") + (numeric[c] ? gap + row[c] : row[c] + gap);
        }
        text.erase(text.find_last_not_of(' ') + 1);
        out.line(text);
    }
}

}  // namespace eckart::tools
