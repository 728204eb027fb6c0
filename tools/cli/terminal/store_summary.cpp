#include "tools/cli/terminal/store_summary.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "tools/jobs/counted.h"

namespace eckart::tools {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_list = 12;

/// Rows "options.seed  12": the leaves of a manifest, a long list by its length.
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

/// How a kind of store is shown: its name and the members of the manifest that come first.
struct Shown {
    const char* name;
    std::vector<const char*> first;
    bool twice;  ///< whether those stand in the manifest too
};

Shown shown(const std::string& kind) {
    if (kind == "model") return {"model of", {"model", "users", "items", "ratings"}, false};
    if (kind == "clustering") return {"clustering", {"clusters", "rows", "of"}, false};
    return {"index", {"documents", "terms", "latent_terms", "nonzeros"}, true};
}

}  // namespace

void print_store(Session& session, const std::string& path, const jobs::StoreSummary& store) {
    const Shown how = shown(store.kind);
    Json manifest = Json::parse(store.manifest);
    Json object;
    for (const char* field : how.first) {
        object[field] = manifest[field];
        if (!how.twice) manifest.erase(field);
    }
    if (session.common.json) {
        object["manifest"] = std::move(manifest);
        return session.out.object(object);
    }
    manifest.erase("files");
    Table table({how.name, path});
    add_leaves(table, "", object);
    add_leaves(table, "", manifest);
    table.print(session.out);
}

void print_whole(Session& session, const std::string& path, const jobs::StoreSummary& store) {
    if (session.common.json) {
        return session.out.object({{"store", path},
                                   {"kind", store.kind},
                                   {"generation", store.generation},
                                   {"files", store.files},
                                   {"whole", true}});
    }
    const auto files = static_cast<std::int64_t>(store.files);
    session.out.line(path + ": " + jobs::counted(files, "file of ", "files of ") + store.generation +
                     (files == 1 ? " is whole" : " are whole"));
}

}  // namespace eckart::tools
