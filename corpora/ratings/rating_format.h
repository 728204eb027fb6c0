#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/bytes/rows.h"

namespace eckart::corpora {

/// The forms that ratings come in:
///
///     csv      commas, or semicolons where the first line has more of them; fields in quotes; MovieLens' ratings.csv
///     tsv      tabs; MovieLens 100K's u.data
///     colons   "::"; MovieLens 1M's and 10M's ratings.dat
///     triples  white space; LIBMF's "user item rating"
///     jsonl    JSON lines
///     libsvm   "label item:value item:value ...", a line a user
///     lists    "user item item ...", a line a user; LightGCN's collections
///     netflix  "item:" and below it "user,rating,date"
const std::vector<std::string>& rating_formats();

/// Bytes from the start of a source that rating_format looks at.
inline constexpr std::size_t rating_head_bytes = 64 * 1024;

/// Tells the form of a file of ratings by its name and first bytes (decompressed, at most rating_head_bytes of which
/// count; the last line may be cut). The first of these rules that fits decides; "the line" is the first that is not
/// blank, and .gz and .zst at the end of the name do not count:
///
/// 1. the name ends in .jsonl or .ndjson, or the line begins with "{": jsonl
/// 2. the line is an id and a colon: netflix
/// 3. the name ends in .csv: csv (tsv if the line has tabs, no comma and no semicolon); in .tsv: tsv; in .svm or
///    .libsvm: libsvm
/// 4. the line's first or second word is a whole number, a colon and a number: libsvm
/// 5. lists, if all words are whole numbers between white space (with a tab in a line, no blank), some line has more
///    than four, not all lines have as many (or there is but one line), and no first word comes twice or every first
///    word is the number of the others. Lists of other ids, and short or equally long ones, look like triples or prose
///    and must be named.
/// 6. the line has a tab: tsv; "::": colons; a comma or semicolon: csv; none of these: triples
std::string rating_format(std::string_view name, std::string_view head);

/// What separates the fields of a file in the form "csv", "tsv", "colons" or "triples".
RowForm rating_row_form(std::string_view format, std::string_view head);

}  // namespace eckart::corpora
