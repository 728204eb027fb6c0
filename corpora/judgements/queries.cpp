#include "corpora/judgements/queries.h"

#include <string_view>
#include <unordered_set>
#include <utility>

#include "corpora/bytes/lines.h"
#include "corpora/documents/jsonl.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

/// The first line that is not blank, without its white space.
std::string first_line(std::string_view bytes) {
    LineReader lines(memory_byte_stream(bytes, {}));
    std::string_view line;
    while (lines.next(line)) {
        if (!trimmed(line).empty()) return std::string(trimmed(line));
    }
    return {};
}

std::vector<Query> read_json_queries(std::unique_ptr<ByteStream> stream) {
    const auto reader = read_jsonl(std::move(stream));
    std::vector<Query> queries;
    Document document;
    while (reader->next(document)) queries.push_back({std::move(document.id), std::move(document.text)});
    return queries;
}

std::vector<Query> read_line_queries(std::unique_ptr<ByteStream> stream, bool with_ids) {
    LineReader lines(std::move(stream));
    std::vector<Query> queries;
    std::string_view line;
    while (lines.next(line)) {
        if (trimmed(line).empty()) continue;
        if (!with_ids) {
            queries.push_back({std::to_string(lines.line_number()), std::string(line)});
            continue;
        }
        const std::size_t tab = line.find('\t');
        const std::string_view id = trimmed(line.substr(0, tab));
        if (tab == std::string_view::npos || id.empty()) {
            lines.fail("found " + in_quotes(line) + ", expected an id, a tab and a query");
        }
        queries.push_back({std::string(id), std::string(line.substr(tab + 1))});
    }
    return queries;
}

std::vector<Query> read_any_queries(std::unique_ptr<ByteStream> stream, const std::string& first,
                                    SmartQueryIds smart_ids) {
    if (first == ".I" || first.substr(0, 3) == ".I ") return read_smart_queries(std::move(stream), smart_ids);
    if (first.substr(0, 1) == "{") return read_json_queries(std::move(stream));
    return read_line_queries(std::move(stream), first.find('\t') != std::string::npos);
}

}  // namespace

std::vector<Query> read_queries(const std::string& path, SmartQueryIds smart_ids) {
    std::string bytes;
    const auto stream = open_byte_stream(path);
    if (!read_all(*stream, default_record_bytes, bytes)) throw InputError(path + ": found too large a file of queries");
    std::vector<Query> queries =
        read_any_queries(memory_byte_stream(bytes, stream->name()), first_line(bytes), smart_ids);
    if (queries.empty()) throw InputError(path + ": found no queries, expected some");
    std::unordered_set<std::string_view> seen;
    for (const Query& query : queries) {
        if (!seen.insert(query.id).second)
            throw InputError(path + ": found the query id " + in_quotes(query.id) + " twice, expected once");
    }
    return queries;
}

}  // namespace eckart::corpora
