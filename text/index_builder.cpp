#include "text/index_builder.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "engine/matrix/csr.h"
#include "engine/matrix/products.h"
#include "engine/spectral/truncated_svd.h"
#include "engine/storage/catalog.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "text/analyzer.h"
#include "text/index_files.h"
#include "text/neighbor_file.h"
#include "text/ranker.h"
#include "text/self_test.h"
#include "text/split_documents.h"
#include "text/term_counts.h"
#include "text/weighted_matrix.h"

namespace eckart::text {
namespace {

constexpr std::int64_t least_rank = 50;
constexpr std::int64_t most_rank = 500;
constexpr std::int64_t documents_per_dimension = 10;
constexpr std::int64_t least_documents_per_dimension = 3;  // fewer, and the space repeats the documents word for word
constexpr std::int64_t most_vector_entries = 40'000'000;   // floats that a query reads: 160 MB
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

bool is_possible(const RankRule& rule) {
    if (rule.kind == RankRule::Kind::energy) return rule.energy > 0 && rule.energy <= 1;
    return rule.kind != RankRule::Kind::fixed || rule.rank >= 1;
}

std::int64_t automatic_rank(std::int64_t documents) {
    const std::int64_t by_size = std::clamp(documents / documents_per_dimension, least_rank, most_rank);
    const std::int64_t by_reading = std::max(least_rank, most_vector_entries / std::max<std::int64_t>(1, documents));
    return std::max<std::int64_t>(1, std::min({by_size, by_reading, documents / least_documents_per_dimension}));
}

/// Why automatic_rank is what it is.
std::string automatic_reason(std::int64_t documents) {
    if (documents / least_documents_per_dimension < least_rank) return "a third of so few documents";
    if (most_vector_entries / documents < std::min(most_rank, documents / documents_per_dimension)) {
        return "as many as let a query read no more than 160 MB";
    }
    return "a tenth of the " + std::to_string(documents) + " documents, within 50 and 500";
}

/// Dimensions to compute; rules that look at the spectrum cut them afterwards.
std::int64_t rank_to_compute(const RankRule& rule, std::int64_t documents) {
    return rule.kind == RankRule::Kind::fixed ? rule.rank : automatic_rank(documents);
}

/// Bytes of a sparse matrix.
std::uint64_t csr_bytes(const CsrView& matrix) {
    return static_cast<std::uint64_t>(matrix.nonzeros()) * 8 + static_cast<std::uint64_t>(matrix.rows) * 8;
}

/// One call of build_index; its members are filled in the order in which they stand.
class Build {
  public:
    Build(const std::string& path, const IndexOptions& options, const Progress& progress)
        : options_(options), progress_(progress), writer_(StoreWriter::begin(path)) {}

    IndexSummary run(const DocumentSource& source);

  private:
    template <NpyElement T>
    void write(std::string_view name, const std::vector<T>& values) {
        write_npy(writer_.file(name), values);
    }
    void write_matrix(std::string_view name, const DenseMatrix& matrix);

    void count(const DocumentSource& source);
    void write_catalog();
    void write_postings();
    void weigh();
    void factorize();
    void cut(TruncatedSvd svd);
    void find_blend();
    nlohmann::json certificate() const;
    nlohmann::json manifest() const;

    const IndexOptions& options_;
    const Progress& progress_;
    StoreWriter writer_;

