#include "corpora/documents/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "corpora/bytes/byte_stream.h"
#include "corpora/bytes/lines.h"
#include "corpora/documents/file_text.h"
#include "corpora/documents/mail.h"
#include "engine/support/error.h"
#include "engine/support/memory_budget.h"

namespace eckart::corpora {
namespace {

/// A file descriptor that is closed at the end.
class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    int number() const { return number_; }
    int release() { return std::exchange(number_, -1); }

  private:
    int number_;
};

/// What names a file whatever its path.
struct FileIdentity {
    std::uint64_t device;
    std::uint64_t inode;
    bool operator==(const FileIdentity&) const = default;
};

struct IdentityHash {
    std::size_t operator()(const FileIdentity& identity) const {
        return (identity.inode ^ (identity.device << 40)) * 0x9E3779B97F4A7C15;
    }
};

FileIdentity identity_of(const struct stat& status) {
    return {status.st_dev, status.st_ino};
}

enum class EntryType : char { file, folder, link, special };

EntryType type_of(mode_t mode) {
    if (S_ISREG(mode)) return EntryType::file;
    if (S_ISDIR(mode)) return EntryType::folder;
    return S_ISLNK(mode) ? EntryType::link : EntryType::special;
}

struct Entry {
    std::string name;  ///< a folder's ends in "/", so that entries sort as the paths below them do
    EntryType type;
};

EntryType type_of(int folder, const dirent& entry) {
    switch (entry.d_type) {
        case DT_REG:
            return EntryType::file;
        case DT_DIR:
            return EntryType::folder;
        case DT_LNK:
            return EntryType::link;
        case DT_UNKNOWN:
            break;
        default:
            return EntryType::special;
    }
    struct stat status = {};
    if (::fstatat(folder, entry.d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) return EntryType::file;
    return type_of(status.st_mode);
}

/// The first bytes of an open file, decompressed; the file stands at its start again afterwards. Empty if it is
/// damaged.
std::string head_of(int descriptor, const std::string& name) {
    constexpr std::size_t most = 4096;
    std::string head;
    try {
        read_all(*descriptor_byte_stream(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0), name), most, head);
    } catch (const InputError&) {
        head.clear();
    }
    ::lseek(descriptor, 0, SEEK_SET);
    return head;
}

/// Whether an open file is an mbox, which its name or its first lines tell.
bool is_mbox(int descriptor, const std::string& path) {
    std::string_view name = path;
    FileKind kind = file_kind(name);
    const bool compressed = kind == FileKind::compressed;
    if (compressed) {
        name.remove_suffix(extension_of(name).size());
        kind = file_kind(name);
    }
    if (kind != FileKind::mbox && kind != FileKind::plain) return false;
    std::array<char, 5> first = {};
    const bool from = ::pread(descriptor, first.data(), first.size(), 0) == std::ssize(first) &&
                      std::string_view(first.data(), first.size()) == "From ";
    if (kind == FileKind::plain && !compressed && !from) return false;
    const std::string bytes = head_of(descriptor, path);
    const std::string_view head = trimmed(bytes);
    return kind == FileKind::mbox ? head.empty() || head.starts_with("From ") : begins_mbox(head);
}

/// The path without its last part; empty if it has one part only.
std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return path.substr(0, slash == std::string_view::npos ? 0 : slash);
}

/// Why a file could not be opened, in the words of the report.
const char* kind_of_failure(int error) {
    return error == ENOENT || error == ENOTDIR ? "vanished" : "unreadable";
}

/// One file's way from its bytes to a document; its buffers serve file after file.
class FileReader {
  public:
    explicit FileReader(const FolderOptions& options) : options_(options) {}

