#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "corpora/documents/document.h"

namespace eckart::corpora {

/// What a folder's reader takes.
struct FolderOptions {
    std::size_t most_file_bytes = std::size_t{1} << 30;  ///< of one file, decompressed; a larger one is "too large"
};

/// Reads every text in a folder and the folders below, in the bytewise order of their paths. A document's id is its
/// path from the folder, with "/"; title, text, type and sender are read_file_text's, and a document without a date of
/// its own has that of the file's last change. An mbox, told by its name or by its first
/// lines, is read as its messages (see read_mbox), each called by the file's path, ":" and its own id; it may be of any
/// size.
///
/// Skipped, and counted in the report: "hidden" (names that begin with a dot), files whose kind or bytes are not
/// text (by extension, or "binary"), "unreadable", "vanished" (since their folder was listed), "damaged" (compressed
/// files cut short), "too large", "special" (pipes, devices, sockets: never opened), "dangling link". A link to what
/// the tree holds anyway is a "link into the tree": its target is read at its own place, so that a link can make no
/// loop. Other links are followed, and of several ways to one file (links, hard links) the first is taken, the rest are
/// "same file".
///
/// Holds one listing a level of folders, and one number pair a file. Throws InputError if there is no such folder.
std::unique_ptr<DocumentReader> read_folder(const std::string& folder, const FolderOptions& options = {});

/// Reads one file as one document, called by its name. Throws InputError, with the cause, where a folder's reader
/// would skip the file.
std::unique_ptr<DocumentReader> read_single_file(const std::string& path, const FolderOptions& options = {});

}  // namespace eckart::corpora
