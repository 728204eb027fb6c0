#pragma once

#include <cstdint>
#include <functional>

namespace eckart {

/// Number of threads that parallel loops of this thread use: the innermost ThreadLimit, or what the machine has.
int thread_count();

/// Bounds, while it lives, the parallel loops that the current thread starts. Results never depend on it.
class ThreadLimit {
  public:
    /// `threads` >= 1, or 0 for what the machine has.
    explicit ThreadLimit(int threads);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

  private:
    int previous_;
};

/// Calls `body(i)` once for every i in [0, count), on up to thread_count() threads in no fixed order, and returns when
/// all are done. So that results are the same bytes for any number of threads, `count` must follow from the size of
/// the work and never from the number of threads, and bodies must write to places of their own.
///
/// A loop started from inside a body runs on the thread that starts it. The first exception that a body throws is
/// rethrown here after all running bodies have ended; bodies not yet begun are skipped.
void parallel_for(std::int64_t count, const std::function<void(std::int64_t)>& body);

/// Half-open range of rows, columns or elements.
struct Range {
    std::int64_t begin;
    std::int64_t end;
};

/// Splits [0, size) in blocks of `block` elements (the last may be shorter) and calls `body(range)` for each, in
/// parallel.
void parallel_blocks(std::int64_t size, std::int64_t block, const std::function<void(Range)>& body);

}  // namespace eckart