    /// Fills title and text from the file behind `descriptor`; false if it was skipped. `name` says the kind,
    /// `path` is for messages.
    bool read(int descriptor, std::size_t size, const std::string& path, Document& document, ReadReport& report) {
        FileKind kind = file_kind(path);
        if (size > options_.most_file_bytes) return too_large(path, report);
        if (!read_bytes(descriptor, size)) {
            count_skipped(report, "unreadable", path + ": " + std::strerror(errno));
            return false;
        }
        if (bytes_.size() > options_.most_file_bytes) return too_large(path, report);
        std::string_view name = path;
        if (kind == FileKind::compressed) {
            if (!decompress(path, report)) return false;
            name.remove_suffix(extension_of(path).size());
            kind = file_kind(name);
            if (kind == FileKind::compressed) kind = FileKind::not_text;
        }
        if (kind == FileKind::not_text) {
            count_skipped(report, extension_of(name));
            return false;
        }
        if (read_file_text(path, kind, bytes_, document)) return true;
        count_skipped(report, "binary");
        return false;
    }

  private:
    bool too_large(const std::string& path, ReadReport& report) const {
        count_skipped(report, "too large",
                      path + ": more than " + readable_bytes(options_.most_file_bytes) + " of text");
        return false;
    }

    /// Reads until the end, which need not be where the size said; false if the system refuses.
    bool read_bytes(int descriptor, std::size_t size) {
        bytes_.resize(std::max<std::size_t>(bytes_.size(), size + 1));
        std::size_t done = 0;
        for (;;) {
            if (done == bytes_.size()) bytes_.resize(2 * done);
            const ssize_t count = ::read(descriptor, bytes_.data() + done, bytes_.size() - done);
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) return false;
            done += static_cast<std::size_t>(count);
            const bool whole = done == size && static_cast<std::size_t>(count) < bytes_.size();
            if (count == 0 || whole || done > options_.most_file_bytes) break;
        }
        bytes_.resize(done);
        return true;
    }

    bool decompress(const std::string& path, ReadReport& report) {
        try {
            const auto stream = memory_byte_stream(bytes_, path);
            if (!read_all(*stream, options_.most_file_bytes, inflated_)) return too_large(path, report);
        } catch (const InputError& error) {
            count_skipped(report, "damaged", error.what());
            return false;
        }
        bytes_.swap(inflated_);
        return true;
    }

    FolderOptions options_;
    std::string bytes_;
    std::string inflated_;
};

/// A folder on the way down, listed when it was entered.
struct Level {
    Descriptor descriptor;
    std::vector<Entry> entries;
    std::size_t next = 0;
    std::size_t path_bytes;  ///< of the path to it, with the slash
};

class FolderReader : public DocumentReader {
  public:
    FolderReader(const std::string& folder, const FolderOptions& options) : root_(folder), files_(options) {
        Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (descriptor.number() < 0) throw InputError(folder + ": " + std::strerror(errno));
        if (char* const real = ::realpath(folder.c_str(), nullptr)) {
            real_root_ = real;
            std::free(real);
        }
        if (real_root_ != "/") real_root_ += '/';
        absolute_root_ = absolute_path(folder);
        if (absolute_root_.back() != '/') absolute_root_ += '/';
        enter(std::move(descriptor));
    }

    bool next(Document& document) override {
        while (mbox_ != nullptr || !levels_.empty()) {
            if (mbox_ != nullptr) {
                if (next_message(document)) return true;
                continue;
            }
            Level& level = levels_.back();
            path_.resize(level.path_bytes);
            if (level.next == level.entries.size()) {
                levels_.pop_back();
                continue;
            }
            const Entry& entry = level.entries[level.next++];
            path_ += entry.name;
            if (visit(level, entry, document)) {
                count_document(report_, document);
                return true;
            }
        }
        return false;
    }
    const ReadReport& report() const override { return report_; }

    /// Takes the entries of a folder for equally large.
    double fraction_done() const override {
        double fraction = 0, width = 1;
        for (const Level& level : levels_) {
            const auto count = static_cast<double>(std::max<std::size_t>(level.entries.size(), 1));
            const bool inner = &level != &levels_.back();
            fraction += width * static_cast<double>(level.next - (inner ? 1 : 0)) / count;
            width /= count;
        }
        return levels_.empty() ? 1 : fraction;
    }

  private:
    std::string shown(const std::string& path) const { return root_ + (root_.back() == '/' ? "" : "/") + path; }

