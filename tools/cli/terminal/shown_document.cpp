#include "tools/cli/terminal/shown_document.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "tools/jobs/search/show.h"

namespace eckart::tools {
namespace {

nlohmann::ordered_json known(const std::string& value) {
    return value.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(value);
}

nlohmann::ordered_json document_object(const text::StoredDocument& document) {
    const std::string date = document.date ? jobs::utc_time(*document.date) : "";
    return {{"document", document.document},    {"title", document.title},
            {"path", known(document.path)},     {"folder", known(document.folder)},
            {"type", known(document.type)},     {"language", known(document.language)},
            {"sender", known(document.sender)}, {"date", known(date)},
            {"copies", document.copies},        {"text", document.text}};
}

}  // namespace

void print_document(Session& session, const text::StoredDocument& document) {
    if (session.common.json) return session.out.object(document_object(document));
    const auto line = [&session](const char* name, const std::string& value) {
        if (!value.empty()) session.out.line(fmt::format("{:<9} {}", name, printable(value)));
    };
    line("document", document.document);
    line("title", document.title);
    line("path", document.path);
    line("folder", document.folder);
    line("type", document.type);
    line("language", document.language);
    line("sender", document.sender);
    line("date", document.date ? jobs::utc_time(*document.date) : "");
    for (const std::string& copy : document.copies) line("copy", copy);
    session.out.line("");
    const std::string text = printable_lines(document.text);
    session.out.write(text);
    if (!text.ends_with('\n')) session.out.line("");
}

}  // namespace eckart::tools
