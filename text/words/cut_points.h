#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace eckart::text {

/// Where a text may be cut to show a part of it.
///
/// A *grapheme* is what readers see as one character (UAX 29): a letter with its marks, a syllable, a flag. An *edge*
/// is a boundary of graphemes where a word begins or ends (UAX 29, with ICU's dictionaries for scripts without spaces)
/// and a line may be broken (UAX 14), so that punctuation stays with its word. The beginning and the end of the text
/// are edges. Where there is no edge within some steps, as in a very long word, a boundary of graphemes takes its
/// place.
///
/// Borrows the text, of less than 2 GiB. Each question costs as much as the text is long between two boundaries. Holds
/// scratch space: one object a thread.
class CutPoints {
  public:
    /// Throws UsageError if the text is too long.
    explicit CutPoints(std::string_view text);
    CutPoints(CutPoints&&) noexcept;
    CutPoints& operator=(CutPoints&&) noexcept;
    ~CutPoints();

    std::size_t grapheme_before(std::size_t position);  ///< the last boundary that is not behind `position`
    std::size_t grapheme_after(std::size_t position);   ///< the first boundary that is not before `position`
    std::size_t edge_before(std::size_t position);      ///< the last edge that is not behind `position`
    std::size_t edge_after(std::size_t position);       ///< the first edge that is not before `position`

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace eckart::text
