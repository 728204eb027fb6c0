#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <thread>

#include "engine/support/memory_budget.h"
#include "tools/build_info.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/machine.h"

namespace eckart::tools {
namespace {

/// Eigen's AVX-512 code is no faster than its AVX2 code, so that a build for level 3 lacks nothing on a machine of
/// level 4.
constexpr int best_useful_level = 3;

nlohmann::ordered_json findings(const Session& session, const std::string& folder) {
    std::error_code no_space;
    const std::uint64_t free_bytes = std::filesystem::space(folder, no_space).available;
    nlohmann::ordered_json found = {{"version", build_info::version},
                                    {"build", build_info::build_type},
                                    {"compiler", build_info::compiler},
                                    {"processor", processor_name()},
                                    {"machine_level", level_name(machine_level())},
                                    {"build_level", level_name(build_level())},
                                    {"hardware_threads", std::max(1u, std::thread::hardware_concurrency())},
                                    {"threads", thread_count()},
                                    {"memory", installed_memory()},
                                    {"memory_available", available_memory()},
                                    {"memory_allowed", session.memory.bytes},
                                    {"seed", session.common.seed},
                                    {"folder", folder},
                                    {"folder_writable", can_write_in(folder)},
                                    {"folder_free", no_space ? 0 : free_bytes}};
    for (const auto& library : build_info::libraries) found["libraries"][library.name] = library.version;
    found["warnings"] = nlohmann::ordered_json::array();
    return found;
}

void add_warnings(nlohmann::ordered_json& found) {
    const int useful = std::min(machine_level(), best_useful_level);
    if (build_level() < useful) {
        found["warnings"].push_back(
            fmt::format("built for {}, but this machine runs {}: configure with -DECKART_MARCH=auto",
                        level_name(build_level()), level_name(useful)));
    }
    if (std::string_view(build_info::build_type) != "Release") {
        found["warnings"].push_back("not a release build: several times slower; configure with -DCMAKE_BUILD_TYPE=Release");
    }
    if (!found["folder_writable"].get<bool>()) found["warnings"].push_back("cannot write in this folder: choose another one");
}

std::string readable(const std::string& field, const nlohmann::ordered_json& value) {
    const bool is_size = field.starts_with("memory") || field == "folder_free";
    if (is_size) return value.get<std::uint64_t>() == 0 ? "no bound" : readable_bytes(value.get<std::uint64_t>());
    if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
    return value.is_string() ? value.get<std::string>() : value.dump();
}

void print(Output& out, const nlohmann::ordered_json& found) {
    const auto row = [&](const std::string& name, const std::string& value) {
        out.line(fmt::format("{:<18}{}", name, value));
    };
    for (const auto& [field, value] : found.items()) {
        std::string label = field;
        std::replace(label.begin(), label.end(), '_', ' ');
        if (!value.is_structured()) row(label, readable(field, value));
    }
    std::string libraries;
    for (const auto& [name, version] : found["libraries"].items()) {
        libraries += (libraries.empty() ? "" : ", ") + name + " " + version.get<std::string>();
    }
    row("libraries", libraries);
    for (const auto& warning : found["warnings"]) row("warning", warning.get<std::string>());
}

}  // namespace

Command doctor_command() {
    auto folder = std::make_shared<std::string>(".");
    return {.name = "doctor",
            .summary = "Shows what this machine offers and how the program was built for it",
            .examples = {"eckart doctor", "eckart doctor --json"},
            .notes = "",
            .declare =
                [folder](Arguments& arguments) {
                    arguments.positional(*folder, "FOLDER", "folder for indexes and models, to see whether it can be written", false);
                },
            .run =
                [folder](Session& session) {
                    session.require_memory(0, "doctor");
                    nlohmann::ordered_json found = findings(session, *folder);
                    add_warnings(found);
                    if (session.common.json) {
                        session.out.object(found);
                    } else {
                        print(session.out, found);
                    }
                }};
}

}  // namespace eckart::tools
