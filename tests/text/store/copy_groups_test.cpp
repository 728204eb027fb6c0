#include "text/store/copy_groups.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

/// The message of the refusal of such a column; empty if there is none.
std::string refusal_of(const std::vector<std::int32_t>& representatives, std::int64_t documents) {
    const TemporaryFolder folder;
    StoreWriter writer = StoreWriter::begin(folder / "store");
    write_npy(writer.file(index_file::copies), representatives);
    writer.publish(index_kind, "{}");
    const StoreReader store = StoreReader::open(folder / "store", index_kind);
    return message_of<DamagedError>([&] { CopyGroups(store, documents); });
}

}  // namespace

TEST_CASE("a column in which no copy stands for another is taken") {
    CHECK(refusal_of({0, 0, 2, 2, 0}, 5).empty());
    CHECK(refusal_of({}, 0).empty());
}

TEST_CASE("a document for which a copy, a later one or none at all would stand is damage that names the file") {
    for (const std::vector<std::int32_t>& column :
         {std::vector<std::int32_t>{0, 0, 1}, {1, 1, 2}, {0, -1, 2}, {0, 1, 3}, {0, 1}}) {
        CHECK(refusal_of(column, 3).find("copies.npy") != std::string::npos);
    }
}
