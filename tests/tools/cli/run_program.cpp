#include "tools/cli/run_program.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace eckart::testing {
namespace {

/// Makes `path` the file of descriptor `target` in the child.
void redirect(const std::string& path, int flags, int target) {
    const int file = open(path.c_str(), flags, 0600);
    if (file < 0 || dup2(file, target) < 0) _exit(127);
    close(file);
}

/// Starts the program with its three channels in files of `folder`; `error_pipe`, if any, takes the place of standard
/// error.
pid_t start(std::vector<std::string> line, const RunOptions& options, const TemporaryFolder& folder,
            int error_pipe = -1) {
    std::vector<char*> argv;
    for (std::string& word : line) argv.push_back(word.data());
    argv.push_back(nullptr);
    const std::string input = folder.write("in", options.input);
    const std::string output = options.output_file.empty() ? folder.write("out", "") : options.output_file;
    const std::string errors = folder.write("err", "");

    const pid_t child = fork();
    if (child < 0) throw std::runtime_error("fork failed");
    if (child > 0) return child;
    for (const auto& [name, value] : options.environment) setenv(name.c_str(), value.c_str(), 1);
    redirect(input, O_RDONLY, STDIN_FILENO);
    redirect(output, O_WRONLY, STDOUT_FILENO);
    if (error_pipe >= 0) {
        dup2(error_pipe, STDERR_FILENO);
    } else {
        redirect(errors, O_WRONLY, STDERR_FILENO);
    }
    execv(argv[0], argv.data());
    _exit(127);
}

std::vector<std::string> command_line(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), ECKART_PROGRAM);
    return arguments;
}

Outcome finish(pid_t child, const RunOptions& options, const TemporaryFolder& folder) {
    int status = 0;
    rusage used = {};
    if (wait4(child, &status, 0, &used) != child) throw std::runtime_error("wait4 failed");
    Outcome outcome;
    outcome.peak_memory = 1024 * static_cast<double>(used.ru_maxrss);
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (options.output_file.empty()) outcome.out = read_file(folder / "out");
    outcome.err = read_file(folder / "err");
    return outcome;
}

}  // namespace

std::vector<nlohmann::json> Outcome::objects() const {
    std::vector<nlohmann::json> parsed;
    std::istringstream lines(out);
    for (std::string line; std::getline(lines, line);) parsed.push_back(nlohmann::json::parse(line));
    return parsed;
}

Outcome run_eckart(const std::vector<std::string>& arguments, const RunOptions& options) {
    const TemporaryFolder folder;
    return finish(start(command_line(arguments), options, folder), options, folder);
}

Outcome run_eckart_and_signal(const std::vector<std::string>& arguments, int lines, int signal) {
    const TemporaryFolder folder;
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("pipe failed");
    const pid_t child = start(command_line(arguments), {}, folder, ends[1]);
    close(ends[1]);

    std::string errors;
    int seen = 0;
    for (char c; read(ends[0], &c, 1) == 1; errors += c) {
        if (c == '\n' && ++seen == lines) kill(child, signal);
    }
    close(ends[0]);
    Outcome outcome = finish(child, {}, folder);
    outcome.err = errors;
    return outcome;
}

Outcome run_eckart_and_kill(const std::vector<std::string>& arguments, long microseconds) {
    const TemporaryFolder folder;
    const pid_t child = start(command_line(arguments), {}, folder);
    std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
    kill(child, SIGKILL);
    return finish(child, {}, folder);
}

Outcome run_shell(const std::string& script, const std::vector<std::string>& arguments) {
    const TemporaryFolder folder;
    std::vector<std::string> line = {"/bin/bash", "-c", script};
    line.insert(line.end(), arguments.begin(), arguments.end());
    return finish(start(line, {}, folder), {}, folder);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& content) const {
    const auto path = this->path() / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path.string();
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error("cannot open " + path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file()) {
            files[std::filesystem::relative(entry.path(), folder).string()] = read_file(entry.path());
        }
    }
    return files;
}

}  // namespace eckart::testing
