#pragma once

#include <string>
#include <string_view>

#include "corpora/documents/document.h"

namespace eckart::corpora {

/// How the text of a file is had from its bytes.
enum class FileKind { plain, markdown, restructured, tex, html, man_page, mail, mbox, compressed, not_text };

/// Tells the kind by the name: its extension, in any case. A name without a known extension is plain, and its bytes
/// will show whether it is text. Extensions of pictures, archives, office files and programs are not_text.
FileKind file_kind(std::string_view name);

/// The name's extension with its dot, in lower case; empty if it has none. ".profile" has none.
std::string extension_of(std::string_view name);

/// What people call the kind of a file, by its name: "html", "mail", "man", "md", "tex", "rst", or its extension in
/// small letters without the dot ("py", "txt"); "txt" where it has none of up to eight letters and digits that begins
/// with a letter. Of a compressed file the name without ".gz" counts.
std::string document_type(std::string_view name);

/// The name without folders.
std::string_view base_name(std::string_view path);

/// Fills title, text and type from a file's bytes, which are used up: charset, markup and title by its kind (not mbox,
/// compressed or not_text). Where the bytes have no title of their own it is the file's name. A mail, and a text that
/// begins as a posting does, gives sender and date too, and a posting without an extension is of type "mail"; other
/// documents lose both. False if the bytes look binary.
bool read_file_text(std::string_view name, FileKind kind, std::string& bytes, Document& document);

}  // namespace eckart::corpora
