#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace eckart {

/// What a catalog knows of one row of a matrix.
struct CatalogEntry {
    std::string id;               ///< as in the file that it came from; unique in its table
    std::string title;            ///< may be empty
    std::string attributes = {};  ///< what people filter by: a JSON object, or empty
};

/// Writes one table of catalog.sqlite, a SQLite database with tables such as "document", "user" or "item":
///
///     create table document (row integer primary key, id text, title text, attributes text), and an index by id
///
/// Rows count from 0, as those of the matrices do. The same entries give the same bytes. About 0.3 s for 180,000
/// entries.
class CatalogWriter {
  public:
    /// Makes the file at `path`, or adds a table to the one that another writer has finished there. `table` is a word
    /// of small letters. Throws InputError if it cannot be written, UsageError if it has that table.
    explicit CatalogWriter(const std::string& path, std::string_view table = "document");

    CatalogWriter(CatalogWriter&&) noexcept;
    CatalogWriter& operator=(CatalogWriter&&) noexcept;
    ~CatalogWriter();  ///< without `finish`, the file is of no use

    /// Adds the entry of the next row and returns that row.
    std::int64_t add(std::string_view id, std::string_view title, std::string_view attributes = {});

    /// Completes the table and closes the file. Throws InputError if two rows have the same id, naming it.
    void finish();

  private:
    struct Data;
    std::unique_ptr<Data> data_;
};

/// One table of a catalog, open for reading; members may be called from several threads at once, one being served at
/// a time. The file must not change while it is open.
class Catalog {
  public:
    /// Throws InputError if the file cannot be opened, DamagedError if it is no catalog with that table.
    explicit Catalog(const std::string& path, std::string_view table = "document");

    Catalog(Catalog&&) noexcept;
    Catalog& operator=(Catalog&&) noexcept;
    ~Catalog();

    /// Number of rows.
    std::int64_t size() const;

    /// Throws UsageError if `row` is not in [0, size()).
    CatalogEntry entry(std::int64_t row) const;

    /// Row of an id; nothing if there is none.
    std::optional<std::int64_t> find(std::string_view id) const;

    /// Row of an id. Throws UnknownIdError, naming the nearest ids, if there is none.
    std::int64_t row_of(std::string_view id) const;

    /// Up to `count` ids that `id` may have been meant to be, nearest first: those that contain it, then by edits
    /// between the two. Looks at the first 200,000 ids, in tens of milliseconds.
    std::vector<std::string> similar_ids(std::string_view id, std::size_t count = 3) const;

  private:
    struct Data;
    std::unique_ptr<Data> data_;
};

}  // namespace eckart
