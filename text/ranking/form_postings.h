#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace eckart::text {

/// Where every word of a collection stands, as written, stop words too: for each form its documents and its positions
/// in them, compressed as `text/terms/form_lists.h` says; borrows. Positions count the words of the title from 0, then
/// those of the text from the title's length + 64 on, so that no phrase crosses.
struct FormPostings {
    std::span<const std::uint8_t> documents;
    std::span<const std::int64_t> document_offsets;  ///< forms + 1
    std::span<const std::uint8_t> positions;
    std::span<const std::int64_t> position_offsets;  ///< forms + 1
    std::int64_t rows = 0;                           ///< documents of the collection

    std::int32_t forms() const {
        return document_offsets.empty() ? 0 : static_cast<std::int32_t>(document_offsets.size() - 1);
    }
};

/// The documents of one form, by rising row. Members throw DamagedError where bytes are not what they should be.
class FormCursor {
  public:
    /// At the first document. 0 <= form < postings.forms().
    FormCursor(const FormPostings& postings, std::int32_t form);

    /// Documents that the form is in, df.
    std::int32_t size() const { return size_; }

    bool at_end() const { return index_ >= size_; }

    /// The document that it stands at; until at_end.
    std::int32_t document() const { return document_; }

    /// How often the form is in the document.
    std::uint32_t count() const { return count_; }

    void next();

    /// Goes on to the first document that is not before `document`; stays where it is if that one is not. Passes over
    /// blocks of 128 documents without reading them.
    void seek(std::int32_t document);

    /// Puts the positions of the form in this document into `rising`.
    void positions(std::vector<std::uint32_t>& rising) const;

  private:
    void read();
    void jump(std::int32_t block);

    std::span<const std::uint8_t> skips_;
    std::span<const std::uint8_t> documents_;  // behind the skips
    std::span<const std::uint8_t> positions_;
    std::int64_t rows_ = 0;
    std::int32_t size_ = 0;
    std::int32_t index_ = 0;  // of the document among those of the form
    std::int32_t document_ = -1;
    std::uint32_t count_ = 0;
    std::size_t at_ = 0;           // byte behind the document
    std::size_t position_at_ = 0;  // byte where positions_before_ positions precede those of the document
    std::uint64_t positions_before_ = 0;
};

}  // namespace eckart::text
