#include "engine/storage/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <span>

#include "engine/storage/manifest.h"
#include "engine/storage/output_file.h"
#include "engine/support/error.h"

namespace eckart {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view lock_magic = "eckart store\n";
constexpr std::string_view generation_prefix = "gen-";
constexpr std::size_t generation_digits = 6;
constexpr const char* manifest_name = "manifest.json";

/// Number of a generation by its name, "gen-000007"; nothing if the name is not one.
std::optional<std::uint64_t> generation_number(std::string_view name) {
    if (!name.starts_with(generation_prefix)) return std::nullopt;
    name.remove_prefix(generation_prefix.size());
    if (name.size() < generation_digits || name.size() > 18) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : name) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return number;
}

std::string generation_name(std::uint64_t number) {
    char text[32];
    std::snprintf(text, sizeof text, "gen-%06llu", static_cast<unsigned long long>(number));
    return text;
}

std::string path_in(const std::string& folder, const std::string& name) {
    std::string path = folder;
    return path.append("/").append(name);
}

/// Up to `bound` bytes of a small file; nothing if there is no such file.
std::optional<std::string> contents(const std::string& path, std::size_t bound) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file && (errno == ENOENT || errno == ENOTDIR)) return std::nullopt;
    if (!file) throw_system_error(path, "cannot be opened");
    std::string text;
    char buffer[1 << 14];
    while (text.size() < bound) {
        const ssize_t count = ::read(file.number(), buffer, std::min(sizeof buffer, bound - text.size()));
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) throw_system_error(path, "cannot be read");
        if (count == 0) break;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    return text;
}

/// The live generation's name; nothing if there is no CURRENT or it is not what a writer leaves.
std::optional<std::string> live_generation(const std::string& store) {
    auto text = contents(store + "/CURRENT", 64);
    if (!text || !text->ends_with('\n')) return std::nullopt;
    text->pop_back();
    return generation_number(*text) ? text : std::nullopt;
}

std::vector<std::string> entries(const std::string& folder) {
    std::vector<std::string> names;
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
        names.push_back(it->path().filename().string());
    }
    if (error) throw InputError(folder + ": cannot be listed: " + error.message());
    std::sort(names.begin(), names.end());
    return names;
}

/// Whether the folder may be written to as a store: it is one, or it is empty but for the lock of one that never began.
bool is_or_may_become_store(const std::string& folder) {
    const auto lock = contents(folder + "/LOCK", lock_magic.size());
    if (lock && *lock == lock_magic) return true;
    const auto names = entries(folder);
    if (names.empty() || (names.size() == 1 && lock && lock->empty())) return true;
    const auto live = live_generation(folder);  // a copy of a store may have come without its lock
    if (!live) return false;
    const auto manifest = contents(folder + "/" + *live + "/" + manifest_name, 64);
    return manifest && looks_like_manifest(*manifest);
}

std::string parent_folder(const std::string& path) {
    const fs::path whole = fs::absolute(path).lexically_normal();
    return (whole.has_filename() ? whole : whole.parent_path()).parent_path().string();
}

/// Removes folders that are empty, the last one first.
void remove_folders(const std::vector<std::string>& folders) {
    std::error_code ignored;
    std::for_each(folders.rbegin(), folders.rend(), [&](const std::string& folder) { fs::remove(folder, ignored); });
}

/// The folder and those above it that are not there, the outermost first.
std::vector<std::string> missing_folders(const std::string& path) {
    std::vector<std::string> missing;
    std::string folder = path;
    while (::access(folder.c_str(), F_OK) != 0) {
        const bool may_be_above = errno == ENOENT && parent_folder(folder) != folder;
        missing.insert(missing.begin(), folder);
        if (!may_be_above) break;
        folder = parent_folder(folder);
    }
    return missing;
}

/// Makes the folder and those above it that are missing, and returns those that it made, the outermost first.
std::vector<std::string> make_folders(const std::string& path) {
    std::vector<std::string> made;
    for (const std::string& folder : missing_folders(path)) {
        if (::mkdir(folder.c_str(), 0777) == 0) {
            made.push_back(folder);
        } else if (errno != EEXIST) {
            const int problem = errno;
            remove_folders(made);
            errno = problem;
            throw_system_error(folder, "cannot be made");
        }
    }
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) throw_system_error(path, "cannot be examined");
    if (!S_ISDIR(status.st_mode)) {
        throw InputError(path + ": is a file; an index or a model is a folder, so choose another name");
    }
    return made;
}

