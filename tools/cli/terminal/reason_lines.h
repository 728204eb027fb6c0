#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "text/query/explanation.h"

namespace eckart::tools {

/// Why a document has its score, in a few lines: its parts by words and by meaning; the words of the query that gave
/// most, each with the words of the document through which it did; feedback; and the factors that gave most.
std::vector<std::string> reason_lines(const text::Explanation& reason);

/// All parts of a score, with the names of text::Explanation.
nlohmann::ordered_json reason_object(const text::Explanation& reason);

}  // namespace eckart::tools
