#include "tools/cli/terminal/store_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

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
        table.add(
            {name, fmt::format("{} values, from {} to {}", value.size(), value.front().dump(), value.back().dump())});
    } else {
        table.add({name, printable(value.is_string() ? value.get<std::string>() : value.dump())});
    }
}

/// What a store holds, and the rest of its manifest.
Json fields_of(const jobs::StoreInfo& info) {
    Json manifest = Json::parse(info.manifest_json), fields;
    if (info.kind == jobs::StoreKind::model) fields["model"] = info.of;
    for (const jobs::NamedCount& size : info.sizes) fields[size.name] = size.count;
    if (info.kind == jobs::StoreKind::clustering) fields["of"] = info.of;
    if (info.kind != jobs::StoreKind::index) {  // whose manifest has its sizes among its statistics
        for (const auto& [name, value] : fields.items()) manifest.erase(name);
    }
    fields["manifest"] = std::move(manifest);
    return fields;
}

}  // namespace

void print_store(Session& session, const jobs::StoreInfo& info) {
    Json fields = fields_of(info);
    if (session.common.json) return session.out.object(fields);
    const std::string kind(name(info.kind));
    Table table({info.kind == jobs::StoreKind::model ? kind + " of" : kind, info.path});
    Json manifest = std::move(fields["manifest"]);
    fields.erase("manifest");
    manifest.erase("files");
    add_leaves(table, "", fields);
    add_leaves(table, "", manifest);
    table.print(session.out);
}

void print_verified(Session& session, const jobs::VerifiedStore& store) {
    if (session.common.json) {
        return session.out.object({{"store", store.path},
                                   {"kind", store.kind},
                                   {"generation", store.generation},
                                   {"files", store.files},
                                   {"whole", true}});
    }
    session.out.line(fmt::format("{}: all {} files of {} are whole", store.path, store.files, store.generation));
}

}  // namespace eckart::tools
