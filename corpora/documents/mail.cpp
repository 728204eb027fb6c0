#include "corpora/documents/mail.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "corpora/bytes/charset.h"
#include "corpora/bytes/lines.h"
#include "corpora/documents/document_date.h"
#include "corpora/documents/html.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {
namespace {

constexpr int most_nesting = 20;

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

std::string string_or_empty(const char* text) {
    return text != nullptr ? text : std::string();
}

/// Names and addresses of a header as one line in UTF-8.
std::string addresses(GMimeMessage* message, GMimeAddressType type) {
    InternetAddressList* const list = g_mime_message_get_addresses(message, type);
    if (list == nullptr) return {};
    constexpr gboolean encoded = FALSE;
    char* const text = internet_address_list_to_string(list, nullptr, encoded);
    std::string line = string_or_empty(text);
    g_free(text);
    make_utf8(line);
    std::replace(line.begin(), line.end(), '\n', ' ');
    return line;
}

/// A part's bytes with the transfer encoding undone.
std::string content_of(GMimePart* part) {
    GMimeDataWrapper* content = g_mime_part_get_content(part);
    if (content == nullptr) return {};
    const Owned<GMimeStream> stream(g_mime_stream_mem_new());
    g_mime_data_wrapper_write_to_stream(content, stream.get());
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream.get()));
    return std::string(reinterpret_cast<const char*>(bytes->data), bytes->len);
}

/// Senders lie about charsets less often than detectors guess wrong, but what is UTF-8 is UTF-8.
void decode(std::string& text, const char* charset) {
    if (is_valid_utf8(text) || (charset != nullptr && convert_to_utf8(text, charset))) return;
    make_utf8(text);
}

/// Gathers the texts of a message's parts.
class PartTexts {
  public:
    void visit(GMimeObject* object, int depth) {
        if (object == nullptr) return;
        if (depth > most_nesting) {
            ++attachments_;
        } else if (GMIME_IS_MULTIPART(object)) {
            GMimeMultipart* const parts = GMIME_MULTIPART(object);
            const int count = g_mime_multipart_get_count(parts);
            for (int i = 0; i < count; ++i) visit(g_mime_multipart_get_part(parts, i), depth + 1);
        } else if (GMIME_IS_MESSAGE_PART(object)) {
            GMimeMessage* const message = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
            if (message != nullptr) visit(g_mime_message_get_mime_part(message), depth + 1);
        } else if (GMIME_IS_PART(object)) {
            add(GMIME_PART(object));
        }
    }

    void move_to(Message& message) {
        message.text = plain_.empty() ? std::move(html_) : std::move(plain_);
        message.attachments = attachments_;
    }

  private:
    void add(GMimePart* part) {
        GMimeObject* const object = GMIME_OBJECT(part);
        GMimeContentType* const type = g_mime_object_get_content_type(object);
        const bool is_plain = type == nullptr || g_mime_content_type_is_type(type, "text", "plain");
        const bool is_html = type != nullptr && g_mime_content_type_is_type(type, "text", "html");
        if (g_mime_part_is_attachment(part) || !(is_plain || is_html)) {
            ++attachments_;
            return;
        }
        std::string text = content_of(part);
        decode(text, g_mime_object_get_content_type_parameter(object, "charset"));
        std::string& all = is_html ? html_ : plain_;
        if (!all.empty()) all += '\n';
        all += is_html ? read_html(text).text : text;
    }

    std::string plain_;
    std::string html_;
    std::int64_t attachments_ = 0;
};

/// Cuts an mbox into messages.
class MboxReader : public DocumentReader {
  public:
    MboxReader(std::unique_ptr<ByteStream> stream, std::size_t most_bytes)
        : lines_(std::move(stream)), path_(absolute_path(lines_.name())), most_bytes_(most_bytes) {}

