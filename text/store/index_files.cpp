#include "text/store/index_files.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "engine/neighbors/neighbor_file.h"
#include "engine/support/error.h"
#include "text/ranking/posting_cursor.h"
#include "text/words/analyzer.h"

namespace eckart::text {
namespace {

/// Opens an array that must have `extent` rows (or any number), and `columns` columns if that is not 0.
template <class T>
MappedArray<T> open_array(const StoreReader& store, std::string_view name, std::int64_t extent,
                          std::int64_t columns = 0) {
    const std::vector<std::int64_t> shape =
        columns > 0 ? std::vector<std::int64_t>{extent, columns} : std::vector<std::int64_t>{extent};
    return MappedArray<T>(store.file(name), shape);
}

/// Offsets begin at 0, never fall, and end at what they point into.
void check_offsets(const MappedArray<std::int64_t>& offsets, std::size_t end) {
    const auto values = offsets.values();
    if (values.empty() || values.front() != 0 || values.back() != static_cast<std::int64_t>(end) ||
        !std::is_sorted(values.begin(), values.end())) {
        throw DamagedError(offsets.path() +
                           ": its offsets do not span the array that they point into; make the index again");
    }
}

/// Rows are -1 or rise from 0 on to `count` - 1: each row of V belongs to one term.
void check_latent_rows(const MappedArray<std::int32_t>& rows, std::int64_t count) {
    std::int64_t next = 0;
    for (const std::int32_t row : rows.values()) {
        if (row == next)
            ++next;
        else if (row != -1)
            next = count + 1;
    }
    if (next != count) {
        throw DamagedError(rows.path() + ": its rows are not those of the term vectors; make the index again");
    }
}

// A language of fewer than one document in so many is as likely a mistake of the detector as a language of the
// collection.
constexpr std::int64_t least_language_share = 50;

void check_version(const nlohmann::json& json) {
    const std::int64_t version = json.value("index_version", std::int64_t{1});
    if (version < index_version)
        throw DamagedError("the index was made by an earlier version; make it again with eckart index SOURCE -o INDEX");
    if (version > index_version) throw DamagedError("the index was made by a later version of eckart; use that one");
}

/// Each is one of `count` forms.
void check_forms(const MappedArray<std::int32_t>& forms, std::int64_t count) {
    for (const std::int32_t form : forms.values()) {
        if (form < 0 || form >= count)
            throw DamagedError(forms.path() + ": found a form that there is none of; make the index again");
    }
}

/// Each number is below `count`.
void check_languages(const MappedArray<std::uint8_t>& languages, std::size_t count) {
    for (const std::uint8_t language : languages.values()) {
        if (language >= count)
            throw DamagedError(languages.path() + ": found a language that the manifest lacks; make the index again");
    }
}

constexpr auto block_postings = static_cast<std::int64_t>(posting_block);

Weighting weighting_of(const nlohmann::json& json) {
    return parse_weighting(json.at("weighting").get<std::string>());
}

}  // namespace

IndexManifest parse_index_manifest(const std::string& text) {
    try {
        const auto json = nlohmann::json::parse(text);
        // One by one: GCC 12 destroys members of an aggregate twice if a later initializer throws.
        IndexManifest manifest;
        check_version(json);
        manifest.documents = json.at("documents").get<std::int64_t>();
        manifest.terms = json.at("terms").get<std::int64_t>();
        manifest.forms = json.at("forms").get<std::int64_t>();
        manifest.latent_terms = json.at("latent_terms").get<std::int64_t>();
        manifest.nonzeros = json.at("nonzeros").get<std::int64_t>();
        manifest.rank = json.at("rank").get<std::int64_t>();
        manifest.weighting = weighting_of(json.at("options"));
        manifest.bm25 = {json.at("bm25").at("k1").get<double>(), json.at("bm25").at("b").get<double>()};
        manifest.blend.latent_weight = json.at("blend").at("latent_weight").get<double>();
        manifest.blend.reason = json.at("blend").at("reason").get<std::string>();
        manifest.language = json.at("options").at("language").get<std::string>();
        manifest.majority_language = json.at("majority_language").get<std::string>();
        for (const auto& [language, count] : json.at("languages").items()) {
            manifest.all_languages.emplace_back(language);
            if (count.get<std::int64_t>() * least_language_share >= manifest.documents)
                manifest.languages.push_back(language);
        }
        if (json.contains("autoencoder")) {
            manifest.code = parse_layers_json(json.at("autoencoder").at("layers").dump());
        }
        if (json.contains("neighbors")) manifest.probes = json.at("neighbors").at("probes").get<std::int64_t>();
        for (const std::int64_t size : {manifest.documents, manifest.terms, manifest.forms, manifest.latent_terms,
                                        manifest.nonzeros, manifest.rank, manifest.probes}) {
            if (size < 0) throw UsageError("found the size " + std::to_string(size) + ", expected none below 0");
        }
        Language(manifest.majority_language);
        LanguageChoice(manifest.language);
        return manifest;
    } catch (const nlohmann::json::exception& problem) {
        throw DamagedError(std::string("the manifest of the index lacks what it needs (") + problem.what() +
                           "); make the index again");
    } catch (const UsageError& problem) {
        throw DamagedError(std::string("the manifest of the index: ") + problem.what() + "; make the index again");
    }
}

IndexFiles::IndexFiles(const StoreReader& store)
    : manifest_(parse_index_manifest(store.manifest_json())),
      term_bytes_(open_array<std::uint8_t>(store, index_file::term_bytes, any_extent)),
      term_offsets_(open_array<std::int64_t>(store, index_file::term_offsets, manifest_.terms + 1)),
      form_bytes_(open_array<std::uint8_t>(store, index_file::form_bytes, any_extent)),
      form_offsets_(open_array<std::int64_t>(store, index_file::form_offsets, manifest_.forms + 1)),
      form_documents_(open_array<std::uint8_t>(store, index_file::form_documents, any_extent)),
      form_document_offsets_(open_array<std::int64_t>(store, index_file::form_document_offsets, manifest_.forms + 1)),
      form_positions_(open_array<std::uint8_t>(store, index_file::form_positions, any_extent)),
      form_position_offsets_(open_array<std::int64_t>(store, index_file::form_position_offsets, manifest_.forms + 1)),
      marked_forms_(open_array<std::int32_t>(store, index_file::marked_forms, any_extent)),
      title_lengths_(open_array<std::int32_t>(store, index_file::title_lengths, manifest_.documents)),
      document_languages_(open_array<std::uint8_t>(store, index_file::document_languages, manifest_.documents)),
      posting_offsets_(open_array<std::int64_t>(store, index_file::posting_offsets, manifest_.terms + 1)),
      posting_documents_(open_array<std::int32_t>(store, index_file::posting_documents, manifest_.nonzeros)),
      posting_counts_(open_array<float>(store, index_file::posting_counts, manifest_.nonzeros)),
      posting_block_maxima_(open_array<float>(store, index_file::posting_block_maxima,
                                              (manifest_.nonzeros + block_postings - 1) / block_postings)),
      token_counts_(open_array<float>(store, index_file::token_counts, manifest_.documents)),
      text_(open_array<std::uint8_t>(store, index_file::text, any_extent)),
      text_offsets_(open_array<std::int64_t>(store, index_file::text_offsets, manifest_.documents, 2)),
      fields_(store, manifest_.documents),
      copies_(store, manifest_.documents) {
    check_offsets(posting_offsets_, posting_documents_.values().size());
    check_offsets(form_document_offsets_, form_documents_.values().size());
    check_offsets(form_position_offsets_, form_positions_.values().size());
    check_forms(marked_forms_, manifest_.forms);
    check_languages(document_languages_, manifest_.all_languages.size());
    if (manifest_.rank == 0) return;
    const std::int64_t k = manifest_.rank;
    latent_rows_ = open_array<std::int32_t>(store, index_file::latent_rows, manifest_.terms);
    check_latent_rows(latent_rows_, manifest_.latent_terms);
    global_weights_ = open_array<float>(store, index_file::global_weights, manifest_.latent_terms);
    term_vectors_ = open_array<float>(store, index_file::term_vectors, manifest_.latent_terms, k);
    singular_values_ = open_array<double>(store, index_file::singular_values, k);
    document_vectors_ = open_array<float>(store, index_file::document_vectors, manifest_.documents, k);
    document_lengths_ = open_array<float>(store, index_file::document_lengths, manifest_.documents);
    document_codes_.emplace(store, scan_prefix, manifest_.documents, k);
    if (manifest_.probes > 0) {
        neighbors_.emplace(store, neighbor_prefix, Similarity::cosine, manifest_.documents, k);
    }
    if (manifest_.code) {
        network_.emplace(store, code_prefix, *manifest_.code, manifest_.latent_terms);
        code_vectors_ = open_array<float>(store, index_file::code_vectors, manifest_.documents, manifest_.code->code);
        code_lengths_ = open_array<float>(store, index_file::code_lengths, manifest_.documents);
    }
}

Vocabulary IndexFiles::vocabulary() const {
    return Vocabulary::viewing(term_bytes_.values(), term_offsets_.values());
}

Vocabulary IndexFiles::forms() const {
    return Vocabulary::viewing(form_bytes_.values(), form_offsets_.values());
}

FormPostings IndexFiles::form_postings() const {
    return {form_documents_.values(), form_document_offsets_.values(), form_positions_.values(),
            form_position_offsets_.values(), manifest_.documents};
}

CsrView IndexFiles::postings() const {
    return {manifest_.terms, manifest_.documents, posting_offsets_.values(), posting_documents_.values(),
            posting_counts_.values()};
}

Bm25View IndexFiles::lexical(std::span<const float> saturation) const {
    return {postings(), saturation, manifest_.bm25.k1, posting_block_maxima_.values()};
}

LatentView IndexFiles::latent() const {
    const std::int64_t k = manifest_.rank;
    return {manifest_.weighting,
            latent_rows_.values(),
            global_weights_.values(),
            ConstMatrixMap(term_vectors_.values().data(), manifest_.latent_terms, k),
            ConstMatrixMap(document_vectors_.values().data(), manifest_.documents, k),
            document_lengths_.values(),
            k,
            document_codes_->view()};
}

std::optional<CodeView> IndexFiles::code() const {
    if (!network_) return {};
    return CodeView{
        network_->view(*manifest_.code),
        ConstMatrixMap(code_vectors_.values().data(), manifest_.documents, manifest_.code->code),
        code_lengths_.values(),
    };
}

std::string_view IndexFiles::text(std::int64_t document) const {
    const auto offsets = text_offsets_.values();
    const auto d = static_cast<std::size_t>(document);
    const auto begin = static_cast<std::size_t>(offsets[2 * d]), length = static_cast<std::size_t>(offsets[2 * d + 1]);
    const auto bytes = text_.values();
    if (begin > bytes.size() || length > bytes.size() - begin) {
        throw DamagedError(text_offsets_.path() + ": document " + std::to_string(document) +
                           " lies outside the stored text; make the index again");
    }
    return {reinterpret_cast<const char*>(bytes.data()) + begin, length};
}

}  // namespace eckart::text
