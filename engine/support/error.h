#pragma once

#include <stdexcept>
#include <string>

namespace eckart {

/// What went wrong, by whose fault it is; a program's exit code is the enumerator's value.
enum class ErrorKind : int {
    usage = 2,         ///< the caller broke a documented precondition
    input = 3,         ///< a file or a stream is not what was promised
    unknown_id = 4,    ///< a user, an item, a document or a term that the store does not hold
    damaged = 5,       ///< a store of another version, or one whose bytes have changed
    memory = 6,        ///< the work needs more memory than it was allowed
    interrupted = 130  ///< the caller asked for the work to stop
};

/// The one family of exceptions. `what()` names what was found, what was expected and what to do, in one line.
class Error : public std::runtime_error {
  public:
    Error(ErrorKind kind, const std::string& message) : std::runtime_error(message), kind_(kind) {}

    ErrorKind kind() const { return kind_; }
    int exit_code() const { return static_cast<int>(kind_); }

  private:
    ErrorKind kind_;
};

struct UsageError : Error {
    explicit UsageError(const std::string& message) : Error(ErrorKind::usage, message) {}
};

struct InputError : Error {
    explicit InputError(const std::string& message) : Error(ErrorKind::input, message) {}
    /// "path:line: message"; lines count from 1.
    InputError(const std::string& path, std::size_t line, const std::string& message)
        : Error(ErrorKind::input, path + ":" + std::to_string(line) + ": " + message) {}
};

struct UnknownIdError : Error {
    explicit UnknownIdError(const std::string& message) : Error(ErrorKind::unknown_id, message) {}
};

struct DamagedError : Error {
    explicit DamagedError(const std::string& message) : Error(ErrorKind::damaged, message) {}
};

struct MemoryError : Error {
    explicit MemoryError(const std::string& message) : Error(ErrorKind::memory, message) {}
};

struct InterruptedError : Error {
    InterruptedError() : Error(ErrorKind::interrupted, "interrupted; what was there before is unchanged") {}
};

}  // namespace eckart
