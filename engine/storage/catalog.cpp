// The one file that knows SQLite.

#include "engine/storage/catalog.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <mutex>
#include <tuple>

#include "engine/storage/file_descriptor.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

struct CloseConnection {
    void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
using Connection = std::unique_ptr<sqlite3, CloseConnection>;

struct CloseStatement {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, CloseStatement>;

[[noreturn]] void throw_error(const std::string& path, sqlite3* connection, int code) {
    const std::string reason = connection != nullptr ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    switch (code & 0xFF) {
        case SQLITE_FULL:
            throw InputError(path + ": cannot be written: No space left on device");
        case SQLITE_CANTOPEN:
        case SQLITE_IOERR:
        case SQLITE_PERM:
        case SQLITE_READONLY:
            throw InputError(path + ": cannot be read or written: " + reason);
        default:
            throw DamagedError(path + ": found " + reason + ", expected a whole catalog; make the store again");
    }
}

/// A database with the path that its errors name.
struct Database {
    std::string path;
    Connection connection;

    Database(std::string file, const std::string& name, int flags) : path(std::move(file)) {
        sqlite3* opened = nullptr;
        const int code = sqlite3_open_v2(name.c_str(), &opened, flags | SQLITE_OPEN_FULLMUTEX, nullptr);
        connection.reset(opened);
        if (code != SQLITE_OK) throw_error(path, opened, code);
        sqlite3_extended_result_codes(opened, 1);
    }

    void run(const std::string& sql) const {
        const int code = sqlite3_exec(connection.get(), sql.c_str(), nullptr, nullptr, nullptr);
        if (code != SQLITE_OK) throw_error(path, connection.get(), code);
    }

    Statement prepare(const std::string& sql) const {
        sqlite3_stmt* statement = nullptr;
        const int code = sqlite3_prepare_v3(connection.get(), sql.c_str(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) throw_error(path, connection.get(), code);
        return Statement(statement);
    }

    void bind(const Statement& statement, int place, std::int64_t value) const {
        sqlite3_bind_int64(statement.get(), place, value);
    }

    /// `text` must live until the statement has been run.
    void bind(const Statement& statement, int place, std::string_view text) const {
        const char* start = text.data() == nullptr ? "" : text.data();  // a null pointer would be stored as NULL
        const int code = sqlite3_bind_text64(statement.get(), place, start, text.size(), SQLITE_STATIC, SQLITE_UTF8);
        if (code != SQLITE_OK) throw_error(path, connection.get(), code);
    }

    /// Goes to the next row of the answer; false, and ready to be run again, after the last.
    bool step(const Statement& statement) const {
        const int code = sqlite3_step(statement.get());
        if (code == SQLITE_ROW) return true;
        const int reset = sqlite3_reset(statement.get());
        if (code != SQLITE_DONE) throw_error(path, connection.get(), code);
        if (reset != SQLITE_OK) throw_error(path, connection.get(), reset);
        return false;
    }
};

/// Makes a statement ready to be run again when the scope ends, whatever ends it.
struct ResetAtEnd {
    const Statement& statement;
    ~ResetAtEnd() { sqlite3_reset(statement.get()); }
};

std::string column_text(const Statement& statement, int column) {
    const void* text = sqlite3_column_blob(statement.get(), column);
    const int bytes = sqlite3_column_bytes(statement.get(), column);
    return text == nullptr ? std::string()
                           : std::string(static_cast<const char*>(text), static_cast<std::size_t>(bytes));
}

const std::string& checked_table(const std::string& table) {
    const bool good =
        !table.empty() && std::all_of(table.begin(), table.end(), [](char c) { return c >= 'a' && c <= 'z'; });
    if (!good) throw UsageError("'" + table + "' is no name for a table of a catalog");
    return table;
}

/// The file's name as a URI, so that SQLite can be told that nobody changes the file: no locks, no journals looked for.
std::string immutable_uri(const std::string& path) {
    static constexpr char digits[] = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(path).string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '%' || c == '?' || c == '#') {
            uri += {'%', digits[byte >> 4], digits[byte & 15]};
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

/// Least number of bytes to insert, remove and replace between `pattern` and other texts: 64 cells of a column of the
/// table of dynamic programming in one word (Myers, "A fast bit-vector algorithm for approximate string matching based
/// on dynamic programming", Journal of the ACM 46, 1999). Of a longer pattern and a longer text the first 64 bytes
/// count.
class EditDistance {
  public:
    static constexpr std::size_t longest = 64;

    explicit EditDistance(std::string_view pattern) : size_(std::min(pattern.size(), longest)) {
        for (std::size_t i = 0; i < size_; ++i)
            places_[static_cast<unsigned char>(pattern[i])] |= std::uint64_t{1} << i;
    }

    std::size_t operator()(std::string_view text) const {
        text = text.substr(0, longest);
        if (size_ == 0) return text.size();
        std::uint64_t rises = ~std::uint64_t{0}, falls = 0;  // where a cell is one more, one less than the one above
        std::size_t distance = size_;
        for (const char c : text) {
            const std::uint64_t equal = places_[static_cast<unsigned char>(c)];
            const std::uint64_t diagonal = (((equal & rises) + rises) ^ rises) | equal;
            std::uint64_t right_rises = falls | ~(diagonal | rises);
            std::uint64_t right_falls = rises & diagonal;
            distance += right_rises >> (size_ - 1) & 1;
            distance -= right_falls >> (size_ - 1) & 1;
            right_rises = right_rises << 1 | 1;  // the first row counts the text's bytes
            right_falls <<= 1;
            const std::uint64_t kept = equal | falls;
            rises = right_falls | ~(kept | right_rises);
            falls = right_rises & kept;
        }
        return distance;
    }

  private:
    std::size_t size_;
    std::array<std::uint64_t, 256> places_{};
};

}  // namespace

struct CatalogWriter::Data {
    Database database;
    std::string table;
    Statement insert = nullptr;
    std::int64_t rows = 0;

