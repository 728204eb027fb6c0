#include "text/terms/marked_forms.h"

#include <algorithm>
#include <string>
#include <utility>

#include "engine/support/parallel.h"
#include "text/words/marks.h"

namespace eckart::text {
namespace {

constexpr std::int64_t forms_at_once = 4096;

}  // namespace

std::vector<std::int32_t> marked_forms(const Vocabulary& forms) {
    using Marked = std::vector<std::pair<std::string, std::int32_t>>;
    std::vector<Marked> blocks(static_cast<std::size_t>((forms.size() + forms_at_once - 1) / forms_at_once));
    parallel_blocks(forms.size(), forms_at_once, [&](Range range) {
        Marked& found = blocks[static_cast<std::size_t>(range.begin / forms_at_once)];
        std::string buffer;
        for (auto i = static_cast<std::int32_t>(range.begin); i < static_cast<std::int32_t>(range.end); ++i) {
            const std::string_view form = forms.term(i), bare = bare_form(form, buffer);
            if (bare != form) found.emplace_back(bare, i);
        }
    });
    Marked all;
    for (Marked& found : blocks) std::move(found.begin(), found.end(), std::back_inserter(all));
    std::sort(all.begin(), all.end());
    std::vector<std::int32_t> marked;
    for (const auto& each : all) marked.push_back(each.second);
    return marked;
}

std::vector<std::int32_t> forms_of_bare(const Vocabulary& forms, std::span<const std::int32_t> marked,
                                        std::string_view bare) {
    std::vector<std::int32_t> found;
    std::string buffer;
    const auto bare_of = [&](std::int32_t form) { return bare_form(forms.term(form), buffer); };
    auto each = std::lower_bound(marked.begin(), marked.end(), bare,
                                 [&](std::int32_t form, std::string_view wanted) { return bare_of(form) < wanted; });
    for (; each != marked.end() && bare_of(*each) == bare; ++each) found.push_back(*each);
    if (const auto own = forms.find(bare); own && bare_of(*own) == bare)
        found.insert(std::lower_bound(found.begin(), found.end(), *own), *own);
    return found;
}

}  // namespace eckart::text
