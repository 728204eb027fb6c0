#pragma once

#include "engine/support/note.h"
#include "text/query/query_parser.h"
#include "text/ranking/document_set.h"
#include "text/store/field_columns.h"

namespace eckart::text {

/// The documents for which a part of the kind path, type, lang, from or date holds; `excluded` is not looked at.
/// ASCII capitals count as small letters. A path or a sender holds the text; with a * in it, it is all of the path, or
/// all of it behind a /. Notes a type or a language that no document has, with those that there are. One pass over the
/// field's column.
DocumentSet documents_with_field(const FieldColumns& fields, const QueryNode& node, Notes& notes);

/// Whether `text` is `pattern`, in which * stands for anything. Costs O(|text| |pattern|).
bool matches_pattern(std::string_view text, std::string_view pattern);

}  // namespace eckart::text
