#include "text/words/stemmer.h"

#include <libstemmer.h>

#include <new>
#include <string>

namespace eckart::text {
namespace {

struct Deleter {
    void operator()(sb_stemmer* stemmer) const { sb_stemmer_delete(stemmer); }
};

std::unique_ptr<sb_stemmer, Deleter> new_snowball(Language language) {
    if (language.empty()) return nullptr;
    return std::unique_ptr<sb_stemmer, Deleter>(sb_stemmer_new(std::string(language.code()).c_str(), nullptr));
}

}  // namespace

struct Stemmer::Snowball {
    std::unique_ptr<sb_stemmer, Deleter> algorithm;
};

Stemmer::Stemmer(Language language) : snowball_(std::make_unique<Snowball>(Snowball{new_snowball(language)})) {}
Stemmer::Stemmer(Stemmer&&) noexcept = default;
Stemmer& Stemmer::operator=(Stemmer&&) noexcept = default;
Stemmer::~Stemmer() = default;

std::string_view Stemmer::stem(std::string_view word) {
    sb_stemmer* const algorithm = snowball_->algorithm.get();
    if (algorithm == nullptr) return word;
    const sb_symbol* const stem =
        sb_stemmer_stem(algorithm, reinterpret_cast<const sb_symbol*>(word.data()), static_cast<int>(word.size()));
    if (stem == nullptr) throw std::bad_alloc();
    const int length = sb_stemmer_length(algorithm);
    return length > 0 ? std::string_view(reinterpret_cast<const char*>(stem), static_cast<std::size_t>(length)) : word;
}

bool has_stemmer(Language language) {
    return new_snowball(language) != nullptr;
}

}  // namespace eckart::text
