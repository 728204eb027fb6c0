#include "corpora/documents/file_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "corpora/bytes/charset.h"
#include "corpora/bytes/lines.h"
#include "corpora/documents/document_date.h"
#include "corpora/documents/mail.h"
#include "corpora/documents/markup.h"

namespace eckart::corpora {
namespace {

struct KnownExtension {
    std::string_view extension;
    FileKind kind;
};

constexpr auto skipped = FileKind::not_text;
constexpr const char* plain_type = "txt";
constexpr const char* mail_type = "mail";
constexpr std::size_t longest_type = 8;

// Sorted, for binary search. What is not here is told by its bytes.
constexpr std::array known_extensions = std::to_array<KnownExtension>({
    {".7z", skipped},
    {".a", skipped},
    {".aac", skipped},
    {".ai", skipped},
    {".apk", skipped},
    {".avi", skipped},
    {".bin", skipped},
    {".bmp", skipped},
    {".bz2", skipped},
    {".cab", skipped},
    {".class", skipped},
    {".db", skipped},
    {".deb", skipped},
    {".djvu", skipped},
    {".dll", skipped},
    {".doc", skipped},
    {".docx", skipped},
    {".dylib", skipped},
    {".eml", FileKind::mail},
    {".eot", skipped},
    {".epub", skipped},
    {".exe", skipped},
    {".flac", skipped},
    {".gif", skipped},
    {".gpg", skipped},
    {".gz", FileKind::compressed},
    {".htm", FileKind::html},
    {".html", FileKind::html},
    {".ico", skipped},
    {".iso", skipped},
    {".jar", skipped},
    {".jpeg", skipped},
    {".jpg", skipped},
    {".key", skipped},
    {".lz4", skipped},
    {".lzma", skipped},
    {".m4a", skipped},
    {".m4v", skipped},
    {".markdown", FileKind::markdown},
    {".mbox", FileKind::mbox},
    {".md", FileKind::markdown},
    {".mkv", skipped},
    {".mo", skipped},
    {".mobi", skipped},
    {".mov", skipped},
    {".mp3", skipped},
    {".mp4", skipped},
    {".mpeg", skipped},
    {".mpg", skipped},
    {".npy", skipped},
    {".npz", skipped},
    {".o", skipped},
    {".odg", skipped},
    {".odp", skipped},
    {".ods", skipped},
    {".odt", skipped},
    {".ogg", skipped},
    {".opus", skipped},
    {".otf", skipped},
    {".pdf", skipped},
    {".pickle", skipped},
    {".png", skipped},
    {".ppt", skipped},
    {".pptx", skipped},
    {".ps", skipped},
    {".psd", skipped},
    {".pyc", skipped},
    {".rar", skipped},
    {".rest", FileKind::restructured},
    {".rpm", skipped},
    {".rst", FileKind::restructured},
    {".rtf", skipped},
    {".so", skipped},
    {".sqlite", skipped},
    {".svg", skipped},
    {".swf", skipped},
    {".tar", skipped},
    {".tex", FileKind::tex},
    {".tgz", skipped},
    {".tif", skipped},
    {".tiff", skipped},
    {".ttf", skipped},
    {".wav", skipped},
    {".webm", skipped},
    {".webp", skipped},
    {".woff", skipped},
    {".woff2", skipped},
    {".xhtml", FileKind::html},
    {".xls", skipped},
    {".xlsx", skipped},
    {".xz", skipped},
    {".zip", skipped},
    {".zst", FileKind::compressed},
});

static_assert(std::is_sorted(known_extensions.begin(), known_extensions.end(),
                             [](const auto& a, const auto& b) { return a.extension < b.extension; }));

bool is_ascii_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_small_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || is_ascii_digit(c);
}

/// ".1" to ".9", or such with a few letters behind, as manual pages are named.
bool is_manual_section(std::string_view extension) {
    return extension.size() >= 2 && extension.size() <= 5 && extension[1] >= '1' && extension[1] <= '9' &&
           std::all_of(extension.begin() + 2, extension.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

/// What a text that begins as a posting does says of itself.
void take_posting(PostingHeader header, Document& document) {
    if (!header.subject.empty() && !header.from.empty() && document.type == plain_type) document.type = mail_type;
    document.title = std::move(header.subject);
    document.sender = std::move(header.from);
    document.date = mail_date(header.date);
}

/// Fills the document by `kind`; the title stays empty where the text has none.
void fill(FileKind kind, std::string& text, Document& document) {
    const auto take = [&document](TitledText parts) {
        document.title = std::move(parts.title);
        document.text = std::move(parts.text);
    };
    switch (kind) {
        case FileKind::html:
            return take(read_html(text));
        case FileKind::tex:
            return take(read_tex(text));
        case FileKind::man_page:
            if (is_man_page(text)) return take(read_man_page(text));
            break;
        case FileKind::markdown:
            document.title = markdown_title(text);
            break;
        case FileKind::restructured:
            document.title = restructured_title(text);
            break;
        default:
            take_posting(posting_header(text), document);
            break;
    }
    document.text.assign(text);
}

}  // namespace

std::string_view base_name(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string extension_of(std::string_view name) {
    const std::string_view base = base_name(name);
    const std::size_t dot = base.rfind('.');
    return dot == std::string_view::npos || dot == 0 ? std::string() : lower_ascii(base.substr(dot));
}

FileKind file_kind(std::string_view name) {
    const std::string extension = extension_of(name);
    if (extension.empty()) return FileKind::plain;
    const auto found = std::lower_bound(
        known_extensions.begin(), known_extensions.end(), extension,
        [](const KnownExtension& known, const std::string& wanted) { return known.extension < wanted; });
    if (found != known_extensions.end() && found->extension == extension) return found->kind;
    return is_manual_section(extension) ? FileKind::man_page : FileKind::plain;
}

std::string document_type(std::string_view name) {
    FileKind kind = file_kind(name);
    if (kind == FileKind::compressed) {
        name.remove_suffix(extension_of(name).size());
        kind = file_kind(name);
    }
    switch (kind) {
        case FileKind::markdown:
            return "md";
        case FileKind::restructured:
            return "rst";
        case FileKind::tex:
            return "tex";
        case FileKind::html:
            return "html";
        case FileKind::man_page:
            return "man";
        case FileKind::mail:
        case FileKind::mbox:
            return mail_type;
        default:
            break;
    }
    const std::string extension = extension_of(name);
    const bool plain = extension.size() < 2 || extension.size() > longest_type + 1 || is_ascii_digit(extension[1]) ||
                       !std::all_of(extension.begin() + 1, extension.end(), is_small_or_digit);
    return plain ? plain_type : extension.substr(1);
}

bool read_file_text(std::string_view name, FileKind kind, std::string& bytes, Document& document) {
    document.title.clear();
    document.sender.clear();
    document.date.reset();
    document.type = document_type(name);
    if (kind == FileKind::mail) {
        Message message = read_message(bytes);
        document.title = std::move(message.subject);
        document.text = shown_text(message);
        document.sender = std::move(message.from);
        document.date = message.date;
    } else {
        if (looks_binary(bytes)) return false;
        make_utf8(bytes);
        fill(kind, bytes, document);
    }
    if (document.title.empty()) document.title = base_name(name);
    return true;
}

}  // namespace eckart::corpora