    void skip(const char* kind, const std::string& cause = {}) {
        count_skipped(report_, kind, cause.empty() ? cause : shown(path_) + ": " + cause);
    }

    /// What its target is, for a link; reads a file, enters a folder. True if a document was filled.
    bool visit(const Level& level, const Entry& entry, Document& document) {
        const std::string name =
            entry.type == EntryType::folder ? entry.name.substr(0, entry.name.size() - 1) : entry.name;
        if (name.front() == '.') {
            skip("hidden");
            return false;
        }
        EntryType type = entry.type;
        if (type == EntryType::link && !follow(level, name, type)) return false;
        if (type == EntryType::folder) {
            enter_below(level, name, entry.type == EntryType::link);
            return false;
        }
        if (type == EntryType::file) return read_file(level, name, entry.type == EntryType::link, document);
        skip("special");
        return false;
    }

    /// Whether the link leads anywhere that is not read anyway; then `type` is its target's.
    bool follow(const Level& level, const std::string& name, EntryType& type) {
        struct stat status = {};
        if (::fstatat(level.descriptor.number(), name.c_str(), &status, 0) != 0) {
            skip(errno == ELOOP ? "symlink loop" : "dangling link", std::strerror(errno));
            return false;
        }
        type = type_of(status.st_mode);
        if (!leads_into_tree()) return true;
        skip("link into the tree");
        return false;
    }

    /// Whether the real place of path_ is below the root, or is the root or a folder above it, and not hidden.
    bool leads_into_tree() const {
        char* const real = ::realpath(shown(path_).c_str(), nullptr);
        if (real == nullptr) return false;
        std::string target = real;
        std::free(real);
        if (target != "/") target += '/';
        if (real_root_.compare(0, target.size(), target) == 0) return true;
        if (target.compare(0, real_root_.size(), real_root_) != 0) return false;
        return target.find("/.", real_root_.size() - 1) == std::string::npos;
    }

    void enter_below(const Level& level, const std::string& name, bool is_link) {
        const int no_follow = is_link ? 0 : O_NOFOLLOW;
        Descriptor descriptor(
            ::openat(level.descriptor.number(), name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | no_follow));
        if (descriptor.number() < 0) return skip(kind_of_failure(errno), std::strerror(errno));
        if (path_.back() != '/') path_ += '/';
        if (levels_.size() >= most_levels) return skip("too deep", "more than 200 folders in each other");
        enter(std::move(descriptor));
    }

    void enter(Descriptor descriptor) {
        struct stat status = {};
        if (::fstat(descriptor.number(), &status) == 0 && !seen_.insert(identity_of(status)).second) {
            return skip("same folder");
        }
        std::vector<Entry> entries = listing(descriptor.number());
        levels_.push_back({std::move(descriptor), std::move(entries), 0, path_.size()});
    }

    std::vector<Entry> listing(int folder) {
        std::vector<Entry> entries;
        const int copy = ::dup(folder);
        DIR* const stream = copy >= 0 ? ::fdopendir(copy) : nullptr;
        if (stream == nullptr) {
            if (copy >= 0) ::close(copy);
            skip("unreadable", std::strerror(errno));
            return entries;
        }
        while (const dirent* entry = ::readdir(stream)) {
            const std::string_view name = entry->d_name;
            if (name == "." || name == "..") continue;
            const EntryType type = type_of(folder, *entry);
            entries.push_back({std::string(name) + (type == EntryType::folder ? "/" : ""), type});
        }
        ::closedir(stream);
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
        return entries;
    }

    bool read_file(const Level& level, const std::string& name, bool is_link, Document& document) {
        if (file_kind(name) == FileKind::not_text) {
            count_skipped(report_, extension_of(name));
            return false;
        }
        // Without O_NONBLOCK a pipe put in the file's place since it was listed would hold us up for ever.
        const int no_follow = is_link ? 0 : O_NOFOLLOW;
        Descriptor file(
            ::openat(level.descriptor.number(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | no_follow));
        struct stat status = {};
        if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
            skip(kind_of_failure(errno), std::strerror(errno));
            return false;
        }
        if (!S_ISREG(status.st_mode)) {
            skip("special");
            return false;
        }
        if (!seen_.insert(identity_of(status)).second) {
            skip("same file");
            return false;
        }
        if (is_mbox(file.number(), path_)) {
            mbox_ = open_mbox(std::move(file));
            mbox_date_ = status.st_mtim.tv_sec;
            return false;
        }
        if (!files_.read(file.number(), static_cast<std::size_t>(status.st_size), path_, document, report_))
            return false;
        document.id = path_;
        document.folder = folder_of(path_);
        document.path = absolute_root_ + path_;
        if (!document.date) document.date = status.st_mtim.tv_sec;
        return true;
    }

