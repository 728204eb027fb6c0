#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace eckart::tools {

/// What an option means for one model.
struct ModelUse {
    std::string model;
    std::string description;
    std::string initial;  ///< its default; empty: none
};

/// One argument or option of a command as it was declared. Help, manual pages and completion are made of these.
struct Declaration {
    enum class Kind { argument, option, flag };

    Kind kind = Kind::option;
    std::vector<std::string> names;  ///< "-o", "--output"; of an argument one: "INDEX"
    std::string value = {};          ///< the word that stands for the value of an option
    std::string description = {};
    std::string initial = {};             ///< the default; empty: none
    std::vector<std::string> words = {};  ///< what completion offers as the value; empty: names of files
    bool required = false;
    bool several = false;               ///< may be given several times
    bool common = false;                ///< every command has it
    std::vector<ModelUse> models = {};  ///< the models that have this option; empty: it is the command's own

    /// "--output": the longest name.
    const std::string& long_name() const;
};

/// A line of notes under a heading ("term  text"), or a paragraph (no term).
struct NoteBlock {
    std::string term;
    std::string text;
};

/// All that is said of a command.
struct CommandPage {
    std::string name;
    std::string summary;                ///< without a full stop
    std::vector<std::string> examples;  ///< command lines
    std::string notes;
    std::vector<Declaration> declarations;  ///< in the order in which they were declared

    /// The option of this name, or nullptr.
    const Declaration* option(std::string_view wanted) const;

    /// "eckart train RATINGS... -o MODEL [OPTION]...".
    std::string usage() const;
};

/// Takes notes apart. A line that is indented by up to four blanks is a term and, after two blanks or more, its text;
/// lines that are indented further go on with that text. Other lines are paragraphs, which end at an empty line.
std::vector<NoteBlock> note_blocks(std::string_view notes);

/// "als, ease" for two models.
std::string joined(const std::vector<std::string>& words, std::string_view separator);

/// A description with its default, if it has one, in brackets.
std::string with_default(const std::string& description, const std::string& initial);

}  // namespace eckart::tools
