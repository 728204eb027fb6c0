#include "tools/cli/terminal/machine_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace eckart::tools {
namespace {

nlohmann::ordered_json fields_of(const jobs::Machine& machine, std::int64_t seed) {
    nlohmann::ordered_json fields = {{"version", machine.build.version},
                                     {"build", machine.build.type},
                                     {"compiler", machine.build.compiler},
                                     {"processor", machine.processor},
                                     {"machine_level", machine.level},
                                     {"build_level", machine.build.level},
                                     {"hardware_threads", machine.hardware_threads},
                                     {"threads", machine.threads},
                                     {"memory", machine.memory},
                                     {"memory_available", machine.memory_available},
                                     {"memory_allowed", machine.memory_allowed},
                                     {"seed", seed},
                                     {"folder", machine.folder},
                                     {"folder_writable", machine.folder_writable},
                                     {"folder_free", machine.folder_free}};
    for (const auto& library : machine.build.libraries) fields["libraries"][library.name] = library.version;
    fields["license"] = machine.build.license;
    fields["warnings"] = nlohmann::ordered_json::array();
    for (const jobs::Note& note : machine.notes) fields["warnings"].push_back(note.text);
    return fields;
}

std::string bytes_or(std::uint64_t bytes, const char* none) {
    return bytes == 0 ? none : readable_bytes(bytes);
}

std::string libraries_of(const jobs::Build& build) {
    std::string text;
    for (const auto& library : build.libraries) {
        text.append(text.empty() ? "" : ", ").append(library.name).append(" ").append(library.version);
    }
    return text;
}

void print_rows(Output& out, const jobs::Machine& machine, std::int64_t seed) {
    const auto row = [&](const char* label, const std::string& value) {
        out.line(fmt::format("{:<18}{}", label, value));
    };
    row("version", machine.build.version);
    row("build", machine.build.type);
    row("compiler", machine.build.compiler);
    row("processor", machine.processor);
    row("machine level", machine.level);
    row("build level", machine.build.level);
    row("hardware threads", fmt::to_string(machine.hardware_threads));
    row("threads", fmt::to_string(machine.threads));
    row("memory", bytes_or(machine.memory, "unknown"));
    row("memory available", bytes_or(machine.memory_available, "unknown"));
    row("memory allowed", bytes_or(machine.memory_allowed, "no bound"));
    row("seed", fmt::to_string(seed));
    row("folder", machine.folder);
    row("folder writable", machine.folder_writable ? "yes" : "no");
    row("folder free", bytes_or(machine.folder_free, "unknown"));
    row("libraries", libraries_of(machine.build));
    row("license", machine.build.license);
    for (const jobs::Note& note : machine.notes) row("warning", note.text);
}

}  // namespace

void print_machine(Session& session, const jobs::Machine& machine) {
    if (session.common.json) return session.out.object(fields_of(machine, session.common.seed));
    print_rows(session.out, machine, session.common.seed);
}

}  // namespace eckart::tools
