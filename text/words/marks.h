#pragma once

#include <array>
#include <string>
#include <string_view>

// Marks that people write or leave out, in one table for all languages. A word is indexed with its marks, as its form,
// and found without them, by its bare form; a word that is typed with its marks prefers texts that have them.
//
//     language            marks                                       rule
//     all                 apostrophes, quotes inside a word           one sign for each kind: ' and "
//     all                 digits below and above the line             digits: H₂O is H2O. Above the line only behind
//     three
//                                                                     letters at most: x² is x2, while a footnote's
//                                                                     mark is not of the word before it
//     all                 case, width, ligatures, joiners             as NFKC_Casefold of Unicode has it
//     Latin, Greek        accents, and letters with a stroke          bare: é is e, ü is u, ø is o, æ is ae
//     Cyrillic            accents                                     bare: ё is е; й, ў and ї are letters of their own
//     Hebrew              points and accents                          bare
//     Arabic              vowel signs, marks of the Koran, tatweel    bare; hamza and madda are of the letter
//     Syriac              points                                      bare
//     all others          vowel signs                                 kept: they tell words apart

namespace eckart::text {

/// Characters [first, last], which a bare form lacks.
struct OptionalMarks {
    char32_t first;
    char32_t last;
};

inline constexpr std::array<OptionalMarks, 24> optional_marks = {{
    {0x0300, 0x036F},  // accents of the European scripts
    {0x0483, 0x0487},  // Cyrillic titlo
    {0x0591, 0x05BD},  // Hebrew accents and points
    {0x05BF, 0x05BF}, {0x05C1, 0x05C2}, {0x05C4, 0x05C5}, {0x05C7, 0x05C7}, {0x0610, 0x061A},  // Arabic honorifics
    {0x0640, 0x0640},                                                                          // tatweel
    {0x064B, 0x0652},                                                                          // Arabic vowel signs
    {0x0656, 0x065F}, {0x0670, 0x0670}, {0x06D6, 0x06DC},                                      // marks of the Koran
    {0x06DF, 0x06E4}, {0x06E7, 0x06E8}, {0x06EA, 0x06ED}, {0x0730, 0x074A},                    // Syriac points
    {0x08D3, 0x08E1}, {0x08E3, 0x08FF}, {0x1AB0, 0x1AFF},  // more accents of the European scripts
    {0x1DC0, 0x1DFF}, {0x20D0, 0x20F0}, {0x2DE0, 0x2DFF}, {0xFE20, 0xFE2F},
}};

bool is_optional_mark(char32_t character);

/// What is written for a letter with a stroke, or for two in one, that has no decomposition; nullptr for others.
const char* bare_letter(char32_t letter);

/// ' or " for signs that stand for one of them inside a word, a digit for one below the line; others as they are.
char16_t plain_sign(char16_t character);

/// The digit of one above the line; 0 for others.
char16_t raised_digit(char16_t character);

/// The letters and digits behind which a digit above the line is of the same word, at most.
inline constexpr int longest_raised_base = 3;

/// `word`, a form or its stem, without its optional marks, in NFC; as it is if it has none, or nothing else. The view
/// holds until `buffer` is changed, and while `word` does.
std::string_view bare_form(std::string_view word, std::string& buffer);

/// The same as a string of its own.
std::string bare_form(std::string_view word);

}  // namespace eckart::text
