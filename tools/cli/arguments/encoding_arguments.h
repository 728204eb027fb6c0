#pragma once

#include <cstdint>
#include <string>

#include "text/index_encoder.h"
#include "tools/cli/terminal/session.h"
#include "tools/jobs/points.h"

namespace eckart::tools {

/// What `encode` asks of the autoencoder.
struct EncodingArguments {
    std::string method = "denoising";
    std::int64_t rank = 100;
    std::string layers = "300";
    std::string activation = "tanh";
    std::string loss = "squared";
    double dropout = 0.2;
    double kl_weight = 0.2;
    double variance = 0.5;
    std::int64_t epochs = 100;
    std::int64_t batch = 100;
    double learning_rate = 1e-3;
};

void declare_encoding_arguments(Arguments& arguments, EncodingArguments& given);

/// The network and its training; `directions`: rows say what they are about by their direction alone, and go in by
/// length 1. Throws UsageError where options do not go together or out of their range.
text::EncodeOptions encode_options(const EncodingArguments& given, bool directions, const Session& session);

/// The rows of dense points with all entries stored, of sparse ones a copy.
CsrMatrix stored_rows(const jobs::Points& points);

}  // namespace eckart::tools