    TermCounts counts_;
    std::int64_t nonzeros_ = 0;
    CsrMatrix weighted_;  // X, documents x latent terms
    CsrMatrix weighted_transposed_;
    std::vector<std::int32_t> latent_rows_;
    std::vector<float> global_weights_;
    TruncatedSvd svd_;  // of X; rank 0: there is no latent space
    std::string rank_reason_ = "no latent space: no term tells some documents from others";
    DenseMatrix document_vectors_;  // X V
    std::vector<float> document_lengths_;
    Blend blend_{0, "there is no latent space, so words decide alone"};
    NeighborFile neighbors_;
};

void Build::write_matrix(std::string_view name, const DenseMatrix& matrix) {
    write_npy<float>(writer_.file(name), {matrix.data(), static_cast<std::size_t>(matrix.size())},
                     {matrix.rows(), matrix.cols()});
}

void Build::count(const DocumentSource& source) {
    TextFile texts(writer_.file(index_file::text));
    counts_ = count_terms(source, texts, {.language = options_.language, .memory = options_.memory}, progress_);
    texts.finish();
    if (counts_.ids.empty()) throw InputError("there is no document to index");
    if (counts_.vocabulary.size() == 0) {
        throw InputError("none of the " + std::to_string(counts_.ids.size()) + " documents has a word to index");
    }
}

void Build::write_catalog() {
    CatalogWriter catalog(writer_.file(index_file::catalog));
    std::vector<std::int64_t> offsets;
    for (std::size_t row = 0; row < counts_.ids.size(); ++row) {
        const nlohmann::json attributes = {{"language", counts_.languages[row].code()},
                                           {"bytes", counts_.text_sizes[row]},
                                           {"terms", counts_.lengths[row]}};
        catalog.add(counts_.ids[row], counts_.titles[row], attributes.dump());
        offsets.push_back(static_cast<std::int64_t>(counts_.text_offsets[row]));
        offsets.push_back(static_cast<std::int64_t>(counts_.text_sizes[row]));
    }
    catalog.finish();
    write_npy<std::int64_t>(writer_.file(index_file::text_offsets), offsets,
                            {static_cast<std::int64_t>(counts_.ids.size()), 2});
    write(index_file::token_counts, std::vector<float>(counts_.lengths.begin(), counts_.lengths.end()));
    write_npy<std::uint8_t>(writer_.file(index_file::term_bytes), counts_.vocabulary.bytes(),
                            {static_cast<std::int64_t>(counts_.vocabulary.bytes().size())});
    write_npy<std::int64_t>(writer_.file(index_file::term_offsets), counts_.vocabulary.offsets(),
                            {static_cast<std::int64_t>(counts_.vocabulary.offsets().size())});
}

/// Writes the postings, finds the latent terms among them and their global weights.
void Build::write_postings() {
    options_.memory.require(2 * csr_bytes(counts_.counts),
                            "turning " + std::to_string(counts_.counts.nonzeros()) + " counts into postings");
    nonzeros_ = counts_.counts.nonzeros();
    const CsrMatrix postings = transposed(counts_.counts);
    write(index_file::posting_offsets, postings.row_offsets);
    write(index_file::posting_documents, postings.column_indices);
    write(index_file::posting_counts, postings.values);

    const std::vector<float> weights = global_weights(options_.weighting, postings);
    latent_rows_.assign(weights.size(), -1);
    for (std::size_t term = 0; term < weights.size(); ++term) {
        const std::int64_t df = postings.row_offsets[term + 1] - postings.row_offsets[term];
        if (df < latent_frequency || !(weights[term] > 0)) continue;
        latent_rows_[term] = static_cast<std::int32_t>(global_weights_.size());
        global_weights_.push_back(weights[term]);
    }
}

/// Turns the counts into X; the counts themselves are not needed any more and give it their memory.
void Build::weigh() {
    weighted_ = std::move(counts_.counts);
    weigh_latent_terms(options_.weighting, latent_rows_, global_weights_, weighted_);
}

void Build::factorize() {
    if (!(squared_norm(weighted_) > 0)) return;
    weighted_transposed_ = transposed(weighted_);
    const std::uint64_t held = csr_bytes(weighted_) + csr_bytes(weighted_transposed_);
    MemoryBudget left = options_.memory;
    if (left.bytes > 0) left.bytes = left.bytes > held ? left.bytes - held : 1;
    const SvdOptions svd_options{.rank = rank_to_compute(options_.rank, weighted_.rows),
                                 .solver = parse_svd_solver(options_.solver),
                                 .tolerance = options_.tolerance,
                                 .seed = options_.seed,
                                 .memory = left};
    cut(truncated_svd(SparseOperator(weighted_, weighted_transposed_), svd_options, progress_));

    svd_.u.resize(0, 0);  // nobody needs it any more, and X V takes as much
    document_vectors_.resize(weighted_.rows, svd_.rank());
    multiply(weighted_, svd_.v, document_vectors_);
    document_lengths_.resize(static_cast<std::size_t>(weighted_.rows));
    parallel_blocks(document_vectors_.rows(), row_block, [&](Range rows) {
        for (auto row = rows.begin; row < rows.end; ++row) {
            document_lengths_[static_cast<std::size_t>(row)] = document_vectors_.row(row).norm();
        }
    });
}

/// Keeps as much of the computed triplets as the rank rule asks for.
void Build::cut(TruncatedSvd svd) {
    const RankRule& rule = options_.rank;
    RankChoice choice{svd.rank(), ""};
    if (rule.kind == RankRule::Kind::energy) choice = rank_for_energy(svd, rule.energy);
    if (rule.kind == RankRule::Kind::profile) choice = rank_by_profile(svd);
    if (rule.kind == RankRule::Kind::automatic) choice.reason = automatic_reason(weighted_.rows);
    if (rule.kind == RankRule::Kind::fixed) choice.reason = "asked for";
    const bool cuts = rule.kind == RankRule::Kind::energy || rule.kind == RankRule::Kind::profile;
    if (!cuts && svd.rank() < rank_to_compute(rule, weighted_.rows)) {
        choice.reason = "all that the matrix has";
    }
    rank_reason_ = choice.reason;
    svd_ = choice.rank < svd.rank() ? leading_triplets(svd, choice.rank) : std::move(svd);
}

void Build::find_blend() {
    write(index_file::latent_rows, latent_rows_);
    write(index_file::global_weights, global_weights_);
    write_matrix(index_file::term_vectors, svd_.v);
    write_matrix(index_file::document_vectors, document_vectors_);
    write(index_file::document_lengths, document_lengths_);
    write(index_file::singular_values,
          std::vector<double>(svd_.singular_values.data(), svd_.singular_values.data() + svd_.rank()));
    const auto& residuals = svd_.certificate.right_residuals;
    write(index_file::residuals, std::vector<double>(residuals.data(), residuals.data() + residuals.size()));

    const Bm25Options bm25;
    const std::vector<float> lengths(counts_.lengths.begin(), counts_.lengths.end());
    const std::vector<float> saturations = bm25_saturations(lengths, bm25);
    const MappedArray<std::int64_t> offsets(writer_.file(index_file::posting_offsets));
    const MappedArray<std::int32_t> documents(writer_.file(index_file::posting_documents));
    const MappedArray<float> frequencies(writer_.file(index_file::posting_counts));
    const MappedArray<std::uint8_t> texts(writer_.file(index_file::text));
    const CsrView postings{counts_.vocabulary.size(), weighted_.rows, offsets.values(), documents.values(),
                           frequencies.values()};
    const Ranker ranker{
        {postings, saturations, bm25.k1},
        LatentView{options_.weighting, latent_rows_, global_weights_,
                   ConstMatrixMap(svd_.v.data(), svd_.v.rows(), svd_.v.cols()),
                   ConstMatrixMap(document_vectors_.data(), document_vectors_.rows(), document_vectors_.cols()),
                   document_lengths_, svd_.rank()},
        0};
    const auto text_of = [&](std::int64_t row) {
        const auto r = static_cast<std::size_t>(row);
        const auto bytes = texts.values().subspan(counts_.text_offsets[r], counts_.text_sizes[r]);
        return counts_.titles[r] + "\n" + std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    };
    blend_ = self_tested_blend(ranker, {weighted_, weighted_transposed_, svd_.singular_values},
                               split_documents(counts_, text_of, bm25, options_.seed), progress_);
}

nlohmann::json Build::certificate() const {
    const SvdCertificate& c = svd_.certificate;
    const Eigen::VectorXd errors = eckart_young_errors(svd_);
    return {{"solver", name(svd_.solver)},
            {"converged", c.converged},
            {"max_right_residual", c.max_right_residual},
            {"max_left_residual", c.max_left_residual},
            {"orthogonality_loss_u", c.orthogonality_loss_u},
            {"orthogonality_loss_v", c.orthogonality_loss_v},
            {"squared_norm", c.squared_norm},
            {"energy", c.energy},
            {"gram_products", svd_.gram_products},
            {"note", svd_.note},
            {"eckart_young_errors", std::vector<double>(errors.data(), errors.data() + errors.size())}};
}

nlohmann::json Build::manifest() const {
    std::map<std::string, std::int64_t> languages;
    for (const Language language : counts_.languages) ++languages[std::string(language.code())];
    nlohmann::json json = {{"documents", counts_.ids.size()},
                           {"terms", counts_.vocabulary.size()},
                           {"latent_terms", svd_.v.rows()},
                           {"nonzeros", nonzeros_},
                           {"rank", svd_.rank()},
                           {"rank_reason", rank_reason_},
                           {"empty_documents", counts_.empty_documents},
                           {"duplicate_ids", counts_.duplicate_ids},
                           {"invalid_sequences", counts_.invalid_sequences},
                           {"overlong_words", counts_.overlong_words},
                           {"text_bytes", counts_.bytes},
                           {"languages", languages},
                           {"majority_language", counts_.main_language.code()},
                           {"bm25", {{"k1", Bm25Options{}.k1}, {"b", Bm25Options{}.b}}},
                           {"blend", {{"latent_weight", blend_.latent_weight}, {"reason", blend_.reason}}},
                           {"options",
                            {{"rank", name(options_.rank)},
                             {"weighting", name(options_.weighting)},
                             {"language", options_.language},
                             {"solver", options_.solver},
                             {"tolerance", options_.tolerance},
                             {"neighbors", name(options_.neighbors)},
                             {"seed", options_.seed}}}};
    if (svd_.rank() > 0) json["certificate"] = certificate();
    if (neighbors_.method != NeighborMethod::exact) {
        json["neighbors"] = {{"method", name(neighbors_.method)},
                             {"cells", neighbors_.cells},
                             {"probes", neighbors_.probes},
                             {"recall", neighbors_.recall}};
    }
    return json;
}

IndexSummary Build::run(const DocumentSource& source) {
    count(source);
    write_catalog();
    write_postings();
    weigh();
    factorize();
    if (svd_.rank() > 0) find_blend();
    if (svd_.rank() > 0) {
        neighbors_ = write_document_cells(document_vectors_, options_.neighbors, options_.seed, options_.memory,
                                          writer_, progress_);
    }
    writer_.publish(index_kind, manifest().dump(), progress_);
    return {.documents = static_cast<std::int64_t>(counts_.ids.size()),
            .empty_documents = counts_.empty_documents,
            .duplicate_ids = counts_.duplicate_ids,
            .invalid_sequences = counts_.invalid_sequences,
            .terms = counts_.vocabulary.size(),
            .nonzeros = nonzeros_,
            .rank = svd_.rank(),
            .rank_reason = rank_reason_,
            .energy = svd_.certificate.energy,
            .max_residual = std::max(svd_.certificate.max_right_residual, svd_.certificate.max_left_residual),
            .blend = blend_.reason,
            .neighbors = neighbors_.note,
            .svd_note = svd_.note,
            .seconds = 0,
            .peak_memory = peak_memory()};
}

/// Throws UsageError for what would otherwise be found out after all documents were read.
void check(const IndexOptions& options) {
    parse_svd_solver(options.solver);
    LanguageChoice(options.language);
    if (!is_possible(options.rank)) throw UsageError("a rank must be at least 1, a share of energy in (0, 1]");
    if (!(options.tolerance > 0 && options.tolerance < 1)) throw UsageError("the tolerance must lie in (0, 1)");
}

}  // namespace

std::uint64_t indexing_memory(std::int64_t documents, std::int64_t terms, std::int64_t nonzeros, const RankRule& rank) {
    const auto k = static_cast<std::uint64_t>(std::min(rank_to_compute(rank, documents), documents));
    const auto n = static_cast<std::uint64_t>(std::min(documents, terms)),
               wide = static_cast<std::uint64_t>(std::max(documents, terms));
    const std::uint64_t matrices = static_cast<std::uint64_t>(nonzeros) * 16;  // X and X', or counts and postings
    const std::uint64_t factors = (3 * n + 3 * wide) * k * sizeof(float);      // Krylov basis; U, V and their images
    return matrices + factors + static_cast<std::uint64_t>(terms) * 64 + static_cast<std::uint64_t>(documents) * 256;
}

RankRule parse_rank_rule(std::string_view text) {
    const auto fail = [&] {
        return UsageError(
            "'" + std::string(text) +
            "' is not a rank; write a number from 1 on, auto, profile, or energy: and a share, for example "
            "energy:0.3");
    };
    if (text == "auto") return {};
    if (text == "profile") return {.kind = RankRule::Kind::profile};
    constexpr std::string_view prefix = "energy:";
    const bool energy = text.starts_with(prefix);
    RankRule rule{.kind = energy ? RankRule::Kind::energy : RankRule::Kind::fixed};
    const char* begin = text.data() + (energy ? prefix.size() : 0);
    const char* end = text.data() + text.size();
    const auto parsed = energy ? std::from_chars(begin, end, rule.energy) : std::from_chars(begin, end, rule.rank);
    if (parsed.ec != std::errc() || parsed.ptr != end) throw fail();
    if (!is_possible(rule)) throw fail();
    return rule;
}

std::string name(const RankRule& rule) {
    switch (rule.kind) {
        case RankRule::Kind::automatic:
            return "auto";
        case RankRule::Kind::profile:
            return "profile";
        case RankRule::Kind::fixed:
            return std::to_string(rule.rank);
        case RankRule::Kind::energy:
            break;
    }
    return "energy:" + nlohmann::json(rule.energy).dump();
}

IndexSummary build_index(const std::string& path, const DocumentSource& source, const IndexOptions& options,
                         const Progress& progress) {
    check(options);
    const auto start = std::chrono::steady_clock::now();
    IndexSummary summary = Build(path, options, progress).run(source);
    summary.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return summary;
}

}  // namespace eckart::text
