#pragma once

#include <iosfwd>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "corpora/bytes/byte_stream.h"

namespace eckart::corpora {

/// A document and what it scored for a query.
struct RunEntry {
    std::string document;
    double score = 0;
};

/// The ranked documents of each query, best first, by query id.
using Run = std::map<std::string, std::vector<RunEntry>>;

/// Reads a TREC run: lines of query, Q0, document, rank, score, tag (a tag may have blanks in it). Blank lines and
/// lines that begin with "#" are skipped. As in trec_eval the order comes from the scores alone, not from the file's
/// ranks or its lines, and among equal scores the document whose id is greater in bytes comes first. Throws InputError
/// "path:line: ..." where a line has less than six columns, the score is no finite number, or a document comes twice
/// for a query; and if there is no line.
Run read_run(const std::string& path);

/// The same from a stream.
Run read_run(std::unique_ptr<ByteStream> stream);

/// Writes the ranking of one query, best first, in TREC form with ranks from 1. Scores are written so that they read
/// back as the same numbers. Where a score is not below the one before it as a float (which is what trec_eval holds up
/// to 9.0.8), the next lower float is written, so that read_run and every trec_eval see the order given. White space in
/// ids, and "#" at the start of a query's, are written as in URLs ("%20").
void write_run(std::ostream& out, const std::string& query, const std::vector<RunEntry>& ranking,
               const std::string& tag = "eckart");

}  // namespace eckart::corpora