[[noreturn]] void throw_locked(const std::string& path) {
    const auto text = contents(path + "/LOCK", 128).value_or("");
    std::string who = "another program";
    if (text.size() > lock_magic.size() && text.starts_with(lock_magic)) {
        who = "process " + text.substr(lock_magic.size(), text.find('\n', lock_magic.size()) - lock_magic.size());
    }
    throw InputError(path + ": " + who + " is writing there; wait until it has ended");
}

bool same_file(const FileDescriptor& file, const std::string& path) {
    struct stat opened {
    }, named{};
    return fstat(file.number(), &opened) == 0 && ::stat(path.c_str(), &named) == 0 && opened.st_dev == named.st_dev &&
           opened.st_ino == named.st_ino;
}

/// Opens and locks LOCK; no descriptor if the file was removed by a writer that gave up in between.
FileDescriptor try_lock(const std::string& store) {
    const std::string path = store + "/LOCK";
    FileDescriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    if (!lock && errno == ENOENT) return {};
    if (!lock) throw_system_error(path, "cannot be opened");
    if (flock(lock.number(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) throw_locked(store);
        throw_system_error(path, "cannot be locked");
    }
    if (!same_file(lock, path)) return {};
    return lock;
}

void write_lock_text(const FileDescriptor& lock, const std::string& path) {
    const std::string text = std::string(lock_magic) + std::to_string(getpid()) + "\n";
    const bool written = pwrite(lock.number(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()) &&
                         ftruncate(lock.number(), static_cast<off_t>(text.size())) == 0;
    if (!written) throw_system_error(path + "/LOCK", "cannot be written");
}

/// Removes a generation unless somebody reads it. Readers that come while this holds its manifest see the lock, or no
/// manifest, and look at CURRENT again, which names another.
void remove_generation(const std::string& folder) {
    const FileDescriptor manifest(::open((folder + "/" + manifest_name).c_str(), O_RDONLY | O_CLOEXEC));
    if (manifest && flock(manifest.number(), LOCK_EX | LOCK_NB) != 0) return;
    std::error_code ignored;  // what cannot be removed now is tried again by the next writer
    fs::remove_all(folder, ignored);
}

/// Removes all generations but the live one. If CURRENT cannot be read, those that were finished may be all that is
/// left of the store, so that only unfinished ones go.
void remove_dead_generations(const std::string& store) {
    const auto live = live_generation(store);
    for (const auto& name : entries(store)) {
        if (!generation_number(name) || name == live) continue;
        const std::string folder = path_in(store, name);
        if (live || ::access((folder + "/" + manifest_name).c_str(), F_OK) != 0) remove_generation(folder);
    }
}

std::uint64_t next_generation(const std::string& store) {
    std::uint64_t last = 0;
    for (const auto& name : entries(store)) last = std::max(last, generation_number(name).value_or(0));
    const auto live = live_generation(store);
    return 1 + std::max(last, live ? generation_number(*live).value_or(0) : 0);
}

void write_text(const std::string& path, const std::string& text) {
    OutputFile file(path);
    file.append(text);
    file.close();
    sync_to_disk(path);
}

void replace_current(const std::string& store, const std::string& generation) {
    const std::string temporary = store + "/CURRENT.new";
    write_text(temporary, generation + "\n");
    if (::rename(temporary.c_str(), (store + "/CURRENT").c_str()) != 0)
        throw_system_error(store, "cannot be published");
}

[[noreturn]] void throw_no_store(const std::string& path) {
    std::error_code ignored;
    const fs::file_status status = fs::status(path, ignored);
    if (!fs::exists(status)) throw InputError(path + ": there is no such folder");
    if (!fs::is_directory(status)) {
        throw InputError(path + " is not an Eckart index or model: it is a file, and those are folders");
    }
    if (contents(path + "/LOCK", lock_magic.size()) == lock_magic) {
        throw InputError(path + " is not an Eckart index or model yet: the program that began it has not finished it");
    }
    throw InputError(path + " is not an Eckart index or model");
}

std::vector<StoredFile> stored_files(const std::string& folder, const Progress& progress) {
    std::vector<std::string> names = entries(folder);
    std::vector<std::string> paths;
    paths.reserve(names.size());
    for (const auto& name : names) paths.push_back(path_in(folder, name));
    const auto summaries = file_summaries(paths, progress);
    std::vector<StoredFile> files;
    for (std::size_t i = 0; i < names.size(); ++i) files.push_back({names[i], summaries[i]});
    return files;
}

}  // namespace

StoreWriter::StoreWriter(std::string path, FileDescriptor lock, std::vector<std::string> made_folders)
    : path_(std::move(path)), lock_(std::move(lock)), made_folders_(std::move(made_folders)) {}

StoreWriter::StoreWriter(StoreWriter&& other) noexcept
    : path_(std::move(other.path_)),
      generation_(std::exchange(other.generation_, {})),
      lock_(std::move(other.lock_)),
      made_folders_(std::exchange(other.made_folders_, {})) {}

StoreWriter StoreWriter::begin(const std::string& path) {
    while (true) {
        std::vector<std::string> made = make_folders(path);
        const bool made_it = !made.empty() && made.back() == path;
        if (!made_it && !is_or_may_become_store(path)) {
            throw InputError(path + ": is a folder that holds other files; choose another name");
        }
        FileDescriptor lock = try_lock(path);
        if (!lock) continue;  // another writer gave up and took the folder away
        StoreWriter writer(path, std::move(lock), std::move(made));
        write_lock_text(writer.lock_, path);
        remove_dead_generations(path);
        const std::string name = generation_name(next_generation(path));
        const std::string folder = path_in(path, name);
        if (::mkdir(folder.c_str(), 0777) != 0) throw_system_error(folder, "cannot be made");
        writer.generation_ = name;
        return writer;
    }
}

StoreWriter::~StoreWriter() {
    std::error_code ignored;
    if (!generation_.empty()) fs::remove_all(path_ + "/" + generation_, ignored);
    if (!made_folders_.empty() && lock_) {
        fs::remove(path_ + "/CURRENT.new", ignored);
        fs::remove(path_ + "/LOCK", ignored);
        remove_folders(made_folders_);
    }
}

std::string StoreWriter::file(std::string_view name) const {
    if (name.empty() || name.front() == '.' || name == manifest_name || name.find('/') != std::string_view::npos) {
        throw UsageError("'" + std::string(name) + "' is no name for a file of a store");
    }
    if (generation_.empty()) throw UsageError(path_ + ": the generation is published already");
    return path_ + "/" + generation_ + "/" + std::string(name);
}

void StoreWriter::publish(std::string_view kind, std::string_view fields, const Progress& progress) {
    if (generation_.empty()) throw UsageError(path_ + ": the generation is published already");
    const std::string folder = path_ + "/" + generation_;
    const Manifest manifest{std::string(kind), stored_files(folder, progress)};
    const std::string text = manifest_text(manifest, fields);
    for (const auto& file : manifest.files) sync_to_disk(folder + "/" + file.name);
    write_text(folder + "/" + manifest_name, text);
    sync_to_disk(folder);
    sync_to_disk(path_);
    for (const std::string& made : made_folders_) sync_to_disk(parent_folder(made));
    replace_current(path_, generation_);
    generation_.clear();  // live from here on, so an error must not remove it
    made_folders_.clear();
    sync_to_disk(path_);
    remove_dead_generations(path_);
}

std::string kind_in_words(std::string_view kind) {
    const std::string word(kind.substr(kind.rfind('-') + 1));  // all of it where there is no hyphen
    const bool vowel = !word.empty() && std::string_view("aeiou").find(word.front()) != std::string_view::npos;
    return (vowel ? "an " : "a ") + word;
}

WrongKindError::WrongKindError(const std::string& path, std::string_view found_kind, std::string_view expected_kind)
    : InputError(path + " is " + kind_in_words(found_kind) + "; " + kind_in_words(expected_kind) + " is needed"),
      found(path + " is " + kind_in_words(found_kind)),
      expected(kind_in_words(expected_kind)) {}

std::optional<std::string> stored_kind(const std::string& path) {
    if (!contents(path + "/CURRENT", 1)) return std::nullopt;
    return StoreReader::open(path).kind();
}

StoreReader StoreReader::open(const std::string& path, std::string_view kind) {
    constexpr int attempts = 1000;  // each one lost means that a writer published in between
    StoreReader reader;
    reader.path_ = path;
    for (int i = 0; !reader.pin(); ++i) {
        if (i == attempts) throw InputError(path + ": changes all the time; try again");
    }
    reader.read_manifest();
    if (!kind.empty() && reader.kind_ != kind) throw WrongKindError(path, reader.kind_, kind);
    reader.check_files();
    return reader;
}

bool StoreReader::pin() {
    const auto current = contents(path_ + "/CURRENT", 64);
    if (!current) throw_no_store(path_);
    const auto live = live_generation(path_);
    if (!live)
        throw DamagedError(path_ + "/CURRENT: found no name of a generation, expected one; make the store again");
    generation_ = *live;

    const std::string manifest = path_ + "/" + generation_ + "/" + manifest_name;
    pin_ = FileDescriptor(::open(manifest.c_str(), O_RDONLY | O_CLOEXEC));
    const int open_error = errno;
    const bool locked = pin_ && flock(pin_.number(), LOCK_SH | LOCK_NB) == 0;
    if (pin_ && !locked && errno != EWOULDBLOCK) throw_system_error(manifest, "cannot be locked");
    // Only a generation that is live after it was locked is safe: no writer removes it any more.
    if (live_generation(path_) != live) return false;
    if (!pin_ && open_error != ENOENT && open_error != ENOTDIR) {
        errno = open_error;
        throw_system_error(manifest, "cannot be opened");
    }
    if (!pin_) throw DamagedError(manifest + ": is missing; make the store again");
    return locked;
}

void StoreReader::read_manifest() {
    constexpr std::size_t bound = std::size_t{1} << 28;
    const std::string path = path_ + "/" + generation_ + "/" + manifest_name;
    manifest_ = contents(path, bound).value_or("");
    Manifest manifest = parse_manifest(manifest_, path);
    kind_ = std::move(manifest.kind);
    files_ = std::move(manifest.files);
}

void StoreReader::check_files() const {
    for (const auto& stored : files_) {
        const std::string path = file(stored.name);
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) {
            if (errno != ENOENT) throw_system_error(path, "cannot be examined");
            throw DamagedError(path + ": is missing; make the store again");
        }
        const auto size = static_cast<std::uint64_t>(status.st_size);
        if (size != stored.summary.bytes) {
            throw DamagedError(path + ": found " + std::to_string(size) + " bytes, expected " +
                               std::to_string(stored.summary.bytes) + "; make the store again");
        }
    }
}

bool StoreReader::has_file(std::string_view name) const {
    return std::any_of(files_.begin(), files_.end(), [&](const auto& stored) { return stored.name == name; });
}

std::string StoreReader::file(std::string_view name) const {
    std::string path = path_ + "/" + generation_ + "/" + std::string(name);
    if (!has_file(name)) throw DamagedError(path + ": is not in the manifest, expected it; make the store again");
    return path;
}

void StoreReader::verify(const Progress& progress) const {
    std::vector<std::string> paths;
    for (const auto& stored : files_) paths.push_back(file(stored.name));
    const auto found = file_summaries(paths, progress);
    std::string damaged;
    for (std::size_t i = 0; i < files_.size(); ++i) {
        const auto& expected = files_[i].summary;
        if (found[i].checksum == expected.checksum && found[i].bytes == expected.bytes) continue;
        damaged += (damaged.empty() ? "" : "; ") + paths[i] + ": found the checksum " + found[i].checksum +
                   ", expected " + expected.checksum;
    }
    if (!damaged.empty()) throw DamagedError(damaged + "; make the store again");
}

}  // namespace eckart
