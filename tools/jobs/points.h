#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/matrix/csr.h"
#include "engine/matrix/dense.h"
#include "tools/cli/terminal/session.h"

namespace eckart::tools {

/// What the rows of a source are.
enum class PointKind { documents, terms, items, users, rows };

/// "documents", "terms", "items", "users", "rows".
std::string_view name(PointKind kind);

/// Names of the parts that a command may be asked for, an empty one standing for the first that a source has.
const std::vector<std::string>& point_parts();

/// Rows of numbers with names: what is clustered, mapped, and put into clusters. Invariant: as many ids and titles as
/// rows, the ids each once; every number is finite.
///
/// Documents are rows of X V, or as "codes" what eckart encode made of them, and terms rows of V S, as `similar` and
/// `terms` compare them; items have the vectors that `similar` compares, and users those that score them; rows of a
/// matrix file are as they stand.
class Points {
  public:
    PointKind kind = PointKind::rows;
    std::string source;  ///< path
    /// Which space the rows of an index or a model lie in: vectors of another fit mean something else, whatever their
    /// width. Empty for a file.
    std::string space;
    std::vector<std::string> ids;  ///< as in the store or the file, or in NAME_ids.csv beside NAME.npy; else "0", ...
    std::vector<std::string> titles;   ///< empty where there is none
    std::vector<std::string> classes;  ///< one a row if the file names them (LIBSVM), else none

    /// Shares what the rows are borrowed from.
    Points(PointKind kind, std::string source, std::variant<ConstMatrixMap, CsrView> matrix,
           std::shared_ptr<const void> kept);

    std::int64_t size() const;
    std::int64_t width() const;
    bool is_sparse() const { return std::holds_alternative<CsrView>(matrix_); }

    /// The rows; valid while this object, or one that it was copied or moved to, lives. Ask for what `is_sparse` says.
    ConstMatrixMap dense() const { return std::get<ConstMatrixMap>(matrix_); }
    CsrView sparse() const { return std::get<CsrView>(matrix_); }

    /// What the rows are borrowed from, to be kept as long as they are.
    const std::shared_ptr<const void>& kept() const { return kept_; }

    /// The title, or the id if there is none or it is but the end of the id (the name of a file), fit for a terminal.
    std::string label(std::int64_t row) const;

    /// Place of each row in the bytewise order of ids, for ties.
    std::vector<std::int32_t> places() const;

    /// Whether only the direction of a row says what it is about: of all but the rows of a file.
    bool are_directions() const { return kind != PointKind::rows; }

  private:
    std::variant<ConstMatrixMap, CsrView> matrix_;
    std::shared_ptr<const void> kept_;
};

/// The rows of an index (its documents or terms), a model (its items or users) or a matrix file ("-": standard input),
/// told apart by what they are. `part` is one of point_parts() or empty. Throws UsageError if the source has no such
/// part or no vectors, MemoryError past --memory, and as the readers do.
Points read_points(const std::string& source, std::string_view part, Session& session);

/// `count` of the points at even distances, with their names; all if there are no more.
Points some_points(const Points& points, std::int64_t count);

}  // namespace eckart::tools
