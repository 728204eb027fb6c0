#include <clocale>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>

#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {
namespace {

/// The first signal asks the work to stop in good order; a second one of the same kind ends the program at once.
void install_signal_handlers() {
    struct sigaction action {};
    action.sa_handler = [](int) { request_interrupt(); };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);  // so that a closed pipe is an error of write, which Output knows
}

/// A store of another kind than the command needs is refused in the name of the command.
void run(const Command& command, Session& session) {
    try {
        command.run(session);
    } catch (const WrongKindError& error) {
        throw InputError(error.found + "; `" + command.name + "` needs " + error.expected);
    }
}

void run(int argc, const char* const* argv) {
    const std::vector<Command> commands = all_commands();
    CommonOptions common;
    std::string answer;
    const Command* command = parse_command_line(argc, argv, commands, common, answer);
    Session session(common);
    if (command) {
        run(*command, session);
    } else {
        session.out.write(answer);
    }
    session.out.finish();
}

int failure(const std::string& message, int exit_code) {
    std::fputs(("eckart: " + printable(message) + "\n").c_str(), stderr);
    return exit_code;
}

}  // namespace
}  // namespace eckart::tools

int main(int argc, char** argv) {
    using namespace eckart::tools;
    std::setlocale(LC_CTYPE, "C.UTF-8");
    install_signal_handlers();
    try {
        run(argc, argv);
        return 0;
    } catch (const OutputClosed&) {
        return 0;
    } catch (const eckart::Error& error) {
        return failure(error.what(), error.exit_code());
    } catch (const std::bad_alloc&) {
        return failure("out of memory; with --memory the program says beforehand how much it needs", 6);
    } catch (const std::exception& error) {
        return failure(error.what(), 1);
    }
}
