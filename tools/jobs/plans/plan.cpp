#include "tools/jobs/plans/plan.h"

namespace eckart::jobs {
namespace {

/// "clustering points.npy".
std::string work_on(const Plan& plan) {
    switch (plan.work) {
        case PlannedWork::index:
            return "indexing, by this estimate,";
        case PlannedWork::train:
            return "training " + plan.subject;
        case PlannedWork::cluster:
            return "clustering " + plan.subject;
        case PlannedWork::map:
            return "mapping " + plan.subject;
        case PlannedWork::factorize:
            break;
    }
    return "factorizing " + plan.subject;
}

}  // namespace

std::string_view name(PlannedWork work) {
    switch (work) {
        case PlannedWork::index:
            return "index";
        case PlannedWork::train:
            return "train";
        case PlannedWork::cluster:
            return "cluster";
        case PlannedWork::map:
            return "map";
        case PlannedWork::factorize:
            break;
    }
    return "factorize";
}

void require_memory(const Plan& plan, const Work& work) {
    if (plan.with_program) {
        work.memory.require(plan.memory, work_on(plan));
    } else {
        work.require_memory(plan.memory, work_on(plan));
    }
}

}  // namespace eckart::jobs
