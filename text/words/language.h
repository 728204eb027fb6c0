#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace eckart::text {

/// A language by its ISO 639 code of two or three lower-case letters, or none: not known.
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
/// A beginning of 20 or more ASCII words is English if one word in twelve, at least eight of them and four different
/// ones, is among some sixty function words that English shares with no other language of the Latin script, and at most
/// one byte in fifty is beyond ASCII. Otherwise the Compact Language Detector 2 is asked; its answer counts where it
/// calls it reliable.
Language detect_language(std::string_view text);

/// A language, and whether the text is long enough to be sure of it.
struct Detection {
    Language language;  ///< none: it could not be told
    bool sure = false;
};

/// The same. It is in doubt if fewer than 100 bytes are words, unless most are of other scripts than the Latin one,
/// which few languages share.
Detection detect_with_doubt(std::string_view text);

/// The same without the short way for English, to check the short way against it.
Language detect_language_thoroughly(std::string_view text);

/// The languages that detection can tell, by code.
std::vector<Language> detectable_languages();

}  // namespace eckart::text
