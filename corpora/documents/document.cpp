#include "corpora/documents/document.h"

#include <filesystem>

#include "engine/support/memory_budget.h"

namespace eckart::corpora {

void clear_fields(Document& document) {
    document.path.clear();
    document.folder.clear();
    document.type.clear();
    document.sender.clear();
    document.date.reset();
}

std::string absolute_path(const std::string& path) {
    if (path.empty() || path == "-" || path == "standard input") return {};
    std::error_code error;
    const std::filesystem::path whole = std::filesystem::absolute(path, error);
    return error ? path : whole.lexically_normal().string();
}

void count_document(ReadReport& report, const Document& document) {
    ++report.documents;
    report.bytes += static_cast<std::int64_t>(document.title.size() + document.text.size());
}

void count_skipped(ReadReport& report, const std::string& kind, const std::string& problem) {
    ++report.skipped[kind];
    if (report.first_problem.empty()) report.first_problem = problem;
}

std::string summary(const ReadReport& report) {
    std::string line = std::to_string(report.documents) + (report.documents == 1 ? " document, " : " documents, ") +
                       readable_bytes(static_cast<std::uint64_t>(report.bytes)) + " of text";
    const char* before = "; skipped ";
    for (const auto& [kind, count] : report.skipped) {
        line += before + std::to_string(count) + " " + kind;
        before = ", ";
    }
    if (!report.first_problem.empty()) line += "; first problem: " + report.first_problem;
    return line;
}

}  // namespace eckart::corpora
