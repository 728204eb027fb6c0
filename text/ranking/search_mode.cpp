#include "text/ranking/search_mode.h"

#include <string>

#include "engine/support/error.h"

namespace eckart::text {

std::string_view name(Mode mode) {
    switch (mode) {
        case Mode::lexical:
            return "lexical";
        case Mode::latent:
            return "latent";
        case Mode::hybrid:
            return "hybrid";
        case Mode::autoencoder:
            return "autoencoder";
    }
    return "hybrid";
}

Mode parse_mode(std::string_view given) {
    for (const Mode mode : {Mode::lexical, Mode::latent, Mode::hybrid, Mode::autoencoder}) {
        if (given == name(mode)) return mode;
    }
    throw UsageError("'" + std::string(given) +
                     "' is not a search mode; choose hybrid, lexical, latent or autoencoder");
}

}  // namespace eckart::text
