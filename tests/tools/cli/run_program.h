#pragma once

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "engine/storage/temporary_folder.h"

namespace eckart::testing {

/// What one run of the program left behind.
struct Outcome {
    int exit_code = -1;  ///< or 128 + the signal that ended it
    std::string out;
    std::string err;
    double peak_memory = 0;  ///< largest resident set, in bytes, as the system measured it

    /// The objects that --json printed, a line each.
    std::vector<nlohmann::json> objects() const;
};

struct RunOptions {
    std::string input;                               ///< on standard input
    std::map<std::string, std::string> environment;  ///< beside that of the test
    std::string output_file;                         ///< instead of `Outcome::out`, for example /dev/full
};

/// Runs the program with these arguments to its end.
Outcome run_eckart(const std::vector<std::string>& arguments, const RunOptions& options = {});

/// Runs the program and sends it `signal` when it has written `lines` lines to standard error: a point of its work that
/// does not depend on time. Nothing is sent if it writes fewer.
Outcome run_eckart_and_signal(const std::vector<std::string>& arguments, int lines, int signal);

/// Runs the program and kills it after so many microseconds, or lets it end if it is done by then.
Outcome run_eckart_and_kill(const std::vector<std::string>& arguments, long microseconds);

/// Runs a script in the shell, with these as $0, $1 and so on.
Outcome run_shell(const std::string& script, const std::vector<std::string>& arguments);

/// A folder of the test's own.
class TemporaryFolder : public eckart::TemporaryFolder {
  public:
    std::filesystem::path path() const { return eckart::TemporaryFolder::path(); }
    /// Makes the file, and the folders on its way.
    std::string write(const std::string& name, const std::string& content) const;
};

std::string read_file(const std::filesystem::path& path);

/// Every file below `folder` by its relative path, with its content.
std::map<std::string, std::string> contents(const std::filesystem::path& folder);

}  // namespace eckart::testing
