// Any bytes: a query parses or is refused with the column of a character; parts lie in the query and in their parents,
// and the filter answers for a small index of words.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "tests/fuzz/fuzz_input.h"
#include "text/query/field_filter.h"
#include "text/query/query_parser.h"
#include "text/query/spelling.h"

namespace {

using namespace eckart::text;
using eckart::corpora::bytes_of;
using eckart::corpora::require;

void check(const QueryNode& node, std::size_t begin, std::size_t end) {
    require(begin <= node.begin && node.begin <= node.end && node.end <= end);
    require(node.text_begin <= node.text_end && node.text_end <= end);
    require(node.boost > 0 && node.distance >= 0);
    require(node.dates.first <= node.dates.end);
    for (const QueryNode& child : node.children) check(child, node.begin, node.end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = bytes_of(data, size);
    try {
        const QueryNode query = parse_query(text);
        check(query, 0, text.size());
        require(parse_query(text) == query);
    } catch (const QueryError& error) {
        require(error.column >= 1 && error.column <= text.size() + 1);
    } catch (const eckart::UsageError&) {
        require(text.size() > longest_query);
    }
    const std::string_view front = text.substr(0, std::min<std::size_t>(size / 2, 200)),
                           back = text.substr(front.size());
    const std::string_view part = back.substr(0, 200);
    matches_pattern(front, part);
    require(typing_cost(front, front) == 0);
    require(typing_cost(front, part) >= 0);
    parse_date_range(part);
    return 0;
}
