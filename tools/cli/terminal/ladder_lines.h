#pragma once

#include "tools/cli/terminal/session.h"
#include "tools/jobs/factors/factorization.h"

namespace eckart::tools {

/// Shows the rows of a ladder: as objects and notes at once, as a table when all are there.
class LadderLines {
  public:
    explicit LadderLines(Session& session);

    void add(const jobs::LadderRow& row);
    void finish();

  private:
    Session& session_;
    Table table_;
};

}  // namespace eckart::tools
