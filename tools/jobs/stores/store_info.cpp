#include "tools/jobs/stores/store_info.h"

#include <nlohmann/json.hpp>

#include "engine/storage/store.h"
#include "engine/support/parallel.h"
#include "recsys/serving/model_store.h"
#include "text/query/index.h"

namespace eckart::jobs {
namespace {

StoreInfo index_info(const std::string& path) {
    const auto index = text::Index::open(path);
    const text::IndexInfo& info = index.info();
    return {.kind = StoreKind::index,
            .path = path,
            .of = {},
            .sizes = {{"documents", info.documents},
                      {"terms", info.terms},
                      {"latent_terms", info.latent_terms},
                      {"nonzeros", info.nonzeros}},
            .manifest_json = info.description_json};
}

/// Of a store whose manifest has its sizes and what it is of.
StoreInfo info_in_manifest(StoreKind kind, const StoreReader& store, const char* of,
                           const std::vector<const char*>& sizes) {
    const auto manifest = nlohmann::json::parse(store.manifest_json());
    StoreInfo info{.kind = kind,
                   .path = store.path(),
                   .of = manifest.at(of).get<std::string>(),
                   .sizes = {},
                   .manifest_json = store.manifest_json()};
    for (const char* size : sizes) info.sizes.push_back({size, manifest.at(size).get<std::int64_t>()});
    return info;
}

}  // namespace

std::string_view name(StoreKind kind) {
    switch (kind) {
        case StoreKind::index:
            return "index";
        case StoreKind::model:
            return "model";
        case StoreKind::clustering:
            break;
    }
    return "clustering";
}

StoreInfo store_info(const std::string& path, const Work& work) {
    work.require_memory(0, "info");
    const StoreReader store = StoreReader::open(path);
    if (store.kind() == name(StoreKind::clustering)) {
        return info_in_manifest(StoreKind::clustering, store, "of", {"clusters", "rows"});
    }
    if (store.kind() != name(StoreKind::model)) return index_info(path);
    static_cast<void>(recsys::ModelStore::open(path));  // whose parts fit together
    return info_in_manifest(StoreKind::model, store, "model", {"users", "items", "ratings"});
}

VerifiedStore verify_store(const std::string& path, const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "verify");
    const StoreReader store = StoreReader::open(path);
    store.verify(work.progress);
    return {.path = path,
            .kind = store.kind(),
            .generation = store.generation(),
            .files = static_cast<std::int64_t>(store.files().size())};
}

}  // namespace eckart::jobs
