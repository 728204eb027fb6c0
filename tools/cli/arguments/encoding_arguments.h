#pragma once

#include <cstdint>
#include <string>

#include "tools/cli/arguments/arguments.h"
#include "tools/jobs/points/encoding.h"

namespace eckart::tools {

/// What `encode` asks of the autoencoder.
struct EncodingArguments {
    jobs::EncodingOptions options;  ///< but for the words below
    std::string method = "denoising";
    std::string layers = "300";
    std::string activation = "tanh";
    std::string loss = "squared";
};

void declare_encoding_arguments(Arguments& arguments, EncodingArguments& given);

/// Throws UsageError if the widths of layers cannot be read, or the dropout is out of its range.
jobs::EncodingOptions encoding_options(const EncodingArguments& given);

}  // namespace eckart::tools
