#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace eckart::corpora {

/// The bytes of one source in order. Every reader of a file takes one, so that files, standard input, compressed files
/// and bytes in memory are read in the same way.
class ByteStream {
  public:
    virtual ~ByteStream() = default;

    /// Puts bytes into `buffer` (not empty) and returns how many: at least one before the end, 0 at the end.
    /// Throws InputError, naming the source, if it cannot be read or its compressed data are cut short or damaged.
    virtual std::size_t read(std::span<char> buffer) = 0;

    /// What error messages call the source.
    virtual const std::string& name() const = 0;

    /// How far the reading is, in [0, 1], or a negative number if it cannot tell.
    virtual double fraction_done() const { return -1; }
};

/// Opens a file, or standard input for "-". gzip and zstd data are recognized by their first bytes, whatever the name
/// says, and decompressed on the way. Several gzip members or zstd frames in a row are one stream. As the programs gzip
/// and zstd do it, zstd's skippable frames are skipped, and bytes behind a gzip member that begin no other are ignored.
/// Throws InputError if there is no such file, or it is a folder.
std::unique_ptr<ByteStream> open_byte_stream(const std::string& path);

/// The same over an open file, which the stream closes; `name` is for messages.
std::unique_ptr<ByteStream> descriptor_byte_stream(int descriptor, std::string name);

/// The same over bytes that the caller keeps.
std::unique_ptr<ByteStream> memory_byte_stream(std::string_view bytes, std::string name);

/// All of `stream` in `bytes`, whose capacity is used again; false, with what was read so far, if there are more than
/// `most` bytes.
bool read_all(ByteStream& stream, std::size_t most, std::string& bytes);

}  // namespace eckart::corpora
