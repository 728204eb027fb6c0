#include "corpora/bytes/byte_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

constexpr std::size_t chunk_bytes = 64 * 1024;
constexpr std::string_view gzip_mark = "\x1f\x8b";
constexpr std::string_view zstd_mark = "\x28\xb5\x2f\xfd";
constexpr std::string_view skippable_mark_end = "\x2a\x4d\x18";  // behind a byte from 0x50 to 0x5f

int opened(const std::string& path) {
    if (path == "-") return STDIN_FILENO;
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) throw InputError(path + ": " + std::strerror(errno));
    return descriptor;
}

class FileStream : public ByteStream {
  public:
    FileStream(int descriptor, std::string name) : name_(std::move(name)), descriptor_(descriptor) {
        struct stat status = {};
        if (descriptor == STDIN_FILENO || ::fstat(descriptor_, &status) != 0) return;
        if (S_ISDIR(status.st_mode)) {
            ::close(descriptor_);
            throw InputError(name_ + ": found a folder, expected a file");
        }
        size_ = S_ISREG(status.st_mode) ? static_cast<std::size_t>(status.st_size) : 0;
    }
    ~FileStream() override {
        if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
    }
    FileStream(const FileStream&) = delete;
    FileStream& operator=(const FileStream&) = delete;

    std::size_t read(std::span<char> buffer) override {
        for (;;) {
            const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
            if (count >= 0) {
                done_ += static_cast<std::size_t>(count);
                return static_cast<std::size_t>(count);
            }
            if (errno != EINTR) throw InputError(name_ + ": " + std::strerror(errno));
        }
    }
    const std::string& name() const override { return name_; }
    double fraction_done() const override {
        return size_ == 0 ? -1 : std::min(1.0, static_cast<double>(done_) / static_cast<double>(size_));
    }

  private:
    std::string name_;
    int descriptor_;
    std::size_t size_ = 0;
    std::size_t done_ = 0;
};

class MemoryStream : public ByteStream {
  public:
    MemoryStream(std::string_view bytes, std::string name) : bytes_(bytes), name_(std::move(name)) {}

    std::size_t read(std::span<char> buffer) override {
        const std::size_t count = std::min(buffer.size(), bytes_.size() - done_);
        std::copy_n(bytes_.data() + done_, count, buffer.data());
        done_ += count;
        return count;
    }
    const std::string& name() const override { return name_; }
    double fraction_done() const override {
        return bytes_.empty() ? 1 : static_cast<double>(done_) / static_cast<double>(bytes_.size());
    }

  private:
    std::string_view bytes_;
    std::string name_;
    std::size_t done_ = 0;
};

/// The bytes of another stream, of which the next can be looked at.
class BufferedInput {
  public:
    explicit BufferedInput(std::unique_ptr<ByteStream> raw) : raw_(std::move(raw)), chunk_(chunk_bytes) {}

    std::string_view waiting() const { return {chunk_.data() + begin_, end_ - begin_}; }
    void consume(std::size_t count) { begin_ += count; }
    /// The next `count` bytes (a few), or as many as there are before the end.
    std::string_view peek(std::size_t count) {
        if (end_ - begin_ < count) {
            std::memmove(chunk_.data(), chunk_.data() + begin_, end_ - begin_);
            end_ -= std::exchange(begin_, 0);
        }
        while (end_ - begin_ < count) {
            const std::size_t more = raw_->read(std::span(chunk_).subspan(end_));
            if (more == 0) break;
            end_ += more;
        }
        return waiting().substr(0, count);
    }
    /// Reads on if nothing waits; false at the end.
    bool fill() {
        if (begin_ == end_) {
            begin_ = 0;
            end_ = raw_->read(chunk_);
        }
        return begin_ < end_;
    }
    const ByteStream& raw() const { return *raw_; }

  private:
    std::unique_ptr<ByteStream> raw_;
    std::vector<char> chunk_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

class BufferedStream : public ByteStream {
  public:
    explicit BufferedStream(BufferedInput input) : input_(std::move(input)) {}

    const std::string& name() const override { return input_.raw().name(); }
    double fraction_done() const override { return input_.raw().fraction_done(); }

  protected:
    [[noreturn]] void fail(const std::string& message) const { throw InputError(name() + ": " + message); }

    BufferedInput input_;
};

class PlainStream : public BufferedStream {
  public:
    using BufferedStream::BufferedStream;

    std::size_t read(std::span<char> buffer) override {
        if (!input_.fill()) return 0;
        const std::string_view waiting = input_.waiting();
        const std::size_t count = waiting.copy(buffer.data(), buffer.size());
        input_.consume(count);
        return count;
    }
};

class GzipStream : public BufferedStream {
  public:
    explicit GzipStream(BufferedInput input) : BufferedStream(std::move(input)) {
        constexpr int gzip_only = 16 + MAX_WBITS;
        if (inflateInit2(&state_, gzip_only) != Z_OK) fail("cannot start decompressing");
    }
    ~GzipStream() override { inflateEnd(&state_); }
    GzipStream(const GzipStream&) = delete;
    GzipStream& operator=(const GzipStream&) = delete;

