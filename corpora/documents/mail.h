#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "corpora/bytes/byte_stream.h"
#include "corpora/documents/document.h"

namespace eckart::corpora {

/// What of a mail is text. Headers are decoded; one that is not there is empty.
struct Message {
    std::string id;  ///< of its Message-ID header, without angle brackets
    std::string subject;
    std::string from;  ///< names and addresses: "Ada Lovelace <ada@example.org>, ..."
    std::string to;    ///< the same
    std::string cc;    ///< the same
    std::string text;  ///< the text/plain parts, or the text of the HTML parts if there is none, one below the other
    std::optional<std::int64_t> date = {};  ///< of its Date header, in seconds since 1970
    std::int64_t attachments = 0;           ///< parts skipped: files, pictures, and what is nested more than 20 deep
};

/// Reads one mail (RFC 5322 and MIME) by gmime. Bytes that are no mail give a message without headers.
Message read_message(std::string_view bytes);

/// What people read of a message below its subject: a line each for From, To and Cc, as far as they are there, a blank
/// line, and the text. So who wrote and who received it is found by search.
std::string shown_text(const Message& message);

/// Whether a file whose first bytes are `head` is an mbox: it begins with a line "From ", and a mail header or nothing
/// stands below it. A text that happens to begin with the word From has neither.
bool begins_mbox(std::string_view head);

/// Reads an mbox: messages begin at lines "From " that stand first or after a blank line; ">From " within a
/// message loses its ">". A document's id is the Message-ID, or "message 12" where there is none; its title is the
/// subject, its text that of shown_text; its fields are those of the message and the stream's path. Attachments and
/// messages of more than `most_message_bytes` are skipped and counted. Throws InputError if the first line is no "From
/// ".
std::unique_ptr<DocumentReader> read_mbox(std::unique_ptr<ByteStream> stream,
                                          std::size_t most_message_bytes = std::size_t{64} << 20);

}  // namespace eckart::corpora
