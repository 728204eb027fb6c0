#include "text/indexing/index_builder.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/matrix/csr.h"
#include "engine/matrix/products.h"
#include "engine/neighbors/scan_codes.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/storage/catalog.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "text/indexing/copies.h"
#include "text/indexing/self_test.h"
#include "text/indexing/split_documents.h"
#include "text/ranking/posting_cursor.h"
#include "text/ranking/ranker.h"
#include "text/store/field_columns.h"
#include "text/store/index_files.h"
#include "text/store/neighbor_file.h"
#include "text/store/weighted_matrix.h"
#include "text/terms/marked_forms.h"
#include "text/terms/term_counts.h"
#include "text/words/analyzer.h"

// From documents to a generation of a store, value by value (text/README.md has the shapes):
//
//   documents -> TermCounts -> postings -> LatentTerms -> LatentMatrices X, X' -> LatentSpace -> Blend, NeighborFile
//
// What is large is written as soon as it is there; the manifest comes last.

namespace eckart::text {
namespace {

constexpr std::int64_t row_block = 1024;
constexpr std::int64_t latent_frequency = 2;  // documents that a term of the latent space is in, at least

/// Appends texts to text.npy.
class TextFile final : public TextSink {
  public:
    explicit TextFile(const std::string& path) : writer_(path) {}

