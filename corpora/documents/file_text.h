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

/// The name without folders.
std::string_view base_name(std::string_view path);

/// Fills `document.title` and `document.text` from a file's bytes, which are used up: charset, markup and title by its
/// kind (not mbox, compressed or not_text). Where the bytes have no title of their own it is the file's name. False if
/// the bytes look binary.
bool read_file_text(std::string_view name, FileKind kind, std::string& bytes, Document& document);

}  // namespace eckart::corpora
