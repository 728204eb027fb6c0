#pragma once

#include <string>

#include "tools/cli/run_program.h"

namespace eckart::testing {

/// Six people and six films of two kinds; everybody likes one kind, most have missed something of it.
inline const std::string film_ratings =
    "userId,movieId,rating,timestamp\n"
    "ann,1,5,100\nann,2,4,101\nann,4,1,102\n"
    "ben,1,5,100\nben,2,5,101\nben,3,4,102\nben,5,2,103\n"
    "cem,2,4,100\ncem,3,5,101\ncem,4,2,102\n"
    "dee,4,5,100\ndee,5,4,101\ndee,1,1,102\n"
    "eva,4,4,100\neva,5,5,101\neva,6,5,102\neva,2,1,103\n"
    "fay,5,5,100\nfay,6,4,101\n";

inline const std::string film_titles =
    "movieId,title,genres\n"
    "1,\"Copper Moon, The (1994)\",Drama|War\n"
    "2,\"Owls, Larks and the Clock (1999)\",Drama\n"
    "3,A Field of Glass (2004),Drama\n"
    "4,Robots at Noon (1991),Comedy|Sci-Fi\n"
    "5,Robots at Night (2004),Comedy\n"
    "6,2 + 2 = 5 (2010),Comedy\n";

/// Writes the films into `folder` and trains on them; the path of the model.
inline std::string film_model(const TemporaryFolder& folder, const std::vector<std::string>& options = {}) {
    folder.write("films/ratings.csv", film_ratings);
    folder.write("films/movies.csv", film_titles);
    std::vector<std::string> line = {"train", folder / "films", "-o", folder / "films.model", "--quiet"};
    line.insert(line.end(), options.begin(), options.end());
    const Outcome outcome = run_eckart(line);
    if (outcome.exit_code != 0) throw std::runtime_error("train failed: " + outcome.err);
    return folder / "films.model";
}

}  // namespace eckart::testing
