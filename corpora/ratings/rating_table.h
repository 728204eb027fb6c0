#pragma once

#include <cstddef>
#include <memory>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"
#include "corpora/bytes/rows.h"
#include "corpora/ratings/rating.h"
#include "corpora/ratings/rating_columns.h"

namespace eckart::corpora {

/// Reads a table with a rating a row: MovieLens in all its forms (u.data has tabs, ratings.dat "::", ratings.csv a
/// header), LIBMF's triples, any CSV or TSV. rating_header says which column is which. Without a rating column each
/// value is 1; a time that is empty or blank is no_time. Ids are of any bytes, without blanks around them. Throws
/// InputError "path:line: ..." where the first row does not tell the columns, a row has another number of columns than
/// the first, an id is empty, and a rating or a time is not what rating_value and rating_time take.
std::unique_ptr<RatingReader> read_rating_table(std::unique_ptr<ByteStream> stream, RowForm form,
                                                const RatingColumns& columns = {},
                                                std::size_t most_row_bytes = default_record_bytes);

/// Reads JSON lines with a rating a line; rating_members says which member is which, and an object that lacks the first
/// one's rating or time is an error. Ids are strings (without blanks around them) or whole numbers, ratings numbers,
/// times numbers or dates, each also as a string. Throws InputError as read_rating_table does.
std::unique_ptr<RatingReader> read_rating_jsonl(std::unique_ptr<ByteStream> stream, const RatingColumns& columns = {},
                                                std::size_t most_line_bytes = default_record_bytes);

}  // namespace eckart::corpora