    std::uint64_t append(std::string_view text) override {
        const std::uint64_t offset = size_;
        writer_.append({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
        size_ += text.size();
        return offset;
    }

    void finish() { writer_.finish(); }

  private:
    NpyWriter<std::uint8_t> writer_;
    std::uint64_t size_ = 0;
};

/// Bytes of a sparse matrix.
std::uint64_t csr_bytes(const CsrView& matrix) {
    return static_cast<std::uint64_t>(matrix.nonzeros()) * 8 + static_cast<std::uint64_t>(matrix.rows) * 8;
}

/// Terms of the latent space among all of the vocabulary.
struct LatentTerms {
    std::vector<std::int32_t> rows;     ///< terms: the term's row of V, or -1
    std::vector<float> global_weights;  ///< latent terms
};

/// X, documents x latent terms, and X'.
struct LatentMatrices {
    CsrMatrix x;
    CsrMatrix transposed;
};

/// The truncated SVD of X. Rank 0: there is no latent space.
struct LatentSpace {
    TruncatedSvd svd;  ///< without U, which nobody needs any more
    std::string rank_reason = "no latent space: no term tells some documents from others";
    DenseMatrix document_vectors;         ///< X V, documents x k
    std::vector<float> document_lengths;  ///< documents
};

/// All that the manifest and the summary tell of; borrows.
struct Built {
    const TermCounts& counts;  ///< its matrix has become X
    const std::vector<std::int32_t>& copies;
    std::int64_t nonzeros;  ///< of that matrix
    const LatentSpace& space;
    const Blend& blend;
    const NeighborFile& neighbors;
};

template <NpyElement T>
void write(const StoreWriter& store, std::string_view name, const std::vector<T>& values) {
    write_npy(store.file(name), values);
}

void write(const StoreWriter& store, std::string_view name, const DenseMatrix& matrix) {
    write_npy<float>(store.file(name), {matrix.data(), static_cast<std::size_t>(matrix.size())},
                     {matrix.rows(), matrix.cols()});
}

/// Counts what `documents` gives; the texts go into the store as they are read.
TermCounts counted(const DocumentSource& documents, const IndexOptions& options, const StoreWriter& store,
                   const Progress& progress) {
    TextFile texts(store.file(index_file::text));
    TermCounts counts =
        count_terms(documents, texts, {.language = options.language, .memory = options.memory}, progress);
    texts.finish();
    if (counts.ids.empty()) throw InputError("there is no document to index");
    if (counts.vocabulary.size() == 0) {
        throw InputError("none of the " + std::to_string(counts.ids.size()) + " documents has a word to index");
    }
    return counts;
}

template <NpyElement T>
void write(const StoreWriter& store, std::string_view name, std::span<const T> values) {
    write_npy<T>(store.file(name), values, {static_cast<std::int64_t>(values.size())});
}

/// Documents of each language, by code.
std::map<Language, std::int64_t> language_counts(const TermCounts& counts) {
    std::map<Language, std::int64_t> languages;
    for (const Language language : counts.languages) ++languages[language];
    return languages;
}

/// Writes the forms and where they stand.
void write_forms(const TermCounts& counts, const StoreWriter& store) {
    write(store, index_file::form_bytes, counts.forms.bytes());
    write(store, index_file::form_offsets, counts.forms.offsets());
    write(store, index_file::marked_forms, marked_forms(counts.forms));
    write(store, index_file::form_documents, counts.form_lists.documents);
    write(store, index_file::form_document_offsets, counts.form_lists.document_offsets);
    write(store, index_file::form_positions, counts.form_lists.positions);
    write(store, index_file::form_position_offsets, counts.form_lists.position_offsets);
}

/// Writes the language of each document as its number among all, by code.
void write_languages(const TermCounts& counts, const StoreWriter& store) {
    const auto all = language_counts(counts);
    std::vector<std::uint8_t> numbers;
    for (const Language language : counts.languages)
        numbers.push_back(static_cast<std::uint8_t>(std::distance(all.begin(), all.find(language))));
    write(store, index_file::document_languages, numbers);
}

/// Writes the catalog, where each text stands, the documents' lengths and languages, and the vocabulary.
void write_documents(const TermCounts& counts, const StoreWriter& store) {
    CatalogWriter catalog(store.file(index_file::catalog));
    std::vector<std::int64_t> offsets;
    for (std::size_t row = 0; row < counts.ids.size(); ++row) {
        const nlohmann::json attributes = {{"language", counts.languages[row].code()},
                                           {"bytes", counts.text_sizes[row]},
                                           {"terms", counts.lengths[row]}};
        catalog.add(counts.ids[row], counts.titles[row], attributes.dump());
        offsets.push_back(static_cast<std::int64_t>(counts.text_offsets[row]));
        offsets.push_back(static_cast<std::int64_t>(counts.text_sizes[row]));
    }
    catalog.finish();
    write_field_columns(store, counts.fields);
    write_npy<std::int64_t>(store.file(index_file::text_offsets), offsets,
                            {static_cast<std::int64_t>(counts.ids.size()), 2});
    write(store, index_file::token_counts, std::vector<float>(counts.lengths.begin(), counts.lengths.end()));
    write(store, index_file::title_lengths, counts.title_lengths);
    write_languages(counts, store);
    write(store, index_file::term_bytes, counts.vocabulary.bytes());
    write(store, index_file::term_offsets, counts.vocabulary.offsets());
}

/// For each document the row of the one that stands for it, as written into the store. The texts are read back from it.
std::vector<std::int32_t> written_copies(const TermCounts& counts, const StoreWriter& store) {
    const MappedArray<std::uint8_t> texts(store.file(index_file::text));
    std::vector<std::int32_t> copies = copies_of(counts.sketches, [&](std::int64_t row) {
        const auto r = static_cast<std::size_t>(row);
        const auto bytes = texts.values().subspan(counts.text_offsets[r], counts.text_sizes[r]);
        return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    });
    write(store, index_file::copies, copies);
    return copies;
}

std::int64_t number_of_copies(const std::vector<std::int32_t>& copies) {
    std::int64_t count = 0;
    for (std::size_t row = 0; row < copies.size(); ++row) {
        count += copies[row] != static_cast<std::int32_t>(row) ? 1 : 0;
    }
    return count;
}

/// The postings, terms x documents, as written into the store.
CsrMatrix written_postings(const TermCounts& counted, const MemoryBudget& memory, const StoreWriter& store) {
    const CsrView counts = counted.counts;
    memory.require(2 * csr_bytes(counts), "turning " + std::to_string(counts.nonzeros()) + " counts into postings");
    CsrMatrix postings = transposed(counts);
    const Bm25Options bm25;
    const std::vector<float> lengths(counted.lengths.begin(), counted.lengths.end());
    const std::vector<float> saturations = bm25_saturations(lengths, bm25);
    write(store, index_file::posting_block_maxima, posting_block_maxima({postings, saturations, bm25.k1}));
    write(store, index_file::posting_offsets, postings.row_offsets);
    write(store, index_file::posting_documents, postings.column_indices);
    write(store, index_file::posting_counts, postings.values);
    return postings;
}

LatentTerms latent_terms(const CsrMatrix& postings, const Weighting& weighting) {
    const std::vector<float> weights = global_weights(weighting, postings);
    LatentTerms terms{std::vector<std::int32_t>(weights.size(), -1), {}};
    for (std::size_t term = 0; term < weights.size(); ++term) {
        const std::int64_t df = postings.row_offsets[term + 1] - postings.row_offsets[term];
        if (df < latent_frequency || !(weights[term] > 0)) continue;
        terms.rows[term] = static_cast<std::int32_t>(terms.global_weights.size());
        terms.global_weights.push_back(weights[term]);
    }
    return terms;
}

/// Turns the counts, which nobody needs any more, into X in the memory that they have.
LatentMatrices latent_matrices(CsrMatrix counts, const LatentTerms& terms, const Weighting& weighting) {
    weigh_latent_terms(weighting, terms.rows, terms.global_weights, counts);
    CsrMatrix transpose = transposed(counts);
    return {std::move(counts), std::move(transpose)};
}

SvdOptions svd_options(const IndexOptions& options, const LatentMatrices& matrices) {
    const std::uint64_t held = csr_bytes(matrices.x) + csr_bytes(matrices.transposed);
    MemoryBudget left = options.memory;
    if (left.bytes > 0) left.bytes = left.bytes > held ? left.bytes - held : 1;
    return {.rank = rank_to_compute(options.rank, matrices.x.rows),
            .solver = parse_svd_solver(options.solver),
            .tolerance = options.tolerance,
            .seed = options.seed,
            .memory = left};
}

std::vector<float> row_lengths(const DenseMatrix& vectors) {
    std::vector<float> lengths(static_cast<std::size_t>(vectors.rows()));
    parallel_blocks(vectors.rows(), row_block, [&](Range rows) {
        for (auto row = rows.begin; row < rows.end; ++row) {
            lengths[static_cast<std::size_t>(row)] = vectors.row(row).norm();
        }
    });
    return lengths;
}

LatentSpace latent_space(const LatentMatrices& matrices, const IndexOptions& options, const Progress& progress) {
    LatentSpace space;
    if (!(squared_norm(matrices.x) > 0)) return space;
    space.svd =
        truncated_svd(SparseOperator(matrices.x, matrices.transposed), svd_options(options, matrices), progress);
    const RankChoice choice = chosen_rank(options.rank, space.svd, matrices.x.rows);
    if (choice.rank < space.svd.rank()) space.svd = leading_triplets(space.svd, choice.rank);
    space.rank_reason = choice.reason;
    space.svd.u.resize(0, 0);  // X V takes as much
    space.document_vectors.resize(matrices.x.rows, space.svd.rank());
    multiply(matrices.x, space.svd.v, space.document_vectors);
    space.document_lengths = row_lengths(space.document_vectors);
    return space;
}

void write_latent_space(const LatentTerms& terms, const LatentSpace& space, const StoreWriter& store) {
    const auto numbers = [](const Eigen::VectorXd& vector) {
        return std::vector<double>(vector.data(), vector.data() + vector.size());
    };
    write(store, index_file::latent_rows, terms.rows);
    write(store, index_file::global_weights, terms.global_weights);
    write(store, index_file::term_vectors, space.svd.v);
    write(store, index_file::document_vectors, space.document_vectors);
    write(store, index_file::document_lengths, space.document_lengths);
    write_scan_codes(scan_codes(space.document_vectors, space.document_lengths), store, scan_prefix);
    write(store, index_file::singular_values, numbers(space.svd.singular_values));
    write(store, index_file::residuals, numbers(space.svd.certificate.right_residuals));
}

ConstMatrixMap map_of(const DenseMatrix& matrix) {
    return {matrix.data(), matrix.rows(), matrix.cols()};
}

/// The hybrid weight, found on documents of the index itself; postings and texts are read back from the store.
Blend found_blend(const TermCounts& counts, const LatentTerms& terms, const LatentMatrices& matrices,
                  const LatentSpace& space, const IndexOptions& options, const StoreWriter& store,
                  const Progress& progress) {
    const Bm25Options bm25;
    const std::vector<float> lengths(counts.lengths.begin(), counts.lengths.end());
    const std::vector<float> saturations = bm25_saturations(lengths, bm25);
    const MappedArray<std::int64_t> offsets(store.file(index_file::posting_offsets));
    const MappedArray<std::int32_t> documents(store.file(index_file::posting_documents));
    const MappedArray<float> frequencies(store.file(index_file::posting_counts));
    const MappedArray<std::uint8_t> texts(store.file(index_file::text));
    const CsrView postings{counts.vocabulary.size(), matrices.x.rows, offsets.values(), documents.values(),
                           frequencies.values()};
    const LatentView latent{options.weighting,
                            terms.rows,
                            terms.global_weights,
                            map_of(space.svd.v),
                            map_of(space.document_vectors),
                            space.document_lengths,
                            space.svd.rank()};
    const auto text_of = [&](std::int64_t row) {
        const auto r = static_cast<std::size_t>(row);
        const auto bytes = texts.values().subspan(counts.text_offsets[r], counts.text_sizes[r]);
        return counts.titles[r] + "\n" + std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    };
    return self_tested_blend({{postings, saturations, bm25.k1}, latent, 0},
                             {matrices.x, matrices.transposed, space.svd.singular_values},
                             split_documents(counts, text_of, repeated_rows(matrices.x), bm25, options.seed), progress);
}

nlohmann::json json_of(const TruncatedSvd& svd) {
    const SvdCertificate& c = svd.certificate;
    const Eigen::VectorXd errors = eckart_young_errors(svd);
    return {{"solver", name(svd.solver)},
            {"converged", c.converged},
            {"max_right_residual", c.max_right_residual},
            {"max_left_residual", c.max_left_residual},
            {"orthogonality_loss_u", c.orthogonality_loss_u},
            {"orthogonality_loss_v", c.orthogonality_loss_v},
            {"squared_norm", c.squared_norm},
            {"energy", c.energy},
            {"gram_products", svd.gram_products},
            {"note", svd.note},
            {"eckart_young_errors", std::vector<double>(errors.data(), errors.data() + errors.size())}};
}

nlohmann::json json_of(const IndexOptions& options) {
    return {
        {"rank", name(options.rank)}, {"weighting", name(options.weighting)}, {"language", options.language},
        {"solver", options.solver},   {"tolerance", options.tolerance},       {"neighbors", name(options.neighbors)},
        {"seed", options.seed}};
}

nlohmann::json json_of(const NeighborFile& neighbors) {
    return {{"method", name(neighbors.method)},
            {"cells", neighbors.cells},
            {"probes", neighbors.probes},
            {"recall", neighbors.recall}};
}

nlohmann::json manifest_of(const Built& built, const IndexOptions& options) {
    const TermCounts& counts = built.counts;
    nlohmann::json languages = nlohmann::json::object();
    for (const auto& [language, count] : language_counts(counts)) languages[std::string(language.code())] = count;
    nlohmann::json json = {{"index_version", index_version},
                           {"documents", counts.ids.size()},
                           {"terms", counts.vocabulary.size()},
                           {"forms", counts.forms.size()},
                           {"words", counts.words},
                           {"latent_terms", built.space.svd.v.rows()},
                           {"nonzeros", built.nonzeros},
                           {"rank", built.space.svd.rank()},
                           {"rank_reason", built.space.rank_reason},
                           {"empty_documents", counts.empty_documents},
                           {"duplicate_ids", counts.duplicate_ids},
                           {"copies", number_of_copies(built.copies)},
                           {"invalid_sequences", counts.invalid_sequences},
                           {"overlong_words", counts.overlong_words},
                           {"text_bytes", counts.bytes},
                           {"languages", languages},
                           {"majority_language", counts.main_language.code()},
                           {"bm25", {{"k1", Bm25Options{}.k1}, {"b", Bm25Options{}.b}}},
                           {"blend", {{"latent_weight", built.blend.latent_weight}, {"reason", built.blend.reason}}},
                           {"options", json_of(options)}};
    if (built.space.svd.rank() > 0) json["certificate"] = json_of(built.space.svd);
    if (built.neighbors.method != NeighborMethod::exact) json["neighbors"] = json_of(built.neighbors);
    return json;
}

IndexSummary summary_of(const Built& built, std::chrono::steady_clock::time_point start) {
    const TermCounts& counts = built.counts;
    const SvdCertificate& certificate = built.space.svd.certificate;
    return {.documents = static_cast<std::int64_t>(counts.ids.size()),
            .empty_documents = counts.empty_documents,
            .duplicate_ids = counts.duplicate_ids,
            .copies = number_of_copies(built.copies),
            .invalid_sequences = counts.invalid_sequences,
            .terms = counts.vocabulary.size(),
            .nonzeros = built.nonzeros,
            .rank = built.space.svd.rank(),
            .rank_reason = built.space.rank_reason,
            .energy = certificate.energy,
            .max_residual = std::max(certificate.max_right_residual, certificate.max_left_residual),
            .latent_weight = built.blend.latent_weight,
            .self_tested = built.blend.self_tested,
            .blend = built.blend.reason,
            .neighbors = built.neighbors.note,
            .svd_note = built.space.svd.note,
            .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
            .peak_memory = peak_memory()};
}

/// Throws UsageError for what would otherwise be found out after all documents were read.
void check(const IndexOptions& options) {
    parse_svd_solver(options.solver);
    require_known_language(options.language);
    if (!is_possible(options.rank)) throw UsageError("a rank must be at least 1, a share of energy in (0, 1]");
    if (!(options.tolerance > 0 && options.tolerance < 1)) throw UsageError("the tolerance must lie in (0, 1)");
}

}  // namespace

std::uint64_t indexing_memory(std::int64_t documents, std::int64_t terms, std::int64_t nonzeros, const RankRule& rank) {
    const auto k = static_cast<std::uint64_t>(std::min(rank_to_compute(rank, documents), documents));
    const auto n = static_cast<std::uint64_t>(std::min(documents, terms)),
               wide = static_cast<std::uint64_t>(std::max(documents, terms));
    const std::uint64_t matrices = static_cast<std::uint64_t>(nonzeros) * 16;  // X and X', or counts and postings
    const std::uint64_t words = static_cast<std::uint64_t>(nonzeros) * 40;     // of three words a count, and counts
    const std::uint64_t factors = (3 * n + 3 * wide) * k * sizeof(float);      // Krylov basis; U, V and their images
    return std::max(matrices + factors, words) + static_cast<std::uint64_t>(terms) * 64 +
           static_cast<std::uint64_t>(documents) * 256;
}

IndexSummary build_index(const std::string& path, const DocumentSource& source, const IndexOptions& options,
                         const Progress& progress) {
    check(options);
    const auto start = std::chrono::steady_clock::now();
    StoreWriter store = StoreWriter::begin(path);
    TermCounts counts = counted(source, options, store, progress);
    write_documents(counts, store);
    const std::vector<std::int32_t> copies = written_copies(counts, store);
    counts.sketches = {};
    write_forms(counts, store);
    counts.form_lists = {};
    const std::int64_t nonzeros = counts.counts.nonzeros();
    const LatentTerms terms = latent_terms(written_postings(counts, options.memory, store), options.weighting);
    const LatentMatrices matrices = latent_matrices(std::move(counts.counts), terms, options.weighting);
    const LatentSpace space = latent_space(matrices, options, progress);
    Blend blend{0, "there is no latent space, so words decide alone"};
    NeighborFile neighbors;
    if (space.svd.rank() > 0) {
        write_latent_space(terms, space, store);
        blend = found_blend(counts, terms, matrices, space, options, store, progress);
        neighbors = write_document_cells(space.document_vectors, options.neighbors, options.seed, options.memory, store,
                                         progress);
    }
    const Built built{counts, copies, nonzeros, space, blend, neighbors};
    store.publish(index_kind, manifest_of(built, options).dump(), progress);
    return summary_of(built, start);
}

}  // namespace eckart::text
