#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/jobs/common/work.h"
#include "tools/jobs/ratings/open_model.h"
#include "tools/jobs/ratings/person.h"

namespace eckart::jobs {

struct AskOptions {
    std::size_t count = 5;                  ///< most questions
    std::vector<std::string> unknown = {};  ///< ids or titles that the person does not know
};

/// An item whose rating would tell much about somebody.
struct AskedItem {
    std::string item;   ///< its id
    std::string title;  ///< may be empty
    double gain;        ///< as recsys::Question has it
};

struct AskedItems {
    std::vector<AskedItem> items;  ///< in the order in which to ask
    Notes notes;                   ///< "title-matched"; "nothing-to-ask", where all popular items are known
};

/// The items to ask a person about, given what they have rated: recsys::Questions. Throws as that, and UnknownIdError
/// where a name is no item.
[[nodiscard]] AskedItems ask(const OpenModel& model, const Person& person, const AskOptions& options, const Work& work);

}  // namespace eckart::jobs
