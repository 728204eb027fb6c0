#pragma once

#include <string>
#include <vector>

#include "engine/storage/catalog.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"

namespace eckart::testing {

/// Writes, but does not publish, a generation that says `value` in each of its files.
inline void write_sample(StoreWriter& writer, std::int32_t value) {
    write_npy<std::int32_t>(writer.file("values.npy"), std::vector<std::int32_t>(1000, value));
    CatalogWriter catalog(writer.file("catalog.sqlite"));
    catalog.add("the value", std::to_string(value));
    catalog.finish();
}

inline void publish_sample(const std::string& path, std::int32_t value) {
    StoreWriter writer = StoreWriter::begin(path);
    write_sample(writer, value);
    writer.publish("sample", R"({"value": )" + std::to_string(value) + "}");
}

/// What the generation says in each of its files, all of which are verified; -1 if they contradict one another.
inline std::int32_t read_sample(const StoreReader& store) {
    store.verify();
    const MappedArray<std::int32_t> values(store.file("values.npy"), {1000});
    const Catalog catalog(store.file("catalog.sqlite"));
    const bool agree = catalog.entry(0).title == std::to_string(values.values()[999]) &&
                       values.values()[0] == values.values()[999] &&
                       store.manifest_json().find("\"value\": " + catalog.entry(0).title) != std::string::npos;
    return agree ? values.values()[0] : -1;
}

inline std::int32_t read_sample(const std::string& path) {
    return read_sample(StoreReader::open(path, "sample"));
}

}  // namespace eckart::testing
