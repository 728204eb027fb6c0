#pragma once

#include <string>
#include <vector>

namespace eckart {

/// Something a person should know about a result: a file that was skipped, a rank that was cut, a fallback that was
/// taken. Who shows the result decides where notes go.
struct Note {
    std::string code;  ///< for programs: lower case with hyphens, "files-skipped"
    std::string text;  ///< for people: one sentence, without a full stop

    friend bool operator==(const Note&, const Note&) = default;
};

using Notes = std::vector<Note>;

}  // namespace eckart
