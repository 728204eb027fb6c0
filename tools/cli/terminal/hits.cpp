#include "tools/cli/terminal/hits.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "corpora/judgements/run_file.h"
#include "engine/support/error.h"
#include "tools/cli/terminal/reason_lines.h"
#include "tools/jobs/common/counted.h"

namespace eckart::tools {
namespace {

constexpr std::size_t copies_shown = 3;
constexpr std::size_t values_shown = 10;       // of a facet
constexpr const char* bold = "\x1b[1m";        // words of the query
constexpr const char* underlined = "\x1b[4m";  // words near in meaning
constexpr const char* plain = "\x1b[0m";

std::string emphasized(const text::Snippet& snippet, bool styled) {
    if (!styled) return printable(snippet.text);
    std::string text;
    std::size_t at = 0;
    const std::string clean = printable(snippet.text);
    for (const auto& [begin, end, match] : snippet.highlights) {
        text += clean.substr(at, begin - at) + (match == text::Match::word ? bold : underlined);
        text += clean.substr(begin, end - begin) + plain;
        at = end;
    }
    return text + clean.substr(at);
}

/// How many characters begin in the first `bytes` bytes of UTF-8 text.
std::size_t characters_before(std::string_view text, std::size_t bytes) {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bytes),
                      [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

nlohmann::ordered_json highlight_objects(const text::Snippet& snippet) {
    nlohmann::ordered_json objects = nlohmann::ordered_json::array();
    for (const text::Highlight& highlight : snippet.highlights) {
        objects.push_back({{"begin", characters_before(snippet.text, highlight.begin)},
                           {"end", characters_before(snippet.text, highlight.end)},
                           {"match", text::name(highlight.match)}});
    }
    return objects;
}

nlohmann::ordered_json hit_object(const text::Hit& hit, std::size_t rank, bool folded) {
    nlohmann::ordered_json object = {
        {"rank", rank}, {"document", hit.document}, {"title", hit.title}, {"score", hit.score}, {"path", nullptr}};
    if (!hit.path.empty()) object["path"] = hit.path;
    if (folded) object["copies"] = hit.copies;
    return object;
}

void print_heading(Output& out, const text::Hit& hit, std::size_t rank) {
    std::string head = fmt::format("{:>3}  {:.4f}  {}", rank, hit.score, printable(hit.document));
    if (!hit.title.empty() && hit.title != hit.document) head += "  " + printable(hit.title);
    out.line(cut_to(head, out.columns()));
}

/// Where a document is found that is a file of its own: from the folder at hand if the file is below it.
std::string shown_path(const text::Hit& hit) {
    const std::filesystem::path path(hit.path);
    if (hit.path.empty() || path.filename() != std::filesystem::path(hit.document).filename()) return {};
    std::error_code error;
    const std::filesystem::path here = std::filesystem::current_path(error);
    const std::string relative = error ? "" : path.lexically_relative(here).string();
    return relative.empty() || relative.starts_with("..") ? hit.path : relative;
}

std::string copies_line(const text::Hit& hit) {
    std::string line = "and " + jobs::counted(static_cast<std::int64_t>(hit.copies.size()), "copy", "copies") + ": ";
    for (std::size_t i = 0; i < std::min(copies_shown, hit.copies.size()); ++i) {
        line += (i > 0 ? ", " : "") + printable(hit.copies[i]);
    }
    return line + (hit.copies.size() > copies_shown ? ", ..." : "");
}

void print_place(Output& out, const text::Hit& hit) {
    if (const std::string path = shown_path(hit); !path.empty()) out.line("     " + printable(path));
    if (!hit.copies.empty()) out.line("     " + copies_line(hit));
}

std::string facet_line(const text::Facet& facet) {
    std::string line = facet.name + ":";
    if (facet.counts.empty() && facet.unknown == 0) line += " none";
    for (std::size_t i = 0; i < std::min(values_shown, facet.counts.size()); ++i) {
        line +=
            fmt::format("{} {} ({})", i > 0 ? "," : "", printable(facet.counts[i].value), facet.counts[i].documents);
    }
    if (facet.counts.size() > values_shown) line += fmt::format(", {} more", facet.counts.size() - values_shown);
    if (facet.unknown > 0) line += fmt::format("{} not known ({})", facet.counts.empty() ? "" : ",", facet.unknown);
    return line;
}

nlohmann::ordered_json facet_object(const text::Facet& facet) {
    nlohmann::ordered_json values = nlohmann::ordered_json::array();
    for (const text::FacetCount& count : facet.counts) {
        values.push_back({{"value", count.value}, {"documents", count.documents}});
    }
    return {{"facet", facet.name}, {"values", values}, {"unknown", facet.unknown}};
}

void print_facets(Session& session, const jobs::Answer& answer, bool batch) {
    for (const text::Facet& facet : answer.facets) {
        if (!session.common.json) {
            session.out.line(facet_line(facet));
            continue;
        }
        nlohmann::ordered_json object;
        if (batch) object["query"] = answer.query.id;
        object.update(facet_object(facet));
        session.out.object(object);
    }
}

void print_objects(Output& out, const jobs::Answer& answer, bool batch, bool folded) {
    for (std::size_t i = 0; i < answer.documents.size(); ++i) {
        const jobs::FoundDocument& found = answer.documents[i];
        nlohmann::ordered_json object;
        if (batch) object["query"] = answer.query.id;
        object.update(hit_object(found.hit, i + 1, folded));
        object["snippet"] = found.snippet.text;
        object["highlights"] = highlight_objects(found.snippet);
        if (found.explanation) object["why"] = reason_object(*found.explanation);
        out.object(object);
    }
}

void print_paragraphs(Output& out, const jobs::Answer& answer) {
    for (std::size_t i = 0; i < answer.documents.size(); ++i) {
        const jobs::FoundDocument& found = answer.documents[i];
        print_heading(out, found.hit, i + 1);
        if (!found.snippet.text.empty()) out.line("     " + emphasized(found.snippet, out.styled()));
        if (found.explanation) {
            for (const std::string& line : reason_lines(*found.explanation)) out.line("     " + line);
        }
        print_place(out, found.hit);
    }
}

/// What the answer says beside its documents; of several answers only why nothing is found.
void show_notes(Session& session, const jobs::Answer& answer, bool batch) {
    std::string said;
    for (const jobs::Note& note : answer.notes) said += (said.empty() ? "" : "; ") + printable(note.text);
    if (answer.documents.empty()) {
        const std::string query = batch ? "query " + printable(answer.query.id) + ": " : "";
        session.note(query + "no document matches" + (said.empty() ? "" : ": " + said));
    } else if (!batch && !said.empty()) {
        session.note(said);
    }
}

}  // namespace

void print_answer(Session& session, const jobs::Answer& answer, bool batch, bool folded) {
    if (session.common.json) {
        print_objects(session.out, answer, batch, folded);
    } else {
        if (batch) session.out.line("query " + printable(answer.query.id) + ": " + printable(answer.query.text));
        print_paragraphs(session.out, answer);
    }
    print_facets(session, answer, batch);
    show_notes(session, answer, batch);
}

void print_run(Session& session, const jobs::Answer& answer) {
    std::vector<corpora::RunEntry> ranking;
    ranking.reserve(answer.documents.size());
    for (const jobs::FoundDocument& found : answer.documents) {
        if (found.hit.document.find_first_of(" \t\r\n") != std::string::npos) {
            throw InputError("document '" + printable(found.hit.document) +
                             "' has white space in its id, which a run file cannot hold; use --json");
        }
        ranking.push_back({found.hit.document, found.hit.score});
    }
    std::ostringstream lines;
    corpora::write_run(lines, answer.query.id, ranking);
    session.out.write(lines.str());
    show_notes(session, answer, true);
}

void print_hits(Session& session, const std::vector<text::Hit>& hits, bool folded, const std::string& nothing) {
    for (std::size_t i = 0; i < hits.size(); ++i) {
        if (session.common.json) {
            session.out.object(hit_object(hits[i], i + 1, folded));
        } else {
            print_heading(session.out, hits[i], i + 1);
            print_place(session.out, hits[i]);
        }
    }
    if (hits.empty()) session.note(nothing);
}

}  // namespace eckart::tools
