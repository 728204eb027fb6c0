#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tools/cli/arguments/arguments.h"

namespace eckart::tools {

/// What `evaluate` and `tune` take to say how to split ratings.
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

/// Declares --protocol and the options of protocols; with files of the parts if `with_files`.
void declare_protocol_arguments(Arguments& arguments, ProtocolArguments& given, bool with_files);

/// Notes for help: what the protocols are.
std::string protocol_descriptions();

/// The protocol that the arguments mean. Throws UsageError, with the names of all protocols, if there is none of that
/// name.
std::string protocol_of(const ProtocolArguments& given);

}  // namespace eckart::tools
