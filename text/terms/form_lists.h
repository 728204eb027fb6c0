#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "text/terms/vocabulary.h"

// Where every word of a collection stands, compressed. For each form, in the order of its documents:
//
//     documents   df; if df > 128, a skip for each further block of 128 documents; then for each document
//                 2 (row - row before - 1) + (tf > 1), and if tf > 1: tf - 2 (the row before the first is -1)
//     positions   for each document its tf positions: position - position before - 1 (the one before the first is -1)
//
// Numbers are in base 128, the low digits first, with the high bit on all bytes but the last. A skip has 16 bytes, low
// byte first: the row before the block (4), where the block begins among the bytes behind the skips (4), and where its
// positions begin among those of the form (8).

namespace eckart::text {

/// Positions of the text's words begin so far behind those of the title's, so that no phrase crosses.
inline constexpr std::uint32_t title_gap = 64;

inline constexpr std::uint32_t skip_interval = 128;  ///< documents of a block
inline constexpr std::size_t skip_bytes = 16;

/// The words of one document in order: first those of the title, then those of the text.
struct FormSequence {
    std::span<const std::int32_t> words;   ///< as numbers of whoever counted them
    std::span<const std::int32_t> places;  ///< the form of each such number
    std::int64_t title_words = 0;          ///< of `words`
};

/// Every occurrence of every form.
struct FormLists {
    std::vector<std::uint8_t> documents;
    std::vector<std::int64_t> document_offsets = {0};  ///< forms + 1: those of form f are [offsets[f], offsets[f + 1])
    std::vector<std::uint8_t> positions;
    std::vector<std::int64_t> position_offsets = {0};  ///< forms + 1
};

/// Bytes that `form_lists` holds for so many words, beside the words themselves.
std::uint64_t form_lists_memory(std::uint64_t words);

/// The lists of all forms in `sequences`, one a document, by row. In parallel. `within` has, for each form, another one
/// that is written together with it and stands where it does, or -1.
FormLists form_lists(std::span<const FormSequence> sequences, std::span<const std::int32_t> within);

}  // namespace eckart::text
