#include "tools/cli/terminal/similar_rows.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace eckart::tools {

void print_similar_items(Session& session, const jobs::SimilarItems& similar) {
    session.show(similar.notes);
    std::int64_t rank = 0;
    for (const jobs::SimilarItem& one : similar.items) {
        ++rank;
        if (session.common.json) {
            session.out.object({{"rank", rank},
                                {"item", one.item},
                                {"title", one.title},
                                {"score", one.score},
                                {"source", similar.source}});
            continue;
        }
        const std::string label = printable(one.title.empty() ? one.item : one.title);
        session.out.line(cut_to(fmt::format("{:>3}  {:.4f}  {}", rank, one.score, label), session.out.columns()));
    }
}

}  // namespace eckart::tools
