#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/jobs/common/named_count.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

enum class PlannedWork { index, train, cluster, map, factorize };

/// "index", "train", "cluster", "map", "factorize".
std::string_view name(PlannedWork work);

/// What a job would take, at its defaults.
struct Plan {
    /// The first documents, which were indexed to see what that takes.
    struct Sample {
        std::int64_t documents = 0;
        double fraction = 1;  ///< of the text of all, in (0, 1]
    };

    PlannedWork work = PlannedWork::index;
    std::string subject = {};  ///< path of the source; to train, name of the model; to index, empty
    std::vector<NamedCount> sizes =
        {};                     ///< what the job is of, and how it would do it: rows, dimensions, clusters, ...
    std::uint64_t memory = 0;   ///< bytes held at once, at most
    bool with_program = false;  ///< whether `memory` counts the program itself
    std::uint64_t memory_available = 0;  ///< bytes of the machine that are free to use
    std::optional<double> seconds = {};  ///< nothing if `memory` is past the bound: then no part of the work is tried
    std::optional<std::uint64_t> disk = {};  ///< to index: bytes of the store
    std::optional<std::uint64_t> text = {};  ///< to index: bytes of text
    std::optional<Sample> sample = {};       ///< to index: what the estimate is scaled from
};

/// Throws MemoryError if the plan is past the bound of `work`.
void require_memory(const Plan& plan, const Work& work);

}  // namespace eckart::jobs
