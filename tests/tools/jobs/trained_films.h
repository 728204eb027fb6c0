#pragma once

#include <string>

#include "tools/cli/films.h"
#include "tools/jobs/ratings/open_model.h"
#include "tools/jobs/ratings/train.h"

namespace eckart::testing {

/// Trains on the films without the program; the path of the model.
inline std::string trained_films(const TemporaryFolder& folder, const std::string& model,
                                 std::optional<float> positive = {}) {
    folder.write("films/ratings.csv", film_ratings);
    folder.write("films/movies.csv", film_titles);
    jobs::TrainOptions options;
    options.model = model;
    options.positive = positive;
    static_cast<void>(jobs::train({.sources = {folder / "films"}}, folder / "model", options, {}));
    return folder / "model";
}

/// Users and eight items; three of four pairs are rated, later items later.
inline std::string small_ratings(int users = 30) {
    std::string text = "user,item,rating,timestamp\n";
    for (int user = 0; user < users; ++user) {
        for (int item = 1; item <= 8; ++item) {
            if ((user * 7 + item * 3) % 4 == 0) continue;
            for (const int number : {user, item, 1 + (user + item * item) % 5, 1000 * item + user}) {
                text.append(std::to_string(number)).append(number >= 1000 ? "\n" : ",");
            }
        }
    }
    return text;
}

/// Whether a result has a note of this code.
inline bool has_note(const jobs::Notes& notes, const std::string& code) {
    for (const jobs::Note& note : notes) {
        if (note.code == code) return true;
    }
    return false;
}

}  // namespace eckart::testing
