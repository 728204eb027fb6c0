#include "tools/cli/terminal.h"

#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace eckart::testing {

std::string on_terminal(const std::function<void()>& work, const TerminalOptions& options) {
    winsize size{};
    size.ws_row = 24;
    size.ws_col = options.columns;
    std::fflush(nullptr);  // so that the child has nothing of ours to write
    int screen = -1;
    const pid_t child = forkpty(&screen, nullptr, nullptr, &size);
    if (child < 0) throw std::runtime_error("forkpty failed");
    if (child == 0) {
        for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
        setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);  // as of a program that was started on a terminal
        work();
        std::fflush(stdout);
        _exit(0);
    }
    std::string bytes;
    char buffer[4096];
    for (ssize_t count; (count = read(screen, buffer, sizeof buffer)) > 0;) {  // an error is the end of the terminal
        bytes.append(buffer, static_cast<std::size_t>(count));
    }
    close(screen);
    waitpid(child, nullptr, 0);
    return bytes;
}

std::string eckart_on_terminal(const std::vector<std::string>& arguments, const TerminalOptions& options) {
    std::vector<std::string> line = arguments;
    line.insert(line.begin(), ECKART_PROGRAM);
    std::vector<char*> argv;
    for (std::string& word : line) argv.push_back(word.data());
    argv.push_back(nullptr);
    return on_terminal(
        [&] {
            execv(argv[0], argv.data());
            _exit(127);
        },
        options);
}

std::vector<std::string> screen_lines(const std::string& bytes, std::size_t columns) {
    const std::string erase = "\x1b[K";
    std::vector<std::vector<std::string>> rows(1);  // of characters
    std::size_t column = 0;
    for (std::size_t i = 0; i < bytes.size();) {
        std::size_t end = i + 1;
        while (end < bytes.size() && (bytes[end] & 0xc0) == 0x80) ++end;  // the rest of a character in UTF-8
        if (bytes.compare(i, erase.size(), erase) == 0) {
            rows.back().resize(std::min(column, rows.back().size()));
            end = i + erase.size();
        } else if (bytes[i] == '\r') {
            column = 0;
        } else if (bytes[i] == '\n') {
            rows.emplace_back();
            column = 0;
        } else {
            if (column == columns) {
                rows.emplace_back();
                column = 0;
            }
            if (rows.back().size() <= column) rows.back().resize(column + 1, " ");
            rows.back()[column++] = bytes.substr(i, end - i);
        }
        i = end;
    }
    std::vector<std::string> lines;
    for (const auto& row : rows) {
        std::string line;
        for (const std::string& character : row) line += character;
        lines.push_back(line.substr(0, line.find_last_not_of(' ') + 1));
    }
    while (!lines.empty() && lines.back().empty()) lines.pop_back();
    return lines;
}

std::string screen_text(const std::string& bytes, std::size_t columns) {
    std::string text;
    for (const std::string& line : screen_lines(bytes, columns)) text += line + "\n";
    return text;
}

}  // namespace eckart::testing
