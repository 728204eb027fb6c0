#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"
#include "corpora/ratings/rating.h"
#include "corpora/ratings/rating_columns.h"
#include "corpora/ratings/rating_format.h"

namespace eckart::corpora {

struct RatingOptions {
    std::string format = "auto";  ///< "auto" (see rating_format) or one of rating_formats()
    RatingColumns columns = {};   ///< of csv, tsv, colons, triples and jsonl
    std::size_t most_record_bytes = default_record_bytes;
};

/// Opens ratings: a file, standard input ("-") or a folder, each compressed with gzip or zstd or not. A folder stands
/// for what rating_files finds in it.
///
/// Throws InputError "path:line: found, expected" where the source is not what its format promises, and if it has no
/// rating at all; UsageError for an unknown format, and for columns of a format that has none.
std::unique_ptr<RatingReader> open_ratings(const std::string& source, const RatingOptions& options = {});

/// The same from a stream, whose name counts where the format is told.
std::unique_ptr<RatingReader> read_ratings(std::unique_ptr<ByteStream> stream, const RatingOptions& options = {});

}  // namespace eckart::corpora
