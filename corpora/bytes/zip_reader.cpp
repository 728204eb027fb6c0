#include "corpora/bytes/zip_reader.h"

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/support/error.h"

namespace eckart::corpora {
namespace {

constexpr std::size_t zip_chunk_bytes = 64 * 1024;
constexpr std::uint32_t member_mark = 0x04034b50;
constexpr std::uint32_t directory_mark = 0x02014b50;
constexpr std::uint32_t directory_end_mark = 0x06054b50;
constexpr std::uint32_t descriptor_mark = 0x08074b50;
constexpr std::uint32_t in_extra_field = 0xFFFFFFFF;  ///< a size that does not fit in 32 bits

/// An unsigned number of so many bytes, low byte first.
template <class Number>
Number number_at(std::string_view bytes, std::size_t at) {
    Number number = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        number = static_cast<Number>(number | static_cast<Number>(static_cast<unsigned char>(bytes[at + i])) << 8 * i);
    }
    return number;
}

/// What stands before a member's bytes.
struct MemberHeader {
    std::uint16_t flags = 0;
    std::uint16_t method = 0;
    std::uint32_t checksum = 0;
    std::uint64_t packed_bytes = 0;
    std::uint64_t bytes = 0;
    bool wide = false;  ///< sizes take 64 bits

    bool encrypted() const { return flags & 1; }
    bool sizes_follow() const { return flags & 8; }  ///< behind the member
};

}  // namespace

/// The archive as a whole, and its current member as a stream.
class ZipReader::Member : public ByteStream {
  public:
    explicit Member(std::unique_ptr<ByteStream> archive) : archive_(std::move(archive)), chunk_(zip_chunk_bytes) {
        constexpr int raw_deflate = -MAX_WBITS;
        if (inflateInit2(&state_, raw_deflate) != Z_OK) {
            throw InputError(archive_->name() + ": cannot start decompressing");
        }
    }
    ~Member() override { inflateEnd(&state_); }
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    bool open_next(std::string& name) {
        skip_rest();
        const std::string mark = bytes(4);
        const auto value = number_at<std::uint32_t>(mark, 0);
        if (value == directory_mark || value == directory_end_mark) return false;
        if (value != member_mark) fail("found no member where one is due, expected a zip archive");
        read_header(name);
        name_ = archive_->name() + ": " + name;
        if (header_.encrypted()) fail("found an encrypted member, expected a plain one");
        if (header_.method != 0 && header_.method != Z_DEFLATED) {
            fail("found the compression method " + std::to_string(header_.method) +
                 ", expected 0 (none) or 8 (deflate)");
        }
        if (header_.method == 0 && header_.sizes_follow()) fail("found a stored member of unknown size");
        inflateReset(&state_);
        deflate_ended_ = false;
        checksum_ = crc32(0, nullptr, 0);
        packed_ = 0;
        unpacked_ = 0;
        within_ = true;
        return true;
    }

    std::size_t read(std::span<char> buffer) override {
        if (!within_) return 0;
        const std::size_t count = header_.method == 0 ? copy(buffer) : inflate_some(buffer);
        checksum_ = crc32(checksum_, reinterpret_cast<const Bytef*>(buffer.data()), static_cast<uInt>(count));
        unpacked_ += count;
        if (count == 0) {
            within_ = false;
            check_end();
        }
        return count;
    }
    const std::string& name() const override { return name_.empty() ? archive_->name() : name_; }
    double fraction_done() const override { return archive_->fraction_done(); }

  private:
    [[noreturn]] void fail(const std::string& message) const { throw InputError(name() + ": " + message); }

    std::string_view waiting() const { return {chunk_.data() + begin_, end_ - begin_}; }

    bool fill() {
        if (begin_ == end_) {
            begin_ = 0;
            end_ = archive_->read(chunk_);
        }
        return begin_ < end_;
    }

    void require_more() {
        if (!fill()) fail("found the end of the file within the archive, expected the rest of it");
    }

    /// The next `count` bytes of the archive.
    std::string bytes(std::size_t count) {
        std::string taken;
        while (taken.size() < count) {
            require_more();
            const std::string_view part = waiting().substr(0, count - taken.size());
            taken += part;
            begin_ += part.size();
        }
        return taken;
    }

