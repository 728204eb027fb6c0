#include "corpora/documents/beir.h"

#include <filesystem>

#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

/// The corpus of the folder; empty if it has none.
std::string corpus_of(const std::string& folder) {
    for (const char* name : {"corpus.jsonl", "corpus.jsonl.gz", "corpus.jsonl.zst"}) {
        std::error_code error;
        const auto path = std::filesystem::path(folder) / name;
        if (std::filesystem::is_regular_file(path, error)) return path.string();
    }
    return {};
}

}  // namespace

bool is_beir_folder(const std::string& folder) {
    return !corpus_of(folder).empty();
}

std::unique_ptr<DocumentReader> read_beir(const std::string& folder, const ColumnOptions& options) {
    const std::string corpus = corpus_of(folder);
    if (corpus.empty()) throw InputError(folder + ": found no corpus.jsonl, expected one as in a BEIR collection");
    return read_jsonl(open_byte_stream(corpus), options);
}

}  // namespace eckart::corpora
