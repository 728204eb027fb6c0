#include "tools/jobs/points/points.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <span>
#include <unordered_set>

#include "corpora/documents/open.h"
#include "corpora/matrices/matrix_file.h"
#include "engine/matrix/even_rows.h"
#include "engine/storage/checksum.h"
#include "engine/storage/store.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/models/models.h"
#include "recsys/serving/model_store.h"
#include "text/query/index_space.h"
#include "text/store/index_files.h"
#include "tools/jobs/common/counted.h"
#include "tools/jobs/common/shown_text.h"

namespace eckart::jobs {
namespace {

constexpr std::int64_t row_block = 4096;
constexpr std::int64_t profiles_at_once = 4096;
constexpr std::string_view code_part = "codes";  ///< documents by their codes

/// The part that is asked for, the first one of the source if none is. Throws UsageError if the source does not have
/// it.
PointKind part_of(const std::string& source, std::string_view what, std::string_view asked,
                  const std::vector<PointKind>& parts) {
    if (asked.empty()) return parts.front();
    std::string there;
    for (const PointKind part : parts) {
        if (name(part) == asked) return part;
        there += (there.empty() ? "" : " and ") + std::string(name(part));
    }
    throw UsageError(fmt::format("{} is {} and has no {}; it has {}", source, what, asked, there));
}

void add_entries(Points& points, const Catalog& catalog) {
    for (std::int64_t row = 0; row < catalog.size(); ++row) {
        CatalogEntry entry = catalog.entry(row);
        points.ids.push_back(std::move(entry.id));
        points.titles.push_back(std::move(entry.title));
    }
}

/// A matrix of the program's own, and a view of it.
struct Owned {
    std::shared_ptr<const DenseMatrix> matrix;
    ConstMatrixMap view() const { return {matrix->data(), matrix->rows(), matrix->cols()}; }
};

Owned owned(DenseMatrix matrix) {
    return {std::make_shared<const DenseMatrix>(std::move(matrix))};
}

/// Throws UsageError if a number is not finite: vectors of a store are what a fit made, and a file may be damaged.
void check_finite(const Points& points) {
    const auto bad = [&](std::int64_t row) {
        throw UsageError(fmt::format("{}: '{}' has a number that is not finite", points.source, points.ids[row]));
    };
    parallel_blocks(points.size(), row_block, [&](Range rows) {
        for (auto row = rows.begin; row < rows.end; ++row) {
            if (!points.is_sparse()) {
                if (!points.dense().row(row).allFinite()) bad(row);
                continue;
            }
            for (const float value : points.sparse().row(row).values) {
                if (!std::isfinite(value)) bad(row);
            }
        }
    });
}

void add_documents(Points& points, const text::IndexSpace& space) {
    add_entries(points, space.documents());
    points.copies.assign(space.copies().begin(), space.copies().end());
}

Points coded_documents(const std::string& source, const std::shared_ptr<const text::IndexSpace>& space) {
    const auto codes = space->document_codes();
    if (!codes)
        throw UsageError(
            fmt::format("{} has no codes of its documents; make them with eckart encode {}", source, source));
    Points points(PointKind::documents, source, *codes, space);
    points.space = space->code_fingerprint();
    add_documents(points, *space);
    return points;
}

Points index_points(const std::string& source, std::string_view part, const Work& work) {
    const bool codes = part == code_part;
    const PointKind kind =
        part_of(source, "an index", codes ? "documents" : part, {PointKind::documents, PointKind::terms});
    work.require_memory(0, "reading the index");
    const auto space = std::make_shared<const text::IndexSpace>(text::IndexSpace::open(source));
    if (codes) return coded_documents(source, space);
    if (kind == PointKind::documents) {
        Points points(kind, source, space->document_vectors(), space);
        points.space = space->fingerprint();
        add_documents(points, *space);
        return points;
    }
    const Owned vectors = owned(space->term_vectors());
    Points points(kind, source, vectors.view(), vectors.matrix);
    points.space = space->fingerprint();
    for (std::int64_t row = 0; row < points.size(); ++row) points.ids.emplace_back(space->latent_term(row));
    points.titles.resize(points.ids.size());
    return points;
}

/// The checksum of the checksums of a model's arrays: what its vectors were made of.
std::string fingerprint(const StoreReader& store) {
    std::string sums;
    for (const StoredFile& file : store.files()) {
        if (file.name.ends_with(".npy")) sums += file.summary.checksum;
    }
    return checksum(std::as_bytes(std::span(sums)));
}

/// The vectors of all users, made of their ratings.
DenseMatrix user_vectors(const recsys::ModelStore& store, const Progress& progress) {
    DenseMatrix vectors;
    const std::int64_t users = store.users().size();
    for (std::int64_t begin = 0; begin < users; begin += profiles_at_once) {
        progress.report("reading users", static_cast<std::uint64_t>(begin), static_cast<std::uint64_t>(users));
        const std::int64_t end = std::min(users, begin + profiles_at_once);
        std::vector<recsys::StoredProfile> stored;
        std::vector<recsys::Profile> profiles;
        for (std::int64_t user = begin; user < end; ++user) stored.push_back(store.profile(user));
        profiles.reserve(stored.size());
        for (const auto& profile : stored) profiles.push_back(profile.view());
        const auto some = store.model().factored_people(profiles);
        if (!some) throw recsys::no_user_vectors(store.model().name());
        if (begin == 0) vectors.resize(users, some->factors.cols());
        vectors.middleRows(begin, end - begin) = some->factors;
    }
    return vectors;
}

Points model_points(const std::string& source, std::string_view part, const Work& work) {
    const PointKind kind = part_of(source, "a model", part, {PointKind::items, PointKind::users});
    work.require_memory(0, "reading the model");
    const auto store = std::make_shared<const recsys::ModelStore>(recsys::ModelStore::open(source));
    const auto points_of = [&](auto view, std::shared_ptr<const void> kept) {
        Points points(kind, source, std::move(view), std::move(kept));
        points.space = fingerprint(store->store());
        add_entries(points, kind == PointKind::items ? store->items() : store->users());
        return points;
    };
    if (kind == PointKind::items) {
        const auto vectors = store->model().item_vectors();
        if (!vectors) throw recsys::no_item_vectors(store->model().name());
        return points_of(*vectors, store);
    }
    const Owned vectors = owned(user_vectors(*store, work.progress));
    return points_of(recsys::ItemVectors(vectors.view()), vectors.matrix);
}

void check_distinct(const Points& points) {
    std::unordered_set<std::string_view> known;
    for (const std::string& id : points.ids) {
        if (!known.insert(id).second) throw InputError(points.source + ": two rows have the id '" + id + "'");
    }
}

/// "codes_ids.csv" beside "codes.npy", as export and encode write it; empty if there is none.
std::string names_beside(const std::string& source) {
    constexpr std::string_view ending = ".npy";
    if (!source.ends_with(ending)) return {};
    const std::string path = source.substr(0, source.size() - ending.size()) + "_ids.csv";
    return std::filesystem::is_regular_file(path) ? path : "";
}

/// Ids and titles of the rows, of a table with the columns id and, maybe, title.
void add_names(Points& points, const std::string& path) {
    const auto reader = corpora::open_documents(path, {.format = "csv"});
    for (corpora::Document row; reader->next(row);) {
        points.ids.push_back(row.id);
        points.titles.push_back(row.title);
    }
    if (std::ssize(points.ids) != points.size()) {
        throw InputError(fmt::format("{}: found {} names, expected one for each of the {} rows of {}", path,
                                     points.ids.size(), points.size(), points.source));
    }
}

Points file_points(const std::string& source, std::string_view part, const Work& work) {
    const PointKind kind = part_of(source, "a matrix", part, {PointKind::rows});
    corpora::MatrixOptions options;
    options.offsets = true;
    options.memory = work.memory_beside(0, "reading the matrix");
    const auto file = std::make_shared<const corpora::MatrixFile>(corpora::read_matrix(source, options, work.progress));
    const auto points_of = [&](auto view) { return Points(kind, source, view, file); };
    const auto* dense = std::get_if<DenseMatrix>(&file->matrix);
    Points points = dense ? points_of(ConstMatrixMap(dense->data(), dense->rows(), dense->cols()))
                          : points_of(std::get<CsrMatrix>(file->matrix).view());
    points.offset = file->offset;
    points.ids = file->row_ids;
    points.classes = file->labels;
    const std::string names_file = points.ids.empty() ? names_beside(source) : "";
    if (!names_file.empty()) add_names(points, names_file);
    for (std::int64_t row = 0; points.ids.size() < static_cast<std::size_t>(points.size()); ++row) {
        points.ids.push_back(std::to_string(row));
    }
    points.titles.resize(points.ids.size());
    check_distinct(points);
    return points;
}

Points points_of(const std::string& source, std::string_view part, const Work& work) {
    if (!std::filesystem::is_directory(source)) return file_points(source, part, work);
    const std::string kind = StoreReader::open(source).kind();
    if (kind == "model") return model_points(source, part, work);
    if (kind == text::index_kind) return index_points(source, part, work);
    throw UsageError(source + " is a " + kind + "; expected an index, a model or a matrix file");
}

}  // namespace

std::string_view name(PointKind kind) {
    switch (kind) {
        case PointKind::documents:
            return "documents";
        case PointKind::terms:
            return "terms";
        case PointKind::items:
            return "items";
        case PointKind::users:
            return "users";
        case PointKind::rows:
            break;
    }
    return "rows";
}

std::string counted(std::int64_t count, PointKind kind) {
    const std::string many(name(kind));
    return counted(count, many.substr(0, many.size() - 1), many);
}

const std::vector<std::string>& point_parts() {
    static const std::vector<std::string> parts = {"documents", "codes", "terms", "items", "users", "rows"};
    return parts;
}

Points::Points(PointKind kind_of_rows, std::string path, std::variant<ConstMatrixMap, CsrView> matrix,
               std::shared_ptr<const void> kept)
    : kind(kind_of_rows), source(std::move(path)), matrix_(std::move(matrix)), kept_(std::move(kept)) {}

std::int64_t Points::size() const {
    return is_sparse() ? sparse().rows : dense().rows();
}

std::int64_t Points::width() const {
    return is_sparse() ? sparse().cols : dense().cols();
}

std::string Points::label(std::int64_t row) const {
    return printable(titles[row].empty() || ids[row].ends_with("/" + titles[row]) ? ids[row] : titles[row]);
}

std::vector<std::int32_t> Points::places() const {
    std::vector<std::int32_t> order(ids.size()), places(ids.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) { return ids[a] < ids[b]; });
    for (std::size_t place = 0; place < order.size(); ++place) {
        places[order[place]] = static_cast<std::int32_t>(place);
    }
    return places;
}

Points some_points(const Points& points, std::int64_t count) {
    if (count >= points.size()) return points;
    const auto copied = [&](auto view, auto rows) {
        const auto kept = std::make_shared<const decltype(rows)>(std::move(rows));
        return Points(points.kind, points.source, view(*kept), kept);
    };
    Points some = points.is_sparse()
                      ? copied([](const CsrMatrix& x) { return x.view(); }, even_rows(points.sparse(), count))
                      : copied([](const DenseMatrix& x) { return ConstMatrixMap(x.data(), x.rows(), x.cols()); },
                               even_rows(points.dense(), count));
    some.space = points.space;
    some.offset = points.offset;
    for (std::int64_t place = 0; place < count; ++place) {
        const std::int64_t row = even_row(place, count, points.size());
        some.ids.push_back(points.ids[row]);
        some.titles.push_back(points.titles[row]);
    }
    return some;
}

Points read_points(const std::string& source, std::string_view part, const Work& work) {
    Points points = points_of(source, part, work);
    if (points.size() == 0) throw InputError(fmt::format("{} has no {}", source, name(points.kind)));
    check_finite(points);
    return points;
}

}  // namespace eckart::jobs