    void read_header(std::string& name) {
        const std::string fixed = bytes(26);
        header_ = {.flags = number_at<std::uint16_t>(fixed, 2),
                   .method = number_at<std::uint16_t>(fixed, 4),
                   .checksum = number_at<std::uint32_t>(fixed, 10),
                   .packed_bytes = number_at<std::uint32_t>(fixed, 14),
                   .bytes = number_at<std::uint32_t>(fixed, 18)};
        name = bytes(number_at<std::uint16_t>(fixed, 22));
        read_extra(bytes(number_at<std::uint16_t>(fixed, 24)));
    }

    /// Of the fields that may follow a name one counts: the sizes in 64 bits.
    void read_extra(std::string_view extra) {
        constexpr std::uint16_t wide_sizes = 1;
        while (extra.size() >= 4) {
            const auto kind = number_at<std::uint16_t>(extra, 0);
            const std::size_t size = std::min<std::size_t>(number_at<std::uint16_t>(extra, 2), extra.size() - 4);
            if (kind == wide_sizes) {
                header_.wide = true;
                std::string_view field = extra.substr(4, size);
                take_wide(field, header_.bytes);
                take_wide(field, header_.packed_bytes);
            }
            extra.remove_prefix(4 + size);
        }
    }

    static void take_wide(std::string_view& field, std::uint64_t& size) {
        if (size != in_extra_field || field.size() < sizeof(std::uint64_t)) return;
        size = number_at<std::uint64_t>(field, 0);
        field.remove_prefix(sizeof(std::uint64_t));
    }

    std::size_t copy(std::span<char> buffer) {
        const std::uint64_t left = header_.packed_bytes - packed_;
        if (left == 0) return 0;
        require_more();
        const std::size_t wanted = std::min<std::uint64_t>({left, buffer.size(), zip_chunk_bytes});
        const std::size_t count = waiting().copy(buffer.data(), wanted);
        begin_ += count;
        packed_ += count;
        return count;
    }

    std::size_t inflate_some(std::span<char> buffer) {
        state_.next_out = reinterpret_cast<Bytef*>(buffer.data());
        state_.avail_out = static_cast<uInt>(std::min(buffer.size(), zip_chunk_bytes));
        const uInt wanted = state_.avail_out;
        while (!deflate_ended_ && state_.avail_out == wanted) {
            require_more();
            state_.next_in = reinterpret_cast<Bytef*>(chunk_.data() + begin_);
            state_.avail_in = static_cast<uInt>(end_ - begin_);
            const int status = inflate(&state_, Z_NO_FLUSH);
            const std::size_t used = end_ - begin_ - state_.avail_in;
            begin_ += used;
            packed_ += used;
            deflate_ended_ = status == Z_STREAM_END;
            if (!deflate_ended_ && status != Z_OK && status != Z_BUF_ERROR) fail("found damaged data");
        }
        return wanted - state_.avail_out;
    }

    void check_end() {
        if (header_.sizes_follow()) read_descriptor();
        if (unpacked_ != header_.bytes || packed_ != header_.packed_bytes) {
            fail("found " + std::to_string(unpacked_) + " bytes, expected " + std::to_string(header_.bytes));
        }
        if (checksum_ != header_.checksum) fail("found damaged data: its checksum is another");
    }

    void read_descriptor() {
        std::string words = bytes(4);
        if (number_at<std::uint32_t>(words, 0) == descriptor_mark) words = bytes(4);
        header_.checksum = number_at<std::uint32_t>(words, 0);
        const std::string sizes = bytes(header_.wide ? 16 : 8);
        header_.packed_bytes = header_.wide ? number_at<std::uint64_t>(sizes, 0) : number_at<std::uint32_t>(sizes, 0);
        header_.bytes = header_.wide ? number_at<std::uint64_t>(sizes, 8) : number_at<std::uint32_t>(sizes, 4);
    }

    void skip_rest() {
        std::vector<char> dropped(within_ ? zip_chunk_bytes : 0);
        while (within_ && read(dropped) > 0) {
        }
    }

    std::unique_ptr<ByteStream> archive_;
    std::string name_;
    std::vector<char> chunk_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    z_stream state_ = {};
    bool deflate_ended_ = false;
    MemberHeader header_;
    uLong checksum_ = 0;
    std::uint64_t packed_ = 0;
    std::uint64_t unpacked_ = 0;
    bool within_ = false;  ///< a member, of which the end was not reached
};

ZipReader::ZipReader(std::unique_ptr<ByteStream> archive) : member_(std::make_unique<Member>(std::move(archive))) {}

ZipReader::~ZipReader() = default;

bool ZipReader::next(std::string& name) {
    return member_->open_next(name);
}

ByteStream& ZipReader::member() {
    return *member_;
}

}  // namespace eckart::corpora
