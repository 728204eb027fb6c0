#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "corpora/bytes/byte_stream.h"
#include "corpora/documents/document.h"

namespace eckart::corpora {

/// What of a mail is text.
struct Message {
    std::string id;       ///< of its Message-ID header, without angle brackets; empty if it has none
    std::string subject;  ///< decoded
    std::string text;     ///< the text/plain parts, or the text of the HTML parts if there is none, one below the other
    std::int64_t attachments = 0;  ///< parts passed over: files, pictures, and what is nested more than 20 deep
};

/// Reads one mail (RFC 5322 and MIME) by gmime. Bytes that are no mail give a message without headers.
Message read_message(std::string_view bytes);

/// Reads an mbox: messages begin at lines "From " that stand first or after a blank line; ">From " within a
/// message loses its ">". A document's id is the Message-ID, or "message 12" where there is none; its title is the
/// subject. Attachments and messages of more than `most_message_bytes` are passed over and counted. Throws InputError
/// if the first line is no "From ".
std::unique_ptr<DocumentReader> read_mbox(std::unique_ptr<ByteStream> stream,
                                          std::size_t most_message_bytes = std::size_t{64} << 20);

}  // namespace eckart::corpora
