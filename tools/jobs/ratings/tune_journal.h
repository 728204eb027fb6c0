#pragma once

#include <cstdint>
#include <string>

#include "recsys/evaluation/protocols.h"
#include "recsys/evaluation/tuning.h"
#include "tools/jobs/ratings/named_models.h"

namespace eckart::jobs {

/// What a search is of: one with another subject cannot be taken up again.
struct TuneSubject {
    std::string model;
    std::string metric;
    std::string protocol;
    std::uint64_t seed = 1;
    ModelOptions fixed = {};     ///< options that are not searched
    const recsys::Split& split;  ///< training and validation; borrowed, of which the sizes count
};

/// The trials of a search in a file, so that it can be taken up again: JSON lines, first what was searched on what,
/// then a trial each. A line that was being written when the program was killed is dropped.
class TuneJournal {
  public:
    /// Without a path nothing is kept. With `resume` the trials of the file go to `search`; without it there must be no
    /// such file. Throws UsageError where there is one, or where it is of another search; InputError where it cannot be
    /// read or written.
    TuneJournal(const std::string& path, const TuneSubject& subject, bool resume, recsys::OptionSearch& search);

    /// Appends a trial; it is in the file when this returns.
    void add(const recsys::Trial& trial) const;

  private:
    void append(const std::string& line) const;

    std::string path_;
};

}  // namespace eckart::jobs
