#include "corpora/documents/beir.h"

#include <doctest/doctest.h>

#include "corpora/bytes/scratch.h"

namespace eckart::corpora {
namespace {

constexpr std::string_view corpus = "{\"_id\": \"4983\", \"title\": \"t\", \"text\": \"words\"}\n";

TEST_CASE("a folder with a corpus is a BEIR collection, compressed or not") {
    const ScratchFolder plain, gzip, zstd, none;
    plain.write("corpus.jsonl", corpus);
    gzip.write("corpus.jsonl.gz", gzipped(corpus));
    zstd.write("corpus.jsonl.zst", zstd_compressed(corpus));

    for (const ScratchFolder* folder : {&plain, &gzip, &zstd}) {
        CHECK(is_beir_folder(folder->path()));
        CHECK(ids_of(all_documents(*read_beir(folder->path()))) == Ids{"4983"});
    }
    CHECK_FALSE(is_beir_folder(none.path()));
    CHECK(input_error([&] { read_beir(none.path()); }) ==
          none.path() + ": found no corpus.jsonl, expected one as in a BEIR collection");
}

}  // namespace
}  // namespace eckart::corpora
