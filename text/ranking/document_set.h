#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace eckart::text {

/// A set of the documents 0 .. size() - 1, a bit each. Invariant: bits from size() on are 0.
class DocumentSet {
  public:
    explicit DocumentSet(std::int64_t size = 0, bool all = false)
        : size_(size), words_(static_cast<std::size_t>(size + 63) / 64, all ? ~std::uint64_t{0} : 0) {
        clear_tail();
    }

    std::int64_t size() const { return size_; }

    bool contains(std::int32_t document) const {
        const auto d = static_cast<std::size_t>(document);
        return (words_[d / 64] >> (d % 64) & 1) != 0;
    }

    void remove(std::int32_t document) {
        const auto d = static_cast<std::size_t>(document);
        words_[d / 64] &= ~(std::uint64_t{1} << (d % 64));
    }

    void add(std::int32_t document) {
        const auto d = static_cast<std::size_t>(document);
        words_[d / 64] |= std::uint64_t{1} << (d % 64);
    }

    std::int64_t count() const {
        std::int64_t sum = 0;
        for (const std::uint64_t word : words_) sum += std::popcount(word);
        return sum;
    }

    /// Both sets have the same size.
    DocumentSet& operator&=(const DocumentSet& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
        return *this;
    }
    DocumentSet& operator|=(const DocumentSet& other) {
        for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
        return *this;
    }

    /// Makes it the set of all documents that it does not hold.
    void invert() {
        for (std::uint64_t& word : words_) word = ~word;
        clear_tail();
    }

    /// Its documents by rising number.
    std::vector<std::int32_t> documents() const {
        std::vector<std::int32_t> rows;
        rows.reserve(static_cast<std::size_t>(count()));
        for (std::size_t i = 0; i < words_.size(); ++i) {
            for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
                rows.push_back(static_cast<std::int32_t>(64 * i) + std::countr_zero(word));
            }
        }
        return rows;
    }

    bool operator==(const DocumentSet&) const = default;

  private:
    void clear_tail() {
        if (size_ % 64 != 0) words_.back() &= (std::uint64_t{1} << (size_ % 64)) - 1;
    }

    std::int64_t size_;
    std::vector<std::uint64_t> words_;
};

}  // namespace eckart::text
