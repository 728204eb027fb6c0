#include "tools/cli/terminal/encoding_lines.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace eckart::tools {

void print_encoding(Session& session, const jobs::Encoding& made, const std::string& where) {
    if (session.common.json) {
        return session.out.object({{"rows", made.rows},
                                   {"columns", made.columns},
                                   {"rank", made.rank},
                                   {"without_code", made.without_code},
                                   {"epochs", made.epochs},
                                   {"first_loss", made.first_loss},
                                   {"last_loss", made.last_loss},
                                   {"seconds", made.seconds}});
    }
    session.out.line(
        fmt::format("{}: codes of length {} for {} rows of {} columns", where, made.rank, made.rows, made.columns));
    session.out.line(fmt::format("mean loss of a row: {:.4g} in the first of {} epochs, {:.4g} in the last",
                                 made.first_loss, made.epochs, made.last_loss));
    session.out.line(fmt::format("{:.2f} seconds", made.seconds));
    session.show(made.notes);
}

}  // namespace eckart::tools
