#pragma once

#include <memory>

#include "corpora/bytes/byte_stream.h"
#include "corpora/documents/document.h"
#include "corpora/documents/jsonl.h"

namespace eckart::corpora {

/// How a table of text is written.
enum class TableForm {
    csv,  ///< commas; fields may stand in quotes, which hold commas, line ends and doubled quotes (RFC 4180)
    tsv   ///< tabs; quotes are text, and a field cannot hold a tab or a line end
};

/// Reads the rows of a table as documents. If the first row names a column that `columns` asks for, or one of the usual
/// names, it is a header; else it is a document like the others. A row is called by its id column, without blanks
/// around it, or by its number (the first document is 1) where there is none; its text is the text columns, or all
/// columns but id and title if no text column is known. A row may be short of columns at its end; blank rows are passed
/// over. Throws InputError "name:line: ..." at a quote that is never closed, text after a closing quote, a row with
/// more columns than the first, an empty id, and a column that was asked for and is not there.
std::unique_ptr<DocumentReader> read_delimited(std::unique_ptr<ByteStream> stream, TableForm form,
                                               const ColumnOptions& columns = {});

}  // namespace eckart::corpora
