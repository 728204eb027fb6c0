#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "text/query/word_forms.h"

namespace eckart::text {

/// What a word of a query was probably meant to be.
struct Correction {
    std::size_t token = 0;  ///< its number among the words of the query
    std::string word;       ///< a form of the index
};

/// What it costs to mistype `meant` as `typed`: the least sum over ways to turn one into the other, letter by letter. A
/// letter inserted, left out or replaced costs 1; .7 if two neighbors were exchanged, a letter was replaced by one
/// beside it on the keyboard or a vowel by a vowel; .6 if a letter was doubled, or one of two equal ones left out. A
/// wrong first letter costs .5 more: people notice it.
double typing_cost(std::string_view typed, std::string_view meant);

/// The words among `tokens`, the words of a query as the tokenizer gives them, that are probably mistyped.
///
/// A candidate c for a word w is a form within `usual_distance` of w, or w itself if the index has it. It is rated by
///
///     ln df(c)  -  4 typing cost  +  6 (the largest share of the other words' idf that one document of c has)
///
/// (a noisy channel, after Kernighan, Church and Gale, COLING 1990: how often the word is written, how likely the slip
/// is, and whether the other words are written with it). Marks that are optional are no slip, and a word that the index
/// has in another form is right. The best one is a correction if it is not w, and rates 2 above w where the index has
/// w.
std::vector<Correction> corrections(const IndexWords& words, const std::vector<std::string>& tokens);

}  // namespace eckart::text
