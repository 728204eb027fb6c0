#include "text/words/cut_points.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <mutex>
#include <string>

#include "engine/support/error.h"
#include "text/words/unicode.h"

namespace eckart::text {
namespace {

constexpr int most_steps = 64;  // places where a line may be broken that are looked at for one between words

void require(UErrorCode status, const char* what) {
    if (U_FAILURE(status)) {
        throw InputError(std::string("the Unicode library failed at ") + what + ": " + u_errorName(status));
    }
}

using Breaks = std::unique_ptr<icu::BreakIterator>;

/// Of each kind one, whose rules and dictionaries all clones share.
struct Prototypes {
    Prototypes() {
        UErrorCode status = U_ZERO_ERROR;
        graphemes.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
        words.reset(icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status));
        lines.reset(icu::BreakIterator::createLineInstance(icu::Locale::getRoot(), status));
        require(status, "its breaks of text");
    }

    Breaks graphemes, words, lines;
};

}  // namespace

struct CutPoints::State {
    explicit State(std::string_view given) : bytes(given), size(static_cast<std::int32_t>(given.size())) {
        static std::mutex mutex;
        const std::lock_guard lock(mutex);
        static const Prototypes prototypes;
        UErrorCode status = U_ZERO_ERROR;
        text = utext_openUTF8(nullptr, given.data(), static_cast<std::int64_t>(given.size()), &status);
        graphemes.reset(prototypes.graphemes->clone());
        words.reset(prototypes.words->clone());
        lines.reset(prototypes.lines->clone());
        for (const Breaks* breaks : {&graphemes, &words, &lines}) (*breaks)->setText(text, status);
        require(status, "breaking a text");
    }
    ~State() { utext_close(text); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    bool is_end(std::int32_t at) const { return at <= 0 || at >= size; }
    bool is_edge(std::int32_t at) const {
        return is_end(at) || (lines->isBoundary(at) && words->isBoundary(at) && graphemes->isBoundary(at));
    }
    /// Where the character that has `position` begins: ICU answers for that one.
    std::int32_t character_at(std::size_t position) const {
        return static_cast<std::int32_t>(character_boundary(bytes, position));
    }
    std::int32_t character_behind(std::size_t position) const {
        while (position < bytes.size() && character_boundary(bytes, position) != position) ++position;
        return static_cast<std::int32_t>(std::min(position, bytes.size()));
    }

    std::string_view bytes;
    std::int32_t size;
    UText* text = nullptr;
    Breaks graphemes, words, lines;
};

CutPoints::CutPoints(std::string_view text) {
    if (text.size() > std::numeric_limits<std::int32_t>::max()) {
        throw UsageError("text of " + std::to_string(text.size()) + " bytes; at most 2 GiB can be shown");
    }
    static const std::string nothing;  // an address for an empty text
    state_ = std::make_unique<State>(text.empty() ? std::string_view(nothing) : text);
}

CutPoints::CutPoints(CutPoints&&) noexcept = default;
CutPoints& CutPoints::operator=(CutPoints&&) noexcept = default;
CutPoints::~CutPoints() = default;

std::size_t CutPoints::grapheme_before(std::size_t position) {
    const std::int32_t at = state_->character_at(position);
    if (state_->is_end(at) || state_->graphemes->isBoundary(at)) return static_cast<std::size_t>(at);
    return static_cast<std::size_t>(std::max(state_->graphemes->preceding(at), 0));
}

std::size_t CutPoints::grapheme_after(std::size_t position) {
    const std::int32_t at = state_->character_behind(position);
    if (state_->is_end(at) || state_->graphemes->isBoundary(at)) return static_cast<std::size_t>(at);
    const std::int32_t next = state_->graphemes->following(at);
    return static_cast<std::size_t>(next == icu::BreakIterator::DONE ? state_->size : next);
}

std::size_t CutPoints::edge_before(std::size_t position) {
    std::int32_t at = state_->character_at(position);
    for (int step = 0; step < most_steps; ++step) {
        if (state_->is_edge(at)) return static_cast<std::size_t>(at);
        at = std::max(state_->lines->preceding(at), 0);
    }
    return grapheme_before(position);
}

std::size_t CutPoints::edge_after(std::size_t position) {
    std::int32_t at = state_->character_behind(position);
    for (int step = 0; step < most_steps; ++step) {
        if (state_->is_edge(at)) return static_cast<std::size_t>(at);
        const std::int32_t next = state_->lines->following(at);
        at = next == icu::BreakIterator::DONE ? state_->size : next;
    }
    return grapheme_after(position);
}

}  // namespace eckart::text
