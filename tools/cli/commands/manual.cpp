#include <filesystem>
#include <memory>
#include <string>

#include "engine/storage/output_file.h"
#include "tools/build_info.h"
#include "tools/cli/arguments/completion.h"
#include "tools/cli/arguments/manual_page.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {
namespace {

void write(const std::filesystem::path& path, const std::string& text) {
    std::filesystem::create_directories(path.parent_path());
    OutputFile file(path.string());
    file.append(text);
    file.close();
}

void write_manual(const std::filesystem::path& share) {
    const std::vector<CommandPage> pages = command_pages(all_commands());
    const std::string version = build_info::version;
    write(share / "man/man1/eckart.1", program_manual(pages, version));
    for (const CommandPage& page : pages) {
        write(share / "man/man1" / ("eckart-" + page.name + ".1"), command_manual(page, version));
    }
    write(share / "bash-completion/completions/eckart", bash_completion(pages));
    write(share / "zsh/site-functions/_eckart", zsh_completion(pages));
    write(share / "fish/vendor_completions.d/eckart.fish", fish_completion(pages));
}

}  // namespace

Command manual_command() {
    auto folder = std::make_shared<std::string>();
    return {.name = "__manual",
            .summary = "Writes the manual pages and the completions of shells",
            .examples = {"eckart __manual /usr/local/share"},
            .notes = "",
            .declare =
                [folder](Arguments& arguments) {
                    arguments.positional(*folder, "FOLDER",
                                         "where man, bash-completion, zsh and fish have their folders");
                },
            .run = [folder](Session&) { write_manual(*folder); },
            .hidden = true};
}

}  // namespace eckart::tools
