#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "tools/jobs/common/work.h"

namespace eckart::jobs {

/// What the rows of a source are.
enum class PointKind { documents, terms, items, users, rows };

/// "documents", "terms", "items", "users", "rows".
std::string_view name(PointKind kind);

/// "1 document", "24,000 documents".
std::string counted(std::int64_t count, PointKind kind);

/// Names of the parts of a source that can be read: those of the kinds, and "codes" for documents.
const std::vector<std::string>& point_parts();

/// Rows of numbers with names: what is clustered, mapped, and put into clusters. Invariant: as many ids and titles as
/// rows, no id twice, every number finite.
///
/// Documents are rows of X V, or as "codes" what `encode` made of them, and terms are rows of V S, as `similar` and
/// `terms` compare them; items have the vectors that `similar` compares, and users the vectors that score items; the
/// rows of a matrix file are as they stand, less the offset.
class Points {
  public:
    PointKind kind = PointKind::rows;
    std::string source;  ///< path
    /// Which space the rows of an index or a model lie in: vectors of another fit mean something else, even if they
    /// have the same width. Empty for a file.
    std::string space;
    /// What the columns are less of, see engine/matrix/column_offset.h: only columns of a file that lie far from zero
    /// compared to their spread have an offset; width numbers, or none.
    Eigen::VectorXd offset;
    std::vector<std::string> ids;  ///< as in the store or the file, or in NAME_ids.csv beside NAME.npy; else "0", ...
    std::vector<std::string> titles;   ///< empty where there is none
    std::vector<std::int32_t> copies;  ///< documents: the row of the one that stands for each; else none
    std::vector<std::string> classes;  ///< one a row if the file names them (LIBSVM), else none

    /// `kept` owns what the rows are borrowed from.
    Points(PointKind kind, std::string source, std::variant<ConstMatrixMap, CsrView> matrix,
           std::shared_ptr<const void> kept);

    std::int64_t size() const;
    std::int64_t width() const;
    bool is_sparse() const { return std::holds_alternative<CsrView>(matrix_); }

    /// The rows, n x width; valid while this object, or one that it was copied or moved to, lives. Call the one that
    /// `is_sparse` says.
    ConstMatrixMap dense() const { return std::get<ConstMatrixMap>(matrix_); }
    CsrView sparse() const { return std::get<CsrView>(matrix_); }

    /// The owner of what the rows are borrowed from, for those who borrow from it too.
    const std::shared_ptr<const void>& kept() const { return kept_; }

    /// The title, or the id if there is no title or the id ends in it (the name of a file); without control characters.
    std::string label(std::int64_t row) const;

    /// Place of each row in the bytewise order of ids, for ties.
    std::vector<std::int32_t> places() const;

    /// Whether rows are compared by direction alone: true for all but the rows of a file.
    bool are_directions() const { return kind != PointKind::rows; }

  private:
    std::variant<ConstMatrixMap, CsrView> matrix_;
    std::shared_ptr<const void> kept_;
};

/// Reads the rows of an index (its documents or terms), a model (its items or users) or a matrix file ("-": standard
/// input); which of these the source is, is found by looking. `part` is one of point_parts(), or empty for the first
/// one that the source has. Throws UsageError if the source does not have the part or its vectors, MemoryError past the
/// bound, and as the readers do.
Points read_points(const std::string& source, std::string_view part, const Work& work);

/// `count` of the points at even distances, with their names; all of them if there are no more.
Points some_points(const Points& points, std::int64_t count);

}  // namespace eckart::jobs
