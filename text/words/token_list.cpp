#include "text/words/token_list.h"

#include <algorithm>
#include <limits>

#include "engine/support/error.h"

namespace eckart::text {

void TokenList::grow(std::size_t bytes) {
    const std::size_t used = offsets_[count_];
    if (used + bytes > std::numeric_limits<std::uint32_t>::max())
        throw UsageError("the words of one text take more than 4 GiB; read the text in parts");
    if (count_ + 2 > offsets_.size()) {
        offsets_.resize(2 * count_ + 1024);
        ranges_.resize(offsets_.size());
    }
    if (used + bytes > bytes_.size()) bytes_.resize(2 * used + bytes + 8192);
}

void TokenList::append(std::string_view word, ByteRange source) {
    std::copy(word.begin(), word.end(), begin_word(word.size()));
    end_word(word.size(), source);
}

}  // namespace eckart::text
