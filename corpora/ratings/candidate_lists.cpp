#include "corpora/ratings/candidate_lists.h"

#include <algorithm>
#include <utility>

#include "corpora/bytes/lines.h"
#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

std::vector<std::string_view> columns_of(std::string_view line) {
    if (line.find('\t') == std::string_view::npos) return words_of(line);
    std::vector<std::string_view> columns;
    for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t end = std::min(line.find('\t', begin), line.size());
        const std::string_view column = trimmed(line.substr(begin, end - begin));
        if (!column.empty()) columns.push_back(column);
        begin = end + 1;
    }
    return columns;
}

/// Takes "(user,item)" apart at the last comma, since a user's id may have one rather than an item's number.
void parse_head(const LineReader& lines, std::string_view head, CandidateList& list) {
    list.user = head;
    list.held_out = {};
    if (!head.starts_with('(')) return;
    const std::size_t comma = head.rfind(',');
    if (comma == std::string_view::npos || !head.ends_with(')')) {
        lines.fail("found " + in_quotes(head) + ", expected (user,item)");
    }
    list.user = trimmed(head.substr(1, comma - 1));
    list.held_out = trimmed(head.substr(comma + 1, head.size() - comma - 2));
    if (list.user.empty() || list.held_out.empty()) {
        lines.fail("found " + in_quotes(head) + ", expected (user,item)");
    }
}

}  // namespace

void read_candidate_lists(const std::string& path, const std::function<void(const CandidateList&)>& take) {
    read_candidate_lists(open_byte_stream(path), take);
}

void read_candidate_lists(std::unique_ptr<ByteStream> stream, const std::function<void(const CandidateList&)>& take) {
    LineReader lines(std::move(stream));
    CandidateList list;
    bool any = false;
    for (std::string_view line; lines.next(line);) {
        const std::vector<std::string_view> columns = columns_of(line);
        if (columns.empty()) continue;
        require_no_byte_order_mark(lines, columns[0]);
        parse_head(lines, columns[0], list);
        list.candidates.assign(columns.begin() + 1, columns.end());
        if (list.candidates.empty()) lines.fail("found a user without candidates, expected items behind it");
        take(list);
        any = true;
    }
    if (!any) throw InputError(lines.name() + ": found no candidate lists, expected some");
}

}  // namespace eckart::corpora
