#include "tools/jobs/stores.h"

#include "engine/storage/store.h"
#include "engine/support/parallel.h"
#include "recsys/serving/model_store.h"
#include "text/index.h"

namespace eckart::jobs {
namespace {

StoreSummary summary_of(const StoreReader& store) {
    return {store.kind(), store.generation(), store.files().size(), store.manifest_json()};
}

}  // namespace

StoreSummary store_summary(const std::string& path, const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "info");
    const StoreReader store = StoreReader::open(path);
    if (store.kind() == "text-index") static_cast<void>(text::Index::open(path));
    if (store.kind() == "model") static_cast<void>(recsys::ModelStore::open(path));
    return summary_of(store);
}

StoreSummary verified_store(const std::string& path, const Work& work) {
    const ThreadLimit threads(work.threads);
    work.require_memory(0, "verify");
    const StoreReader store = StoreReader::open(path);
    store.verify(work.progress);
    return summary_of(store);
}

}  // namespace eckart::jobs
