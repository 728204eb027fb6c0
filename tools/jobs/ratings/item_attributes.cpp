#include "tools/jobs/ratings/item_attributes.h"

#include <fmt/format.h>

#include <algorithm>

#include "corpora/bytes/numbers.h"
#include "corpora/ratings/item_attributes.h"
#include "engine/support/error.h"
#include "text/query/index_space.h"
#ifdef ECKART_HAS_DIRECT
#include "direct/ridge_solver.h"
#endif

namespace eckart::jobs {
namespace {

constexpr std::int64_t most_exact_rows = 500;

std::string described(const corpora::AttributeColumn& column) {
    const std::string kind(corpora::name(column.kind));
    return column.separator == 0 ? fmt::format("{}: {}", column.name, kind)
                                 : fmt::format("{}: {} by {}", column.name, kind, column.separator);
}

void add_file(const corpora::ItemAttributes& file, const recsys::Ratings& ratings,
              recsys::AttributeMatrixBuilder& builder) {
    for (std::size_t row = 0; row < file.items.size(); ++row) {
        const std::int64_t item = *recsys::row_of(ratings.items, file.items[row]);
        for (const corpora::AttributeColumn& column : file.columns) {
            const std::string& field = column.fields[row];
            if (column.kind == corpora::AttributeKind::number) {
                if (!field.empty()) builder.add_number(item, column.name, *corpora::real_number(field));
                continue;
            }
            for (const std::string& value : corpora::values_of(column, field)) builder.add(item, column.name, value);
        }
    }
}

void add_texts(const std::string& path, const recsys::Ratings& ratings, recsys::AttributeMatrixBuilder& builder) {
    const text::IndexSpace index = text::IndexSpace::open(path);
    const ConstMatrixMap vectors = index.document_vectors();
    std::int64_t found = 0;
    for (std::size_t item = 0; item < ratings.items.size(); ++item) {
        const auto document = index.documents().find(ratings.items[item]);
        if (!document) continue;
        const auto row = vectors.row(static_cast<Eigen::Index>(*document));
        builder.add_vector(static_cast<std::int64_t>(item), "text",
                           std::vector<float>(row.data(), row.data() + row.size()));
        ++found;
    }
    if (found == 0) {
        throw InputError(fmt::format("{}: none of its documents is called as an item; the first item is \"{}\"", path,
                                     ratings.items.front()));
    }
}

std::int64_t rated_without(const CsrView& attributes, const recsys::Ratings& ratings) {
    std::vector<bool> rated(ratings.items.size());
    for (const std::int32_t item : ratings.user_item.column_indices) rated[static_cast<std::size_t>(item)] = true;
    std::int64_t count = 0;
    for (std::int64_t i = 0; i < attributes.rows; ++i) {
        if (rated[static_cast<std::size_t>(i)] && attributes.row(i).size() == 0) ++count;
    }
    return count;
}

}  // namespace

ItemAttributes item_attributes(std::span<const std::string> files, const std::string& texts, recsys::Ratings& ratings) {
    ItemAttributes all;
    std::vector<corpora::ItemAttributes> read;
    for (const std::string& path : files) {
        read.push_back(corpora::read_item_attributes(path));
        const auto& ids = read.back().items;
        const bool knows = std::any_of(ids.begin(), ids.end(), [&](const std::string& id) {
            return recsys::row_of(ratings.items, id).has_value();
        });
        if (!knows) {
            throw InputError(
                fmt::format("{}: describes none of the {} items that are rated; the first of them is \"{}\"", path,
                            ratings.items.size(), ratings.items.front()));
        }
        for (const corpora::AttributeColumn& column : read.back().columns) all.columns.push_back(described(column));
    }
    for (const corpora::ItemAttributes& file : read) recsys::add_items(ratings, file.items);
    recsys::AttributeMatrixBuilder builder(static_cast<std::int64_t>(ratings.items.size()));
    for (const corpora::ItemAttributes& file : read) add_file(file, ratings, builder);
    if (!texts.empty()) add_texts(texts, ratings, builder);
    all.matrix = builder.finish();
    if (const std::int64_t without = rated_without(all.matrix.values, ratings); without > 0) {
        all.notes.push_back({"items-without-attributes", fmt::format("{} rated {} no attributes", without,
                                                                     without == 1 ? "item has" : "items have")});
    }
    return all;
}

recsys::RidgeFit ridge_fit() {
    return [](const CsrView& a, ConstPanelRef<double> e, const RidgeMapOptions& given) {
        const RidgeSystem system(a, given.weights);
        RidgeMapOptions options = given;
#ifdef ECKART_HAS_DIRECT
        if (direct::is_fast(system)) return fit_ridge_map(system, *direct::ridge_solver(system), e, options);
#endif
        if (system.rows() > most_exact_rows) options.leave_one_out = LeaveOneOut::generalized;
        return fit_ridge_map(system, *iterative_ridge_solver(system), e, options);
    };
}

}  // namespace eckart::jobs
