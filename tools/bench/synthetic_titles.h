#pragma once

#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "engine/support/random.h"

namespace eckart::bench {

/// Names of the categories that invented films are of.
const std::vector<std::string>& film_categories();

/// Invents film titles in the form that MovieLens has them: "Silent Orchard, The". No two are the same; any likeness to
/// a film that there is comes from chance.
class TitleWriter {
  public:
    explicit TitleWriter(std::uint64_t seed);

    /// The title of film number `film`, from the words of one category. Call it with rising numbers.
    std::string title(std::uint64_t film, std::size_t category);

  private:
    std::string attempt(std::uint64_t film, std::uint64_t number, std::size_t category) const;

    Philox random_;
    std::unordered_set<std::string> taken_;
};

}  // namespace eckart::bench
