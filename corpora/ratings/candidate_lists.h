#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "corpora/bytes/byte_stream.h"

namespace eckart::corpora {

/// One line of a file of candidates: what is to be ranked for a user, of which one item was held out. Borrows the
/// reader's memory.
struct CandidateList {
    std::string_view user;
    std::string_view held_out;                 ///< empty if the line names none
    std::vector<std::string_view> candidates;  ///< as they stand: one may come twice, and be the item held out
};

/// Reads candidate lists, a user a line, in the form of He, Liao, Zhang, Nie, Hu and Chua, "Neural collaborative
/// filtering" (WWW 2017), "(user,item)" and then the items drawn for it; a plain user in front is taken too. Columns
/// are separated by tabs, or by spaces in a line without tabs. Blank lines are skipped. Throws InputError "path:line:
/// ..." where a line has no candidate or a parenthesis is not closed, and if there is no list at all.
void read_candidate_lists(const std::string& path, const std::function<void(const CandidateList&)>& take);

/// The same from a stream.
void read_candidate_lists(std::unique_ptr<ByteStream> stream, const std::function<void(const CandidateList&)>& take);

}  // namespace eckart::corpora
