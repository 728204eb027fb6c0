#include <memory>
#include <nlohmann/json.hpp>

#include "text/index.h"
#include "tools/cli/session.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_list = 12;

/// Rows "statistics.documents  12": the leaves of a manifest, a long list by its length.
void add_leaves(Table& table, const std::string& name, const Json& value) {
    if (value.is_object()) {
        const std::string prefix = name.empty() ? "" : name + ".";
        for (const auto& [key, child] : value.items()) add_leaves(table, prefix + key, child);
    } else if (value.is_array() && value.size() > longest_list) {
        table.add({name, std::to_string(value.size()) + " values, from " + value.front().dump() + " to " +
                             value.back().dump()});
    } else {
        table.add({name, printable(value.is_string() ? value.get<std::string>() : value.dump())});
    }
}

void run(Session& session, const std::string& path) {
    session.require_memory(0, "info");
    const auto index = text::Index::open(path);
    const text::IndexInfo& info = index.info();
    const Json manifest = Json::parse(info.description_json);
    Json object = {{"documents", info.documents},
                   {"terms", info.terms},
                   {"latent_terms", info.latent_terms},
                   {"nonzeros", info.nonzeros},
                   {"manifest", manifest}};
    if (session.common.json) return session.out.object(object);

    object["manifest"].erase("files");
    Table table({"index", path});
    const Json leaves = object["manifest"];
    object.erase("manifest");
    add_leaves(table, "", object);
    add_leaves(table, "", leaves);
    table.print(session.out);
}

}  // namespace

Command info_command() {
    auto index = std::make_shared<std::string>();
    return {.name = "info",
            .summary = "What an index holds, how it was made and how good its factorization is",
            .examples = {"eckart info docs.idx", "eckart info docs.idx --json"},
            .notes = "--json prints the whole manifest, with every file's size and checksum.",
            .declare =
                [index](Arguments& arguments) { arguments.positional(*index, "INDEX", "folder made by eckart index"); },
            .run = [index](Session& session) { run(session, *index); }};
}

}  // namespace eckart::tools
