#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/arguments/arguments.h"

namespace eckart::tools {

/// What `evaluate` and `tune` take to say how ratings are parted.
struct ProtocolArguments {
    std::string protocol;  ///< empty: folds where files of both parts are given, otherwise random
    double holdout = 0.1;
    std::int64_t folds = 5;
    std::int64_t repeat = 1;
    std::optional<std::int64_t> people;
    std::optional<std::int64_t> candidates;
    std::vector<std::string> train, fold_in, test;
    std::string negatives;

    bool operator==(const ProtocolArguments&) const = default;
};

/// Declares --protocol and what its protocols take. Files of parts are declared if `with_files`.
void declare_protocol_arguments(Arguments& arguments, ProtocolArguments& given, bool with_files);

/// What the protocols are, for people.
std::string protocol_descriptions();

/// The protocol that the arguments mean. Throws UsageError, naming those that there are, if there is none of that name.
std::string protocol_of(const ProtocolArguments& given);

}  // namespace eckart::tools
