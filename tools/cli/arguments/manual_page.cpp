#include "tools/cli/arguments/manual_page.h"

#include <algorithm>

namespace eckart::tools {
namespace {

/// `text` as roff prints it literally.
std::string literal(const std::string& text) {
    std::string roff;
    if (text.starts_with('.') || text.starts_with('\'')) roff = "\\&";
    for (const char c : text) {
        switch (c) {
            case '\\':
                roff += "\\e";
                break;
            case '-':
                roff += "\\-";
                break;
            case '~':
                roff += "\\(ti";
                break;
            case '^':
                roff += "\\(ha";
                break;
            case '`':
                roff += "\\(ga";
                break;
            default:
                roff += c;
        }
    }
    return roff;
}

std::string bold(const std::string& text) {
    return "\\fB" + literal(text) + "\\fR";
}

std::string title(std::string name, const std::string& version) {
    for (char& c : name) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    return ".TH \"" + name + "\" 1 \"\" \"eckart " + version + "\" \"Eckart\"\n";
}

std::string heading(const std::string& name) {
    return ".SH " + name + "\n";
}

std::string item(const std::string& roff_term, const std::string& text) {
    return ".TP\n" + roff_term + "\n" + literal(text) + "\n";
}

std::string example_section(const std::vector<std::string>& lines) {
    std::string text = heading("EXAMPLES") + ".nf\n";
    for (const std::string& line : lines) text += literal(line) + "\n";
    return text + ".fi\n";
}

std::string item_of(const Declaration& one) {
    std::string term;
    for (const std::string& name : one.names) term += (term.empty() ? "" : ", ") + bold(name);
    if (one.kind == Declaration::Kind::argument && one.several) term += "...";
    if (!one.value.empty()) term += " \\fI" + literal(one.value) + "\\fR";
    return item(term, with_default(one.description, one.initial));
}

/// The heading with the items that it stands over, or nothing where there are none.
std::string section(const std::string& name, const std::string& items) {
    return items.empty() ? "" : heading(name) + items;
}

/// Every model that has options, in the order in which help lists models.
std::string model_sections(const CommandPage& page) {
    const Declaration* model = page.option("--model");
    if (!model) return "";
    std::string text;
    for (const std::string& name : model->words) {
        std::string items;
        for (const Declaration& one : page.declarations) {
            for (const ModelUse& use : one.models) {
                if (use.model != name) continue;
                items += item(bold(one.names[0]) + " \\fI" + literal(one.value) + "\\fR",
                              with_default(use.description, use.initial));
            }
        }
        if (!items.empty()) text += ".SS " + literal(name) + "\n" + items;
    }
    return text;
}

std::string notes_of(const CommandPage& page) {
    std::string text;
    for (const NoteBlock& block : note_blocks(page.notes)) {
        text += block.term.empty() ? ".PP\n" + literal(block.text) + "\n" : item(bold(block.term), block.text);
    }
    return text;
}

std::string exit_status() {
    return heading("EXIT STATUS") + item("0", "done") + item("1", "a fault of the program") +
           item("2", "the command line cannot be understood") +
           item("3", "an input cannot be read, or an output written") + item("4", "an unknown id") +
           item("5", "an index or a model is damaged, or of another version") +
           item("6", "more memory is needed than --memory allows") + item("130", "interrupted");
}

}  // namespace

std::string program_manual(const std::vector<CommandPage>& pages, const std::string& version) {
    std::string commands, see_also;
    for (const CommandPage& page : pages) {
        commands += item(bold(page.name), page.summary);
        see_also += (see_also.empty() ? "" : ",\n") + bold("eckart-" + page.name) + "(1)";
    }
    return title("eckart", version) + heading("NAME") + "eckart \\- search engine and recommender\n" +
           heading("SYNOPSIS") + bold("eckart") + " \\fICOMMAND\\fR [\\fIARGUMENT\\fR]...\n.br\n" +
           bold("eckart help") + " [\\fICOMMAND\\fR]\n.br\n" + bold("eckart --version") + "\n" +
           heading("DESCRIPTION") + "Results go to standard output, everything else to standard error.\n" +
           heading("COMMANDS") + commands + exit_status() + heading("SEE ALSO") + see_also + "\n";
}

std::string command_manual(const CommandPage& page, const std::string& version) {
    std::string arguments, options, common;
    for (const Declaration& one : page.declarations) {
        if (!one.models.empty()) continue;
        const bool is_argument = one.kind == Declaration::Kind::argument;
        (is_argument ? arguments : one.common ? common : options) += item_of(one);
    }
    const std::string name = "eckart-" + page.name;
    const std::string command = "eckart " + page.name;
    return title(name, version) + heading("NAME") + literal(name) + " \\- " + literal(page.summary) + "\n" +
           heading("SYNOPSIS") + bold(command) + literal(page.usage().substr(command.size())) + "\n" +
           section("DESCRIPTION", notes_of(page)) + section("ARGUMENTS", arguments) + section("OPTIONS", options) +
           section("OPTIONS OF MODELS", model_sections(page)) + section("OPTIONS OF EVERY COMMAND", common) +
           example_section(page.examples) + exit_status() + heading("SEE ALSO") + bold("eckart") + "(1)\n";
}

}  // namespace eckart::tools
