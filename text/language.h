#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace eckart::text {

/// A language by its ISO 639 code of two or three lower-case letters, or none: not determined.
class Language {
  public:
    constexpr Language() = default;

    /// Throws UsageError unless `code` is empty or two or three lower-case letters.
    explicit Language(std::string_view code);

    std::string_view code() const { return {code_.data(), code_[2] != 0 ? 3U : code_[0] != 0 ? 2U : 0U}; }
    bool empty() const { return code_[0] == 0; }

    auto operator<=>(const Language&) const = default;

  private:
    std::array<char, 3> code_{};
};

/// How much of a text its language is told from, in bytes.
inline constexpr std::size_t language_sample = 1024;

/// The language of the first `language_sample` bytes of `text`; none if they are too few or too mixed to tell.
///
/// Where 20 words or more in ASCII have been read from its beginning, of which one in twelve or more, eight at least
/// and four different ones, are among some sixty function words that English shares with no other language of the Latin
/// script, and at most one byte in fifty is beyond ASCII, the language is English. Otherwise the Compact Language
/// Detector 2 is asked, whose answer counts when it calls it reliable.
Language detect_language(std::string_view text);

/// The same without the short way for English, to check it against.
Language detect_language_thoroughly(std::string_view text);

}  // namespace eckart::text
