#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace eckart::testing {

/// A terminal of its own for a child process.
struct TerminalOptions {
    std::map<std::string, std::string> environment = {{"TERM", "xterm"}};
    unsigned short columns = 80;
};

/// All bytes that `work`, done in a child process, writes to its terminal, which is its input, output and error.
std::string on_terminal(const std::function<void()>& work, const TerminalOptions& options = {});

/// The same of the program with these arguments.
std::string eckart_on_terminal(const std::vector<std::string>& arguments, const TerminalOptions& options = {});

/// The lines that stand on a screen of so many columns after these bytes; blanks at their ends are left out, and empty
/// lines at the end of the screen. Knows line breaks, returns and the erasing of the rest of a line.
std::vector<std::string> screen_lines(const std::string& bytes, std::size_t columns = 80);

/// A screen as one text, a line break after each line.
std::string screen_text(const std::string& bytes, std::size_t columns = 80);

}  // namespace eckart::testing
