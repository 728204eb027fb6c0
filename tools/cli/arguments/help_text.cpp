#include "tools/cli/arguments/help_text.h"

#include <algorithm>

namespace eckart::tools {
namespace {

constexpr std::size_t text_columns = 80;
constexpr std::size_t widest_name = 22;  ///< a wider one has its description in the next line

/// A name with what is said of it.
struct Row {
    std::string name;
    std::string text;
};

/// `text` in lines of at most `columns` columns where its words allow.
std::vector<std::string> wrapped(const std::string& text, std::size_t columns) {
    std::vector<std::string> lines(1);
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find(' ', begin), text.size());
        const std::string word = text.substr(begin, end - begin);
        begin = end + 1;
        if (word.empty()) continue;
        if (!lines.back().empty() && lines.back().size() + 1 + word.size() > columns) lines.emplace_back();
        lines.back() += (lines.back().empty() ? "" : " ") + word;
    }
    return lines;
}

std::string paragraph(const std::string& text) {
    return joined(wrapped(text, text_columns), "\n") + "\n";
}

/// Names in a column and texts in another.
std::string table(const std::vector<Row>& rows) {
    std::size_t width = 0;
    for (const Row& row : rows) width = std::max(width, row.name.size() <= widest_name ? row.name.size() : 0);
    const std::string margin(2 + width + 2, ' ');
    std::string text;
    for (const Row& row : rows) {
        const auto lines = wrapped(row.text, text_columns - margin.size());
        const bool beside = row.name.size() <= width;
        text += "  " + row.name;
        if (beside && !row.text.empty()) text.append(width + 2 - row.name.size(), ' ').append(lines[0]);
        text += "\n";
        if (row.text.empty()) continue;
        for (std::size_t i = beside ? 1 : 0; i < lines.size(); ++i) text += margin + lines[i] + "\n";
    }
    return text;
}

std::string section(const std::string& heading, const std::vector<Row>& rows) {
    return rows.empty() ? "" : "\n" + heading + ":\n" + table(rows);
}

Row row_of(const Declaration& one) {
    std::string name = joined(one.names, ", ");
    if (one.kind == Declaration::Kind::argument && one.several) name += "...";
    if (!one.value.empty()) name += " " + one.value;
    return {name, with_default(one.description, one.initial)};
}

std::string example_lines(const std::vector<std::string>& lines) {
    std::string text = "\nExamples:\n";
    for (const std::string& line : lines) text += "  " + line + "\n";
    return text;
}

std::string notes_text(const std::string& notes) {
    std::string text;
    std::vector<Row> rows;
    const auto finish_rows = [&] {
        text += table(rows);
        rows.clear();
    };
    for (const NoteBlock& block : note_blocks(notes)) {
        if (!block.term.empty()) {
            rows.push_back({block.term, block.text});
            continue;
        }
        finish_rows();
        text += "\n" + paragraph(block.text);
    }
    finish_rows();
    return text;
}

}  // namespace

std::string program_help(const std::vector<CommandPage>& pages) {
    std::vector<Row> commands;
    commands.reserve(pages.size());
    for (const CommandPage& page : pages) commands.push_back({page.name, page.summary});
    return "Usage: eckart COMMAND [ARGUMENT]...\nA search engine and recommender.\n" +
           example_lines(
               {"eckart index ~/Documents -o docs.idx", "eckart search docs.idx \"how do I change a tire\""}) +
           section("Commands", commands) +
           section("Options", {{"-h, --help", "show this help"}, {"--version", "show the version"}}) +
           "\nHelp on a command: eckart help COMMAND, or eckart COMMAND -h.\n";
}

std::string command_help(const CommandPage& page) {
    std::vector<Row> arguments, options, common;
    bool has_models = false;
    for (const Declaration& one : page.declarations) {
        has_models = has_models || !one.models.empty();
        if (!one.models.empty()) continue;
        const bool is_argument = one.kind == Declaration::Kind::argument;
        (is_argument ? arguments : one.common ? common : options).push_back(row_of(one));
    }
    if (has_models)
        options.push_back(
            {"--OPTION X", "an option of the model; to see them: eckart " + page.name + " --model NAME -h"});
    return "Usage: " + page.usage() + "\n" + paragraph(page.summary + ".") + example_lines(page.examples) +
           section("Arguments", arguments) + section("Options", options) + section("Options of every command", common) +
           notes_text(page.notes);
}

std::string model_help(const CommandPage& page, const std::vector<std::string>& models) {
    std::string text = "Usage: " + page.usage() + "\n";
    for (const std::string& model : models) {
        std::vector<Row> rows;
        for (const Declaration& one : page.declarations) {
            for (const ModelUse& use : one.models) {
                if (use.model == model)
                    rows.push_back({one.names[0] + " " + one.value, with_default(use.description, use.initial)});
            }
        }
        text += rows.empty() ? "\n" + model + " has no options.\n" : section("Options of " + model, rows);
    }
    return text + "\nIn a list of models an option goes with its model: --model " + models.front() +
           ":OPTION=X.\nAll other options: eckart " + page.name + " -h\n";
}

}  // namespace eckart::tools
