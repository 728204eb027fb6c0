// The one file that knows SQLite.

#include "engine/storage/catalog.h"

#include <sqlite3.h>

#include <algorithm>
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
            throw DamagedError(path + ": found " + reason + ", expected a whole catalogue; make the store again");
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
    if (!good) throw UsageError("'" + table + "' is no name for a table of a catalogue");
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

/// Least number of inserted, removed and replaced bytes between the two (Levenshtein).
std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row[b.size()];
}

}  // namespace

struct CatalogWriter::Data {
    Database database;
    std::string table;
    Statement insert = nullptr;
    std::int64_t rows = 0;

    Data(const std::string& path, std::string name)
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

    Data(const std::string& path, std::string name)
        : database(path, immutable_uri(path), SQLITE_OPEN_READONLY | SQLITE_OPEN_URI), table(checked_table(name)) {
        const Statement last = database.prepare("select coalesce(max(row) + 1, 0) from " + table);
        if (database.step(last)) rows = sqlite3_column_int64(last.get(), 0);
        by_row = database.prepare("select id, title, attributes from " + table + " where row = ?");
        by_id = database.prepare("select row from " + table + " where id = ?");
    }

    /// Adds up to `bound` ids of the answer of `condition`, in which ?1 stands for `text`.
    void add_ids(std::vector<std::string>& ids, const std::string& condition, std::string_view text, int bound) const {
        const Statement select =
            database.prepare("select id from " + table + " where " + condition + " limit " + std::to_string(bound));
        database.bind(select, 1, text);
        while (database.step(select)) ids.push_back(column_text(select, 0));
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
    if (row < 0 || row >= data_->rows) throw UsageError(what + " is not in the catalogue");
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
    constexpr int bound = 2000;
    constexpr std::size_t longest = 200;  // keeps the edit distances cheap whatever the ids are
    const std::string_view wanted = id.substr(0, longest);
    std::vector<std::string> ids;
    {
        const std::lock_guard lock(data_->mutex);
        if (!wanted.empty()) data_->add_ids(ids, "instr(id, ?1) > 0", wanted, bound);
        // Half of what was asked for, then a quarter, ...: the first beginning that any id has.
        for (std::size_t length = (wanted.size() + 1) / 2;; length /= 2) {
            const std::size_t before = ids.size();
            const std::string beginning(wanted.substr(0, length));
            data_->add_ids(ids, "id >= ?1 and substr(id, 1, length(?1)) = ?1 order by id", beginning, bound);
            if (ids.size() > before || length == 0) break;
        }
    }
    std::vector<std::tuple<bool, std::size_t, std::string>> ranked;
    for (auto& candidate : ids) {
        const bool contains = !wanted.empty() && candidate.find(wanted) != std::string::npos;
        const std::size_t edits = edit_distance(wanted, std::string_view(candidate).substr(0, longest));
        ranked.emplace_back(!contains, edits, std::move(candidate));
    }
    std::sort(ranked.begin(), ranked.end());
    ranked.erase(std::unique(ranked.begin(), ranked.end()), ranked.end());
    std::vector<std::string> nearest;
    for (std::size_t i = 0; i < std::min(count, ranked.size()); ++i) nearest.push_back(std::get<2>(ranked[i]));
    return nearest;
}

}  // namespace eckart