    std::size_t read(std::span<char> buffer) override {
        state_.next_out = reinterpret_cast<Bytef*>(buffer.data());
        state_.avail_out = static_cast<uInt>(std::min<std::size_t>(buffer.size(), chunk_bytes));
        const uInt wanted = state_.avail_out;
        while (state_.avail_out == wanted) {
            if (between_members_ && !begin_member()) break;
            if (!input_.fill()) fail("found the end of the file within gzip data, expected the rest of it");
            step();
        }
        return wanted - state_.avail_out;
    }

  private:
    void step() {
        const std::string_view waiting = input_.waiting();
        state_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(waiting.data()));
        state_.avail_in = static_cast<uInt>(waiting.size());
        between_members_ = false;
        const int status = inflate(&state_, Z_NO_FLUSH);
        input_.consume(waiting.size() - state_.avail_in);
        if (status == Z_STREAM_END) {
            between_members_ = true;
            inflateReset(&state_);
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            fail(std::string("found damaged gzip data") + (state_.msg ? std::string(": ") + state_.msg : ""));
        }
    }

    /// Whether another member follows. As in gzip, zero bytes after a member are padding, and other bytes that begin no
    /// member end the data.
    bool begin_member() {
        while (input_.peek(1) == std::string_view("\0", 1)) input_.consume(1);
        return input_.peek(gzip_mark.size()) == gzip_mark;
    }

    z_stream state_ = {};
    bool between_members_ = true;
};

class ZstdStream : public BufferedStream {
  public:
    explicit ZstdStream(BufferedInput input) : BufferedStream(std::move(input)), state_(ZSTD_createDStream()) {
        if (state_ == nullptr) fail("cannot start decompressing");
    }
    ~ZstdStream() override { ZSTD_freeDStream(state_); }
    ZstdStream(const ZstdStream&) = delete;
    ZstdStream& operator=(const ZstdStream&) = delete;

    std::size_t read(std::span<char> buffer) override {
        ZSTD_outBuffer out = {buffer.data(), buffer.size(), 0};
        while (out.pos == 0) {
            const bool more = input_.fill();
            if (!more && !within_frame_) return 0;
            const std::string_view waiting = input_.waiting();
            ZSTD_inBuffer in = {waiting.data(), waiting.size(), 0};
            const std::size_t status = ZSTD_decompressStream(state_, &out, &in);
            if (ZSTD_isError(status)) fail(std::string("found damaged zstd data: ") + ZSTD_getErrorName(status));
            input_.consume(in.pos);
            within_frame_ = status != 0;
            if (!more && out.pos == 0 && within_frame_) {
                fail("found the end of the file within zstd data, expected the rest of it");
            }
        }
        return out.pos;
    }

  private:
    ZSTD_DStream* state_;
    bool within_frame_ = false;
};

/// A frame of data, or one to skip, which may come first as well (RFC 8878, section 3.1).
bool begins_zstd(std::string_view head) {
    return head == zstd_mark || (head.size() == 4 && (head[0] & 0xf0) == 0x50 && head.substr(1) == skippable_mark_end);
}

std::unique_ptr<ByteStream> decompressed(std::unique_ptr<ByteStream> raw) {
    BufferedInput input(std::move(raw));
    const std::string_view head = input.peek(4);
    constexpr char deflate = 8;
    if (head.starts_with(gzip_mark) && head.size() > 2 && head[2] == deflate) {
        return std::make_unique<GzipStream>(std::move(input));
    }
    if (begins_zstd(head)) return std::make_unique<ZstdStream>(std::move(input));
    return std::make_unique<PlainStream>(std::move(input));
}

}  // namespace

std::unique_ptr<ByteStream> open_byte_stream(const std::string& path) {
    return decompressed(std::make_unique<FileStream>(opened(path), path == "-" ? "standard input" : path));
}

std::unique_ptr<ByteStream> descriptor_byte_stream(int descriptor, std::string name) {
    return decompressed(std::make_unique<FileStream>(descriptor, std::move(name)));
}

std::unique_ptr<ByteStream> memory_byte_stream(std::string_view bytes, std::string name) {
    return decompressed(std::make_unique<MemoryStream>(bytes, std::move(name)));
}

bool read_all(ByteStream& stream, std::size_t most, std::string& bytes) {
    std::size_t size = 0;
    bytes.resize(std::max<std::size_t>(bytes.capacity(), 64 * 1024));
    for (;;) {
        if (size == bytes.size()) bytes.resize(2 * size);
        const std::size_t count = stream.read(std::span(bytes).subspan(size));
        size += count;
        if (count == 0 || size > most) {
            bytes.resize(std::min(size, most));
            return size <= most;
        }
    }
}

}  // namespace eckart::corpora
