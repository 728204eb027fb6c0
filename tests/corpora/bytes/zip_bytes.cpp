#include "corpora/bytes/zip_bytes.h"

#include <zlib.h>

#include <cstdint>

namespace eckart::corpora {
namespace {

std::string little(std::uint64_t number, std::size_t bytes) {
    std::string text;
    for (std::size_t i = 0; i < bytes; ++i) text += static_cast<char>(number >> 8 * i & 0xFF);
    return text;
}

std::string raw_deflated(const std::string& bytes) {
    z_stream state = {};
    deflateInit2(&state, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string out(deflateBound(&state, bytes.size()) + 32, '\0');
    state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    state.avail_in = static_cast<uInt>(bytes.size());
    state.next_out = reinterpret_cast<Bytef*>(out.data());
    state.avail_out = static_cast<uInt>(out.size());
    deflate(&state, Z_FINISH);
    out.resize(state.total_out);
    deflateEnd(&state);
    return out;
}

std::string member(const std::string& name, const std::string& bytes, ZipKind kind) {
    const bool follows = kind == ZipKind::deflated_with_descriptor;
    const std::string packed = kind == ZipKind::stored ? bytes : raw_deflated(bytes);
    const std::uint64_t checksum =
        crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size()));
    const std::string sizes = little(checksum, 4) + little(packed.size(), 4) + little(bytes.size(), 4);
    std::string text = "PK\x03\x04" + little(20, 2) + little(follows ? 8 : 0, 2) +
                       little(kind == ZipKind::stored ? 0 : 8, 2) + little(0, 4) +
                       (follows ? std::string(12, '\0') : sizes) + little(name.size(), 2) + little(0, 2) + name +
                       packed;
    if (follows) text += "PK\x07\x08" + sizes;
    return text;
}

}  // namespace

/// The directory is only its mark: no reader of ours looks further.
std::string zip_archive(const std::vector<std::pair<std::string, std::string>>& members, ZipKind kind) {
    std::string text;
    for (const auto& [name, bytes] : members) text += member(name, bytes, kind);
    return text + (members.empty() ? "PK\x05\x06" : "PK\x01\x02") + std::string(18, '\0');
}

}  // namespace eckart::corpora
