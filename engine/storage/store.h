#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/storage/checksum.h"
#include "engine/storage/file_descriptor.h"
#include "engine/support/error.h"
#include "engine/support/progress.h"

// A store is a folder that holds an index or a model, replaced as a whole:
//
//     CURRENT                    the live generation's name and a line feed
//     LOCK                       locked by the writer; its text is "eckart store", then the writer's process number
//     gen-000007/manifest.json   kind, format version, what the writer says about itself; each file's size and sum
//     gen-000007/...             the files
//
// manifest.json begins with {"manifest_checksum": "16 hexadecimal digits", and a line feed; the digits are the XXH3 of
// all bytes after that line. Readers hold a shared lock on the manifest of the generation that they read.

namespace eckart {

/// Version of the layout above and of the files inside that this program writes and reads.
inline constexpr std::int64_t store_format_version = 1;

/// Makes a new generation of a store. Invariant: it holds the store's lock, and until `publish` has returned the store
/// answers as it did before, whatever happens to the program or the machine.
///
///     StoreWriter writer = StoreWriter::begin("docs.idx");
///     write_npy(writer.file("left_vectors.npy"), ...);
///     writer.publish("text-index", R"({"documents": 1033})");
class StoreWriter {
  public:
    /// Takes the lock of the store at `path`, makes the folder and those above it if there are none, removes what
    /// crashed writers left, and begins a generation. Throws InputError if another program is writing there (at once,
    /// naming its process), if the folder holds anything but a store, or if it cannot be written.
    static StoreWriter begin(const std::string& path);

    StoreWriter(StoreWriter&& other) noexcept;
    StoreWriter& operator=(StoreWriter&&) = delete;

    /// Removes the new generation, and the folders that `begin` made, unless it was published.
    ~StoreWriter();

    /// Path at which to write a file of the new generation. Throws UsageError if `name` is not a plain file name.
    std::string file(std::string_view name) const;

    /// Makes the new generation the live one: sums and brings every file to the disk, writes the manifest, replaces
    /// CURRENT, and removes the generations that no reader holds. Call it once, when all files are closed.
    ///
    /// `kind` says what the store is ("text-index"); `fields` is a JSON object whose members become members of the
    /// manifest. Throws UsageError if it is not one or has a member of the manifest's own (format_version, kind, files,
    /// manifest_checksum), InputError if a file cannot be read or written.
    void publish(std::string_view kind, std::string_view fields = "{}", const Progress& progress = {});

  private:
    StoreWriter(std::string path, FileDescriptor lock, std::vector<std::string> made_folders);

    std::string path_;
    std::string generation_;  ///< name of the new generation; empty once it is published or removed
    FileDescriptor lock_;
    std::vector<std::string> made_folders_;  ///< by `begin`, the outermost first; empty once it is published
};

/// A file of a store as its manifest has it.
struct StoredFile {
    std::string name;
    FileSummary summary;
};

/// What people call a store of that kind: "an index" for "text-index", "a model" for "model".
std::string kind_in_words(std::string_view kind);

/// A store of another kind than was asked for: "films.model is a model; an index is needed".
struct WrongKindError : InputError {
    WrongKindError(const std::string& path, std::string_view found, std::string_view expected);

    std::string found;     ///< "films.model is a model"
    std::string expected;  ///< "an index"
};

/// The kind of the store at `path`; nothing if there is none. Throws DamagedError as StoreReader::open.
std::optional<std::string> stored_kind(const std::string& path);

/// One generation of a store, open for reading. Invariant: the generation stays on disk while the object lives, though
/// writers publish others; each of its files had the size that the manifest gives it when the store was opened.
class StoreReader {
  public:
    /// Opens the live generation in well under a millisecond; contents are checked by `verify`. `kind` is what the
    /// store must be; empty accepts any. Throws InputError if there is no store at `path`, WrongKindError if it is of
    /// another kind, and DamagedError if it was written by a newer program or its files are not those of its manifest.
    static StoreReader open(const std::string& path, std::string_view kind = {});

    /// Path of a file of the generation. Throws DamagedError if the manifest does not have it.
    std::string file(std::string_view name) const;
    bool has_file(std::string_view name) const;

    const std::vector<StoredFile>& files() const { return files_; }  ///< by name
    const std::string& path() const { return path_; }                ///< the store's folder
    const std::string& generation() const { return generation_; }    ///< "gen-000007"
    const std::string& kind() const { return kind_; }                ///< "text-index"
    const std::string& manifest_json() const { return manifest_; }   ///< the whole manifest, a JSON object

    /// Reads every file and recomputes its checksum. Throws DamagedError naming each file that has changed.
    void verify(const Progress& progress = {}) const;

  private:
    StoreReader() = default;

    /// Pins the generation that is live now; false if a writer replaced it meanwhile.
    bool pin();
    void read_manifest();
    void check_files() const;

    std::string path_;
    std::string generation_;
    FileDescriptor pin_;  ///< the manifest, with a shared lock
    std::string kind_;
    std::string manifest_;
    std::vector<StoredFile> files_;
};

}  // namespace eckart
