#include "text/query/spellings.h"

#include "text/store/open_index.h"

namespace eckart::text {

void Spellings::add(std::string_view text, const TokenList& terms) {
    for (std::size_t i = 0; i < terms.size(); ++i) {
        const ByteRange at = terms.source(i);
        words_.try_emplace(std::string(terms[i]), text.substr(at.begin, at.end - at.begin));
    }
}

std::string Spellings::of(std::string_view term) const {
    const auto found = words_.find(std::string(term));
    if (found == words_.end()) return std::string(term);
    const TokenList folded = analyzed(found->second, Language());
    return std::string(folded.size() == 1 ? folded[0] : term);
}

}  // namespace eckart::text