    std::unique_ptr<DocumentReader> open_mbox(Descriptor file) {
        try {
            return read_mbox(descriptor_byte_stream(file.release(), shown(path_)));
        } catch (const InputError& error) {
            count_skipped(report_, "damaged", error.what());
            return nullptr;
        }
    }

    /// The next message of the mbox at path_; false at its end, or where it is damaged.
    bool next_message(Document& document) {
        bool found = false;
        std::string problem;
        try {
            found = mbox_->next(document);
        } catch (const InputError& error) {
            problem = error.what();
        }
        if (found) {
            document.id.insert(0, path_ + ":");
            document.folder = folder_of(path_);
            if (!document.date) document.date = mbox_date_;
            count_document(report_, document);
            return true;
        }
        const ReadReport& messages = mbox_->report();
        for (const auto& [kind, count] : messages.skipped) report_.skipped[kind] += count;
        if (report_.first_problem.empty()) report_.first_problem = messages.first_problem;
        mbox_ = nullptr;
        if (!problem.empty()) count_skipped(report_, "damaged", problem);
        return false;
    }

    static constexpr std::size_t most_levels = 200;

    std::string root_;
    std::string absolute_root_;  ///< with a slash at its end
    std::string real_root_;      ///< with a slash at its end
    std::string path_;           ///< from the root, of the entry at hand
    std::vector<Level> levels_;
    std::unordered_set<FileIdentity, IdentityHash> seen_;
    FileReader files_;
    std::int64_t mbox_date_ = 0;
    std::unique_ptr<DocumentReader> mbox_;  ///< the one at path_ while its messages are handed out
    ReadReport report_;
};

class SingleFileReader : public DocumentReader {
  public:
    SingleFileReader(const std::string& path, const FolderOptions& options) : path_(path), files_(options) {}

    bool next(Document& document) override {
        if (std::exchange(done_, true)) return false;
        const Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        struct stat status = {};
        if (file.number() < 0 || ::fstat(file.number(), &status) != 0) {
            throw InputError(path_ + ": " + std::strerror(errno));
        }
        const auto size = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
        if (file_kind(path_) == FileKind::not_text) throw InputError(unsupported(extension_of(path_)));
        if (!files_.read(file.number(), size, path_, document, report_)) throw InputError(refusal());
        document.id = base_name(path_);
        document.folder.clear();
        document.path = absolute_path(path_);
        if (!document.date) document.date = status.st_mtim.tv_sec;
        count_document(report_, document);
        return true;
    }
    const ReadReport& report() const override { return report_; }
    double fraction_done() const override { return done_ ? 1 : 0; }

  private:
    std::string unsupported(const std::string& extension) const {
        return path_ + ": " + extension + " files are not supported; convert the file to text or HTML";
    }

    /// Why the file was skipped.
    std::string refusal() const {
        if (!report_.first_problem.empty()) return report_.first_problem;
        const std::string& kind = report_.skipped.begin()->first;
        return kind == "binary" ? path_ + ": found binary data, expected text" : unsupported(kind);
    }

    std::string path_;
    FileReader files_;
    ReadReport report_;
    bool done_ = false;
};

}  // namespace

std::unique_ptr<DocumentReader> read_folder(const std::string& folder, const FolderOptions& options) {
    return std::make_unique<FolderReader>(folder, options);
}

std::unique_ptr<DocumentReader> read_single_file(const std::string& path, const FolderOptions& options) {
    return std::make_unique<SingleFileReader>(path, options);
}

}  // namespace eckart::corpora
