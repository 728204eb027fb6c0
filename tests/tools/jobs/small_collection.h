#pragma once

#include <string>

#include "tests/engine/storage/temporary_folder.h"
#include "tools/jobs/search/index_documents.h"

namespace eckart::jobs::testing {

using eckart::testing::message_of;
using eckart::testing::TemporaryFolder;
using eckart::testing::write_bytes;

/// Six short texts on boats and bread, as JSON lines and as an index, in a folder of their own.
struct SmallCollection {
    SmallCollection() : source(folder / "docs.jsonl"), index(folder / "docs.idx") {
        write_bytes(source,
                    "{\"_id\": \"b1\", \"title\": \"Boats\", \"text\": \"A boat has an oar and a sail.\"}\n"
                    "{\"_id\": \"b2\", \"text\": \"The sail of the boat is torn, so take the oar.\"}\n"
                    "{\"_id\": \"b3\", \"text\": \"An oar of ash pulls the boat along.\"}\n"
                    "{\"_id\": \"f1\", \"title\": \"Loaves\", \"text\": \"Flour, salt and yeast make a loaf.\"}\n"
                    "{\"_id\": \"f2\", \"text\": \"Knead the flour with salt until the loaf rises.\"}\n"
                    "{\"_id\": \"f3\", \"text\": \"The yeast lifts the flour.\"}\n");
        made = index_documents({source}, index, {.index = {.language = "en"}}, Work());
    }

    TemporaryFolder folder;
    std::string source;
    std::string index;
    IndexedDocuments made;
};

}  // namespace eckart::jobs::testing
