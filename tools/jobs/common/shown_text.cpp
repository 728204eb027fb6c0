#include "tools/jobs/common/shown_text.h"

#include <locale.h>

#include <cwchar>

namespace eckart::jobs {
namespace {

/// While it lives, this thread reads bytes as UTF-8, whatever the program's locale.
class Utf8Characters {
  public:
    Utf8Characters() : before_(uselocale(utf8())) {}
    ~Utf8Characters() { uselocale(before_); }
    Utf8Characters(const Utf8Characters&) = delete;
    Utf8Characters& operator=(const Utf8Characters&) = delete;

  private:
    static locale_t utf8() {
        static const locale_t locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return locale;
    }

    locale_t before_;
};

/// Bytes and columns of the character that a text begins with.
struct Character {
    std::size_t bytes;
    std::size_t columns;
};

Character first_character(std::string_view text) {
    std::mbstate_t state{};
    wchar_t wide = 0;
    const std::size_t bytes = std::mbrtowc(&wide, text.data(), text.size(), &state);
    if (bytes == 0 || bytes > text.size()) return {1, 1};
    const int columns = wcwidth(wide);
    return {bytes, columns < 0 ? 0 : static_cast<std::size_t>(columns)};
}

}  // namespace

std::size_t display_width(std::string_view text) {
    const Utf8Characters reading;
    std::size_t width = 0;
    while (!text.empty()) {
        const Character character = first_character(text);
        width += character.columns;
        text.remove_prefix(character.bytes);
    }
    return width;
}

std::string cut_to(std::string_view text, std::size_t columns) {
    if (columns == 0 || display_width(text) <= columns) return std::string(text);
    const Utf8Characters reading;
    std::size_t bytes = 0, width = 0;
    while (bytes < text.size()) {
        const Character character = first_character(text.substr(bytes));
        if (width + character.columns + 1 > columns) break;
        width += character.columns;
        bytes += character.bytes;
    }
    return std::string(text.substr(0, bytes)) + "…";
}

std::string printable(std::string_view text) {
    std::string clean(text);
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const auto byte = static_cast<unsigned char>(clean[i]);
        if (byte < 0x20 || byte == 0x7f) clean[i] = ' ';
        if (byte != 0xC2 || i + 1 == clean.size()) continue;
        const auto second = static_cast<unsigned char>(clean[i + 1]);
        if (second >= 0x80 && second < 0xA0) clean[i] = clean[i + 1] = ' ';
    }
    return clean;
}

std::string printable_lines(std::string_view text) {
    std::string lines = printable(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (text[i] == '\n' || text[i] == '\t') lines[i] = text[i];
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool break_of_two = text[i] == '\r' && i + 1 < lines.size() && text[i + 1] == '\n';
        if (!break_of_two) lines[kept++] = lines[i];
    }
    lines.resize(kept);
    return lines;
}

}  // namespace eckart::jobs
