#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "corpora/bytes/byte_stream.h"

namespace eckart::corpora {

/// A stream whose first bytes can be looked at before it is read.
class PeekedStream : public ByteStream {
  public:
    /// Holds `head_bytes` of `stream`, or all of it if it is shorter.
    PeekedStream(std::unique_ptr<ByteStream> stream, std::size_t head_bytes) : stream_(std::move(stream)) {
        head_.resize(head_bytes);
        std::size_t size = 0;
        while (size < head_.size()) {
            const std::size_t count = stream_->read(std::span(head_).subspan(size));
            if (count == 0) break;
            size += count;
        }
        head_.resize(size);
    }

    std::string_view head() const { return head_; }

    std::size_t read(std::span<char> buffer) override {
        if (done_ == head_.size()) return stream_->read(buffer);
        const std::size_t count = std::string_view(head_).substr(done_).copy(buffer.data(), buffer.size());
        done_ += count;
        return count;
    }
    const std::string& name() const override { return stream_->name(); }
    double fraction_done() const override { return stream_->fraction_done(); }

  private:
    std::unique_ptr<ByteStream> stream_;
    std::string head_;
    std::size_t done_ = 0;  ///< bytes of head_ that were read
};

}  // namespace eckart::corpora
