#pragma once

#include <memory>
#include <string>

#include "corpora/bytes/byte_stream.h"

namespace eckart::corpora {

/// The members of a zip archive (PKWARE's APPNOTE.TXT, sections 4.3 to 4.5), stored or deflated, in the order in which
/// they stand, without going back: so an archive can come from a pipe. Sizes and checksums are those beside each
/// member; of the directory at the end only the start is read.
class ZipReader {
  public:
    /// `archive` begins with a member, or with the directory if there is none.
    explicit ZipReader(std::unique_ptr<ByteStream> archive);
    ~ZipReader();

    /// Skips what is left of the current member, goes to the next one and gives its name; false at the directory.
    /// Throws InputError at an archive that is cut short or damaged, and at members that are encrypted or compressed in
    /// another way.
    bool next(std::string& name);

    /// The bytes of the current member. Its end is only reached if its size and checksum are those that the archive
    /// gives.
    ByteStream& member();

  private:
    class Member;
    std::unique_ptr<Member> member_;
};

}  // namespace eckart::corpora
