#include "tools/cli/terminal/shown_map.h"

#include <fmt/format.h>

#include "tools/cli/terminal/json.h"
#include "tools/jobs/common/counted.h"

namespace eckart::tools {
void print_map(Session& session, const std::vector<std::string>& files, const jobs::MapResult& made, double seconds) {
    const auto& [picture, layout, notes] = made;
    if (session.common.json) {
        return session.out.object({{"files", files},
                                   {"points", picture.size()},
                                   {"clusters", picture.described.size()},
                                   {"kept", layout.kept},
                                   {"placed", layout.placed},
                                   {"perplexity", or_null(layout.perplexity)},
                                   {"divergence", or_null(layout.divergence)},
                                   {"preserved", or_null(layout.preserved)},
                                   {"seconds", seconds}});
    }
    session.out.line(
        fmt::format("{}: {}, {}, {}", fmt::join(files, ", "), jobs::counted(picture.size(), picture.one, picture.many),
                    jobs::counted(std::ssize(picture.described), "cluster", "clusters"), layout.description));
    if (layout.preserved) {
        session.out.line(
            fmt::format("divergence {:.3f}; {:.0f}% of the ten nearest are among the ten nearest in the picture",
                        *layout.divergence, 100 * *layout.preserved));
    }
    session.out.line(fmt::format("{:.2f} seconds", seconds));
}

}  // namespace eckart::tools
