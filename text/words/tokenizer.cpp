#include "text/words/tokenizer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <string>

#include "engine/support/error.h"
#include "text/words/unicode.h"
#include "text/words/word_segmenter.h"

// The short way for ASCII. Within ASCII the rules of UAX 29 and of Tokenizer come down to runs of letters and digits
// that an apostrophe between two letters or two digits, or one of . , ; between two digits, does not end.
//
// A separator is an ASCII character before which text may be cut without changing a word: no word contains it, no rule
// of UAX 29 looks across it, and a combining mark behind it goes with it. Left out are ' . , ; and ", which rules WB6,
// WB7, WB7a-c, WB11 and WB12 look across.

namespace eckart::text {
namespace {

enum class ByteClass : std::uint8_t { separator, quote, apostrophe, point, digit, letter, other };

constexpr std::array<ByteClass, 256> make_classes() {
    std::array<ByteClass, 256> classes{};
    for (std::size_t c = 0; c < 256; ++c) {
        if (c >= 0x80)
            classes[c] = ByteClass::other;
        else if (c >= '0' && c <= '9')
            classes[c] = ByteClass::digit;
        else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
            classes[c] = ByteClass::letter;
        else
            classes[c] = ByteClass::separator;
    }
    classes['\''] = ByteClass::apostrophe;
    classes['"'] = ByteClass::quote;
    for (const char c : {'.', ',', ';'}) classes[static_cast<unsigned char>(c)] = ByteClass::point;
    return classes;
}

/// Letters in lower case and digits as they are; 0 for all other bytes.
constexpr std::array<char, 256> make_folded() {
    std::array<char, 256> folded{};
    for (std::size_t c = '0'; c <= '9'; ++c) folded[c] = static_cast<char>(c);
    for (std::size_t c = 'a'; c <= 'z'; ++c) folded[c] = folded[c - 32] = static_cast<char>(c);
    return folded;
}

constexpr auto class_of_ascii = make_classes();
constexpr auto folded_ascii = make_folded();

constexpr std::size_t most_at_once = std::size_t{1} << 20;
constexpr std::size_t chunk_size = std::size_t{1} << 14;  ///< bytes that ICU sees at once
constexpr std::size_t least_stretch = 16;  ///< bytes of ASCII between two stretches that are not worth leaving ICU for

ByteClass class_of(char byte) {
    return class_of_ascii[static_cast<unsigned char>(byte)];
}

char folded_byte(char byte) {
    return folded_ascii[static_cast<unsigned char>(byte)];
}

bool is_separator(char byte) {
    return class_of(byte) == ByteClass::separator;
}

/// Whether the character at `i`, behind a letter or a digit, holds the word together.
bool joins(std::string_view text, std::size_t i) {
    const ByteClass own = class_of(text[i]);
    if (own != ByteClass::apostrophe && own != ByteClass::point) return false;
    if (i + 1 >= text.size()) return false;
    const ByteClass before = class_of(text[i - 1]);
    return before == class_of(text[i + 1]) &&
           (before == ByteClass::digit || (before == ByteClass::letter && own == ByteClass::apostrophe));
}

constexpr std::uint64_t every_byte(std::uint64_t byte) {
    return 0x0101010101010101U * byte;
}

/// Writes the letters and digits of `text` from `i` on, up to `most`, in lower case to `to`, where seven more bytes may
/// be overwritten, and gives back how many they are. Eight at a time: with the high bit of each byte set aside, adding
/// 0x80 - 'a' sets it from 'a' on, adding 0x7F - 'z' from behind 'z' on.
std::size_t fold_run(std::string_view text, std::size_t i, char* to, std::size_t most) {
    constexpr std::uint64_t high = every_byte(0x80);
    std::size_t length = 0;
    if constexpr (std::endian::native == std::endian::little) {
        while (length < most && i + length + 8 <= text.size()) {
            std::uint64_t eight;
            std::memcpy(&eight, text.data() + i + length, 8);
            const std::uint64_t low = eight & ~high;
            const std::uint64_t lower = low | every_byte(0x20);
            const std::uint64_t letters =
                (lower + every_byte(0x80 - 'a')) & ~(lower + every_byte(0x7F - 'z')) & ~eight & high;
            const std::uint64_t digits =
                (low + every_byte(0x80 - '0')) & ~(low + every_byte(0x7F - '9')) & ~eight & high;
            const std::uint64_t folded = eight | (letters >> 2);  // 0x80 >> 2 is the bit between the two cases
            std::memcpy(to + length, &folded, 8);
            const std::uint64_t others = (letters | digits) ^ high;
            if (others != 0) return std::min(most, length + static_cast<std::size_t>(std::countr_zero(others)) / 8);
            length += 8;
        }
    }
    for (; length < most && i + length < text.size(); ++length) {
        const char folded = folded_byte(text[i + length]);
        if (folded == 0) break;
        to[length] = folded;
    }
    return std::min(most, length);
}

/// Where a stretch for ICU that holds a byte above ASCII at `i` or behind ends: before the first separator that no such
/// byte follows closely. npos if that is not before `limit`.
std::size_t stretch_end(std::string_view text, std::size_t i, std::size_t limit) {
    std::size_t end = std::string_view::npos;
    for (; i < text.size() && i < limit; ++i) {
        const ByteClass c = class_of(text[i]);
        if (c == ByteClass::other) end = std::string_view::npos;
        if (c == ByteClass::separator && end == std::string_view::npos) end = i;
        if (end < i && i - end >= least_stretch) return end;
    }
    return i < text.size() ? std::string_view::npos : std::min(end, text.size());
}

/// What ICU is to see next.
struct Chunk {
    std::size_t end;
    bool whole;  ///< words end where the chunk ends
    bool last;   ///< ASCII has its turn behind it
};

/// The longest chunk that begins at `begin` of what goes to ICU: everything, or the stretch with the byte `other`.
Chunk next_chunk(std::string_view text, std::size_t begin, std::size_t other, bool everything) {
    const std::size_t limit = begin + chunk_size;
    if (everything && text.size() <= limit) return {text.size(), true, true};
    if (!everything) {
        const std::size_t end = stretch_end(text, std::max(begin, other), limit);
        if (end <= limit) return {end, true, true};
    }
    std::size_t end = limit;
    while (end > begin + chunk_size / 2 && !is_separator(text[end])) --end;
    if (is_separator(text[end])) return {end, true, false};
    return {character_boundary(text, limit), false, false};
}

}  // namespace

Tokenizer::Tokenizer(bool ascii_path) : segmenter_(std::make_unique<WordSegmenter>()), ascii_path_(ascii_path) {}
Tokenizer::Tokenizer(Tokenizer&&) noexcept = default;
Tokenizer& Tokenizer::operator=(Tokenizer&&) noexcept = default;
Tokenizer::~Tokenizer() = default;

void Tokenizer::tokenize(std::string_view text, TokenList& words) {
    words.clear();
    for (std::size_t from = 0; from < text.size();) from = tokenize_part(text, from, words);
}

std::size_t Tokenizer::tokenize_part(std::string_view text, std::size_t from, TokenList& words) {
    if (text.size() > std::numeric_limits<std::uint32_t>::max())
        throw UsageError("text of " + std::to_string(text.size()) + " bytes; a text has less than 4 GiB");
    if (from == 0) segmenter_->begin_stretch();
    const std::size_t stop = std::min(text.size(), from + most_at_once);
    if (!ascii_path_) return segment(text, from, from, stop, words);
    if (segmenter_->in_overlong_word()) from = segment(text, from, from, stop, words);
    return scan_ascii(text, from, stop, words);
}

std::size_t Tokenizer::scan_ascii(std::string_view text, std::size_t from, std::size_t stop, TokenList& words) {
    std::size_t cut = from;                                 // the last place where the text may be cut,
    std::size_t words_at_cut = words.size();                // the words before it,
    std::int64_t overlong_at_cut = report_.overlong_words;  // and those left out
    std::size_t i = from;
    while (i < text.size()) {
        const ByteClass c = class_of(text[i]);
        if (c == ByteClass::letter || c == ByteClass::digit) {
            i = scan_word(text, i, words);
        } else if (c == ByteClass::other) {
            words.truncate(words_at_cut);
            report_.overlong_words = overlong_at_cut;
            i = segment(text, cut, i, stop, words);
            if (i >= stop) return i;
            cut = i;
            words_at_cut = words.size();
            overlong_at_cut = report_.overlong_words;
        } else {
            if (c == ByteClass::separator) {
                if (i >= stop) return i;
                cut = i;
                words_at_cut = words.size();
                overlong_at_cut = report_.overlong_words;
            }
            ++i;
        }
    }
    return i;
}

/// Appends the word that begins at `begin`, a letter or a digit, and gives back where it ends.
std::size_t Tokenizer::scan_word(std::string_view text, std::size_t begin, TokenList& words) {
    char* const word = words.begin_word(longest_word + 8);
    std::size_t length = 0;
    std::size_t i = begin;
    while (true) {
        const std::size_t run = fold_run(text, i, word + length, longest_word + 1 - length);
        length += run;
        i += run;
        if (length > longest_word)
            while (i < text.size() && folded_byte(text[i]) != 0) ++i;
        if (i >= text.size() || !joins(text, i)) break;
        if (length <= longest_word) word[length++] = text[i];
        ++i;
    }
    if (length > longest_word) {
        ++report_.overlong_words;
        return i;
    }
    words.end_word(length, {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(i)});
    return i;
}

std::size_t Tokenizer::segment(std::string_view text, std::size_t begin, std::size_t other, std::size_t stop,
                               TokenList& words) {
    do {
        const Chunk chunk = next_chunk(text, begin, other, !ascii_path_);
        begin += segmenter_->append_words(text.substr(begin, chunk.end - begin), begin, chunk.whole, words, report_);
        if (chunk.last) {
            segmenter_->begin_stretch();
            break;
        }
    } while (begin < stop);
    return begin;
}

}  // namespace eckart::text