    Data(const std::string& path, const std::string& name)
        : database(path, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE), table(checked_table(name)) {
        // The store brings the file to the disk before it is published, and an unfinished one is thrown away, so
        // SQLite need not protect it from crashes. Erased space is zeroed: the same entries give the same bytes.
        database.run(
            "pragma page_size = 4096; pragma journal_mode = off; pragma synchronous = off; pragma secure_delete = on;"
            "pragma locking_mode = exclusive; pragma cache_size = -65536; pragma temp_store = memory;");
        refuse_second_table();
        database.run("begin; create table " + table +
                     " (row integer primary key, id text not null, title text not null, attributes text not null)");
        insert = database.prepare("insert into " + table + " values (?, ?, ?, ?)");
    }

    void refuse_second_table() const {
        const Statement tables = database.prepare("select 1 from sqlite_schema where name = ?");
        database.bind(tables, 1, table);
        if (database.step(tables)) throw UsageError(database.path + ": has a table " + table + " already");
    }

    [[noreturn]] void throw_repeated_id() const {
        const Statement repeated = database.prepare("select id, min(row), max(row) from " + table +
                                                    " group by id having count(*) > 1 order by 2 limit 1");
        database.step(repeated);
        throw InputError("the " + table + " id '" + column_text(repeated, 0) + "' occurs twice: as number " +
                         std::to_string(sqlite3_column_int64(repeated.get(), 1) + 1) + " and " +
                         std::to_string(sqlite3_column_int64(repeated.get(), 2) + 1));
    }
};

CatalogWriter::CatalogWriter(const std::string& path, std::string_view table)
    : data_(std::make_unique<Data>(path, std::string(table))) {}
CatalogWriter::CatalogWriter(CatalogWriter&&) noexcept = default;
CatalogWriter& CatalogWriter::operator=(CatalogWriter&&) noexcept = default;
CatalogWriter::~CatalogWriter() = default;

std::int64_t CatalogWriter::add(std::string_view id, std::string_view title, std::string_view attributes) {
    const Database& database = data_->database;
    const std::int64_t row = data_->rows++;
    database.bind(data_->insert, 1, row);
    database.bind(data_->insert, 2, id);
    database.bind(data_->insert, 3, title);
    database.bind(data_->insert, 4, attributes);
    database.step(data_->insert);
    return row;
}

void CatalogWriter::finish() {
    const Database& database = data_->database;
    data_->insert.reset();
    const std::string sql = "create unique index " + data_->table + "_by_id on " + data_->table + " (id)";
    const int code = sqlite3_exec(database.connection.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if ((code & 0xFF) == SQLITE_CONSTRAINT) data_->throw_repeated_id();
    if (code != SQLITE_OK) throw_error(database.path, database.connection.get(), code);
    database.run("commit");
    data_.reset();
}

struct Catalog::Data {
    std::mutex mutex;
    Database database;
    std::string table;
    std::int64_t rows = 0;
    Statement by_row = nullptr;
    Statement by_id = nullptr;

    Data(const std::string& path, const std::string& name)
        : database(path, immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI), table(checked_table(name)) {
        const Statement last = database.prepare("select coalesce(max(row) + 1, 0) from " + table);
        if (database.step(last)) rows = sqlite3_column_int64(last.get(), 0);
        by_row = database.prepare("select id, title, attributes from " + table + " where row = ?");
        by_id = database.prepare("select row from " + table + " where id = ?");
    }
};

Catalog::Catalog(const std::string& path, std::string_view table) {
    open_for_reading(path);  // its errors say more than SQLite's
    data_ = std::make_unique<Data>(path, std::string(table));
}
Catalog::Catalog(Catalog&&) noexcept = default;
Catalog& Catalog::operator=(Catalog&&) noexcept = default;
Catalog::~Catalog() = default;

std::int64_t Catalog::size() const {
    return data_->rows;
}

CatalogEntry Catalog::entry(std::int64_t row) const {
    const std::lock_guard lock(data_->mutex);
    const Database& database = data_->database;
    const std::string what = database.path + ": row " + std::to_string(row);
    if (row < 0 || row >= data_->rows) throw UsageError(what + " is not in the catalog");
    const ResetAtEnd reset{data_->by_row};
    database.bind(data_->by_row, 1, row);
    if (!database.step(data_->by_row)) throw DamagedError(what + " is missing; make the store again");
    return {column_text(data_->by_row, 0), column_text(data_->by_row, 1), column_text(data_->by_row, 2)};
}

std::optional<std::int64_t> Catalog::find(std::string_view id) const {
    const std::lock_guard lock(data_->mutex);
    const Database& database = data_->database;
    const ResetAtEnd reset{data_->by_id};
    database.bind(data_->by_id, 1, id);
    if (!database.step(data_->by_id)) return std::nullopt;
    const std::int64_t row = sqlite3_column_int64(data_->by_id.get(), 0);
    if (row < 0 || row >= data_->rows) {
        throw DamagedError(database.path + ": found row " + std::to_string(row) + " of '" + std::string(id) +
                           "', expected one of " + std::to_string(data_->rows) + "; make the store again");
    }
    return row;
}

std::int64_t Catalog::row_of(std::string_view id) const {
    if (const auto row = find(id)) return *row;
    std::string message = "there is no " + data_->table + " '" + std::string(id) + "'";
    const auto near = similar_ids(id);
    for (std::size_t i = 0; i < near.size(); ++i) message += (i == 0 ? "; nearest: '" : ", '") + near[i] + "'";
    throw UnknownIdError(message);
}

std::vector<std::string> Catalog::similar_ids(std::string_view id, std::size_t count) const {
    constexpr int bound = 200000;  // some tens of milliseconds
    const EditDistance distance(id);
    std::vector<std::tuple<bool, std::size_t, std::string>> nearest;  // contains it not, edits, id
    const std::lock_guard lock(data_->mutex);
    const Database& database = data_->database;
    const Statement ids =
        database.prepare("select id from " + data_->table + " order by id limit " + std::to_string(bound));
    while (database.step(ids)) {
        std::string candidate = column_text(ids, 0);
        const bool contains = !id.empty() && candidate.find(id) != std::string::npos;
        const std::size_t edits = distance(candidate);
        std::tuple entry(!contains, edits, std::move(candidate));
        nearest.insert(std::upper_bound(nearest.begin(), nearest.end(), entry), std::move(entry));
        if (nearest.size() > count) nearest.pop_back();
    }
    std::vector<std::string> found;
    found.reserve(nearest.size());
    for (auto& entry : nearest) found.push_back(std::move(std::get<2>(entry)));
    return found;
}

}  // namespace eckart
