#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "recsys/evaluation/tuning.h"

namespace eckart::tools {

/// The trials of a search in a file, so that it can be taken up again: JSON lines, first what was searched on what,
/// then a trial each. A line that was being written when the program was killed is dropped.
class TuneJournal {
  public:
    /// Without a path nothing is kept. With `resume` the trials of the file go to `search`; without it there must be no
    /// such file. Throws UsageError where there is one, or where it is of another search; InputError where it cannot be
    /// read or written.
    TuneJournal(const std::string& path, const nlohmann::ordered_json& subject, bool resume,
                recsys::OptionSearch& search);

    /// Appends a trial; it is in the file when this returns.
    void add(const recsys::Trial& trial) const;

  private:
    void append(const nlohmann::ordered_json& line) const;

    std::string path_;
};

}  // namespace eckart::tools
