#include <memory>
#include <nlohmann/json.hpp>

#include "engine/storage/store.h"
#include "recsys/serving/model_store.h"
#include "text/index.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/clustering_store.h"

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

/// Sizes first, then the manifest.
void print(Session& session, const char* kind, const std::string& path, Json object) {
    if (session.common.json) return session.out.object(object);
    object["manifest"].erase("files");
    Table table({kind, path});
    const Json leaves = object["manifest"];
    object.erase("manifest");
    add_leaves(table, "", object);
    add_leaves(table, "", leaves);
    table.print(session.out);
}

void print_index(Session& session, const std::string& path) {
    const auto index = text::Index::open(path);
    const text::IndexInfo& info = index.info();
    print(session, "index", path,
          {{"documents", info.documents},
           {"terms", info.terms},
           {"latent_terms", info.latent_terms},
           {"nonzeros", info.nonzeros},
           {"manifest", Json::parse(info.description_json)}});
}

void print_model(Session& session, const std::string& path) {
    const auto store = recsys::ModelStore::open(path);
    Json manifest = Json::parse(store.store().manifest_json());
    Json object;
    for (const char* field : {"model", "users", "items", "ratings"}) {
        object[field] = manifest[field];
        manifest.erase(field);
    }
    object["manifest"] = std::move(manifest);
    print(session, "model of", path, object);
}

void print_clustering(Session& session, const std::string& path) {
    const StoreReader store = StoreReader::open(path);
    Json manifest = Json::parse(store.manifest_json());
    Json object;
    for (const char* field : {"clusters", "rows", "of"}) {
        object[field] = manifest[field];
        manifest.erase(field);
    }
    object["manifest"] = std::move(manifest);
    print(session, "clustering", path, object);
}

void run(Session& session, const std::string& path) {
    session.require_memory(0, "info");
    const std::string kind = StoreReader::open(path).kind();
    if (kind == "model") return print_model(session, path);
    if (kind == jobs::clustering_kind) return print_clustering(session, path);
    print_index(session, path);
}

}  // namespace

Command info_command() {
    auto store = std::make_shared<std::string>();
    return {
        .name = "info",
        .summary = "What an index, a model or a clustering holds, how it was made and how good its factorization is",
        .examples = {"eckart info docs.idx", "eckart info films.model --json"},
        .notes = "--json prints the whole manifest, with every file's size and checksum.",
        .declare =
            [store](Arguments& arguments) {
                arguments.positional(*store, "STORE", "folder made by eckart index, train or cluster");
            },
        .run = [store](Session& session) { run(session, *store); }};
}

}  // namespace eckart::tools