    bool next(Document& document) override {
        while (read_bytes()) {
            ++number_;
            if (too_large_) {
                count_skipped(report_, "too large",
                              lines_.name() + ": message " + std::to_string(number_) + " has more than " +
                                  readable_bytes(most_bytes_));
                continue;
            }
            Message message = read_message(bytes_);
            if (message.attachments > 0) report_.skipped["attachment"] += message.attachments;
            document.id = message.id.empty() ? "message " + std::to_string(number_) : std::move(message.id);
            document.title = std::move(message.subject);
            document.text = shown_text(message);
            clear_fields(document);
            document.path = path_;
            document.type = "mail";
            document.sender = std::move(message.from);
            document.date = message.date;
            count_document(report_, document);
            return true;
        }
        return false;
    }
    const ReadReport& report() const override { return report_; }
    double fraction_done() const override { return lines_.fraction_done(); }

  private:
    /// Puts the next message into bytes_; false at the end.
    bool read_bytes() {
        std::string_view line;
        while (!at_message_) {
            if (!lines_.next(line)) return false;
            if (trimmed(line).empty()) continue;
            if (line.substr(0, 5) != "From ") lines_.fail("found " + in_quotes(line) + ", expected a line From ...");
            at_message_ = true;
        }
        at_message_ = false;
        bytes_.clear();
        too_large_ = false;
        for (bool after_blank = false; lines_.next(line); after_blank = line.empty()) {
            at_message_ = after_blank && line.substr(0, 5) == "From ";
            if (at_message_) return true;
            add(line);
        }
        return true;
    }

    void add(std::string_view line) {
        const std::size_t quotes = std::min(line.find_first_not_of('>'), line.size());
        if (quotes > 0 && line.substr(quotes, 5) == "From ") line.remove_prefix(1);
        if (bytes_.size() + line.size() > most_bytes_) too_large_ = true;
        if (too_large_) return;
        bytes_ += line;
        bytes_ += '\n';
    }

    LineReader lines_;
    std::string path_;
    std::size_t most_bytes_;
    ReadReport report_;
    std::string bytes_;
    bool too_large_ = false;
    bool at_message_ = false;
    std::int64_t number_ = 0;
};

}  // namespace

Message read_message(std::string_view bytes) {
    static std::once_flag once;
    std::call_once(once, g_mime_init);
    const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Owned<GMimeMessage> parsed(g_mime_parser_construct_message(parser.get(), nullptr));
    Message message;
    if (parsed == nullptr) return message;
    message.id = string_or_empty(g_mime_message_get_message_id(parsed.get()));
    message.subject = string_or_empty(g_mime_message_get_subject(parsed.get()));
    message.from = addresses(parsed.get(), GMIME_ADDRESS_TYPE_FROM);
    message.to = addresses(parsed.get(), GMIME_ADDRESS_TYPE_TO);
    message.cc = addresses(parsed.get(), GMIME_ADDRESS_TYPE_CC);
    message.date = mail_date(string_or_empty(g_mime_object_get_header(GMIME_OBJECT(parsed.get()), "Date")));
    PartTexts texts;
    texts.visit(g_mime_message_get_mime_part(parsed.get()), 0);
    texts.move_to(message);
    return message;
}

std::string shown_text(const Message& message) {
    std::string text;
    const auto add_line = [&text](const char* name, const std::string& value) {
        if (!value.empty()) text += std::string(name) + ": " + value + "\n";
    };
    add_line("From", message.from);
    add_line("To", message.to);
    add_line("Cc", message.cc);
    if (!text.empty()) text += '\n';
    return text + message.text;
}

bool begins_mbox(std::string_view head) {
    if (!head.starts_with("From ")) return false;
    const std::size_t end = head.find('\n');
    if (end == std::string_view::npos) return false;
    const std::string_view second = head.substr(end + 1, 200);
    const std::size_t colon = second.find(':');
    return colon != std::string_view::npos && colon > 0 &&
           second.substr(0, colon).find_first_of(" \t\n") == std::string_view::npos;
}

std::unique_ptr<DocumentReader> read_mbox(std::unique_ptr<ByteStream> stream, std::size_t most_message_bytes) {
    return std::make_unique<MboxReader>(std::move(stream), most_message_bytes);
}

}  // namespace eckart::corpora
