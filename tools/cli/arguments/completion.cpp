#include "tools/cli/arguments/completion.h"

namespace eckart::tools {
namespace {

std::string command_names(const std::vector<CommandPage>& pages) {
    std::vector<std::string> names;
    names.reserve(pages.size());
    for (const CommandPage& page : pages) names.push_back(page.name);
    return joined(names, " ");
}

bool is_option(const Declaration& one) {
    return one.kind != Declaration::Kind::argument;
}

/// In the single quotes of a shell.
std::string quoted(const std::string& text) {
    std::string inside;
    for (const char c : text) inside += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return "'" + inside + "'";
}

/// The first clause: menus have one line for each option.
std::string brief(const std::string& description) {
    return description.substr(0, description.find_first_of(";:("));
}

std::string bash_options(const CommandPage& page) {
    std::vector<std::string> names;
    for (const Declaration& one : page.declarations) {
        if (is_option(one)) names.insert(names.end(), one.names.begin(), one.names.end());
    }
    return "        " + page.name + ") options='" + joined(names, " ") + "' ;;\n";
}

/// Cases of "command:option" for the values of options.
std::string bash_values(const CommandPage& page) {
    std::string cases;
    for (const Declaration& one : page.declarations) {
        if (one.kind != Declaration::Kind::option) continue;
        std::vector<std::string> patterns;
        for (const std::string& name : one.names) patterns.push_back(page.name + ":" + name);
        cases += "        " + joined(patterns, "|") + ") values='" + joined(one.words, " ") + "'; takes_value=yes ;;\n";
    }
    return cases;
}

/// `text` with what zsh gives a meaning to in a specification of _arguments or _describe taken literally.
std::string zsh_literal(const std::string& text) {
    std::string literal;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') literal += '\\';
        literal += c;
    }
    return literal;
}

std::string zsh_specification(const Declaration& one, const std::string& name) {
    std::string others = joined(one.names, " ");
    std::string text =
        (one.several ? "*" : "(" + others + ")") + name + "[" + zsh_literal(brief(one.description)) + "]";
    if (one.kind == Declaration::Kind::option) {
        text += ":" + zsh_literal(one.words.empty() ? one.value : "value") + ":";
        text += one.words.empty() ? "_files" : "(" + joined(one.words, " ") + ")";
    }
    return text;
}

std::string zsh_options(const CommandPage& page) {
    std::string text = "        " + page.name + ")\n            _arguments";
    for (const Declaration& one : page.declarations) {
        if (!is_option(one)) continue;
        for (const std::string& name : one.names)
            text += " \\\n                " + quoted(zsh_specification(one, name));
    }
    return text + " \\\n                '*:file:_files' ;;\n";
}

std::string fish_option(const CommandPage& page, const Declaration& one) {
    std::string line = "complete -c eckart -n '__fish_seen_subcommand_from " + page.name + "'";
    for (const std::string& name : one.names) {
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    }
    if (!one.words.empty()) line += " -x -a " + quoted(joined(one.words, " "));
    if (one.kind == Declaration::Kind::option && one.words.empty()) line += " -r";
    return line + " -d " + quoted(brief(one.description)) + "\n";
}

}  // namespace

std::string bash_completion(const std::vector<CommandPage>& pages) {
    std::string options, values;
    for (const CommandPage& page : pages) {
        options += bash_options(page);
        values += bash_values(page);
    }
    const std::string commands = command_names(pages);
    return "# bash completion for eckart\n"
           "_eckart() {\n"
           "    local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}\n"
           "    local options='' values='' takes_value=''\n"
           "    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W '" +
           commands +
           " help -h --help --version' -- \"$word\")\n"
           "        return\n"
           "    fi\n"
           "    case $command in\n"
           "        help) options='" +
           commands + "' ;;\n" + options +
           "    esac\n"
           "    case $command:$before in\n" +
           values +
           "    esac\n"
           "    if [ -n \"$takes_value\" ]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$values\" -- \"$word\")\n"
           "    elif [ \"$command\" = help ] || [[ $word == -* ]]; then\n"
           "        mapfile -t COMPREPLY < <(compgen -W \"$options\" -- \"$word\")\n"
           "    fi  # otherwise names of files, which -o default completes\n"
           "}\n"
           "complete -o default -F _eckart eckart\n";
}

std::string zsh_completion(const std::vector<CommandPage>& pages) {
    std::string commands, options;
    for (const CommandPage& page : pages) {
        commands += "        " + quoted(page.name + ":" + zsh_literal(page.summary)) + "\n";
        options += zsh_options(page);
    }
    return "#compdef eckart\n"
           "_eckart() {\n"
           "    local -a commands\n"
           "    commands=(\n" +
           commands +
           "        'help:shows the help of a command'\n"
           "    )\n"
           "    if (( CURRENT == 2 )); then\n"
           "        _describe command commands\n"
           "        _arguments '--version[show the version]' '--help[show the help]'\n"
           "        return\n"
           "    fi\n"
           "    shift words\n"
           "    (( CURRENT-- ))\n"
           "    case $words[1] in\n"
           "        help) _describe command commands ;;\n" +
           options +
           "    esac\n"
           "}\n"
           "_eckart \"$@\"\n";
}

std::string fish_completion(const std::vector<CommandPage>& pages) {
    std::string text =
        "# fish completion for eckart\n"
        "complete -c eckart -n __fish_use_subcommand -l version -d 'show the version'\n"
        "complete -c eckart -n __fish_use_subcommand -s h -l help -d 'show the help'\n"
        "complete -c eckart -n __fish_use_subcommand -f -a help -d 'show the help of a command'\n"
        "complete -c eckart -n '__fish_seen_subcommand_from help' -f -a '" +
        command_names(pages) + "'\n";
    for (const CommandPage& page : pages) {
        text += "complete -c eckart -n __fish_use_subcommand -f -a " + page.name + " -d " + quoted(page.summary) + "\n";
        for (const Declaration& one : page.declarations) {
            if (is_option(one)) text += fish_option(page, one);
        }
    }
    return text;
}

}  // namespace eckart::tools
