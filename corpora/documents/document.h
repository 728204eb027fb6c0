#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace eckart::corpora {

/// One document of a collection, in UTF-8 as far as its bytes allow (readers convert what they can tell; bytes that are
/// not UTF-8 after that are left for the tokenizer to replace and count).
struct Document {
    std::string id;
    std::string title;  ///< may be empty
    std::string text;

    std::string path = {};    ///< of the file that it was read from, from the root; empty for standard input
    std::string folder = {};  ///< in which it stands in its source: "letters/1999"; empty at the top
    std::string type =
        {};  ///< see document_type; "mail", or the format of a collection: "jsonl", "csv", "tsv", "smart"
    std::string sender = {};  ///< names and addresses of who wrote it, as From in a mail has them; empty if unknown
    std::optional<std::int64_t> date =
        {};  ///< of a mail, a record or else a file, in seconds since 1970; see document_date
};

/// Empties all but id, title and text.
void clear_fields(Document& document);

/// The path from the root of what stands at `path`, without "." and ".."; empty for "-" and "standard input". Links
/// stay as they are.
std::string absolute_path(const std::string& path);

/// What a reader met on its way, for people to see.
struct ReadReport {
    std::int64_t documents = 0;
    std::int64_t bytes = 0;                       ///< of text handed out
    std::map<std::string, std::int64_t> skipped;  ///< how many were skipped, by kind: "binary", "unreadable", ".pdf"
    std::string first_problem;                    ///< the first one's name and cause; empty if there was none
};

/// Counts a document that is handed out.
void count_document(ReadReport& report, const Document& document);

/// Counts something skipped. `problem` ("name: cause") is given where a person may want to repair it, and kept if it
/// is the first.
void count_skipped(ReadReport& report, const std::string& kind, const std::string& problem = {});

/// "12 documents, 34 kB of text; skipped 3 .pdf, 1 unreadable; first problem: a.txt: Permission denied".
std::string summary(const ReadReport& report);

/// Hands out the documents of one source one at a time.
class DocumentReader {
  public:
    virtual ~DocumentReader() = default;

    /// Puts the next document into `document`; false at the end. Throws InputError "path:line: found, expected".
    virtual bool next(Document& document) = 0;

    /// Up to now.
    virtual const ReadReport& report() const = 0;

    /// How far the reader is, in [0, 1], or a negative number if it cannot tell.
    virtual double fraction_done() const { return -1; }
};

}  // namespace eckart::corpora
