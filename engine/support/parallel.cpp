#include "engine/support/parallel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace eckart {
namespace {

thread_local int current_limit = 0;
thread_local bool inside_loop = false;

int hardware_threads() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// One call of parallel_for: the threads that take part share it and take indices from `next`.
struct Loop {
    const std::function<void(std::int64_t)>* body;
    std::int64_t count;
    std::atomic<std::int64_t> next{0};
    std::atomic<bool> failed{false};
    std::mutex error_mutex;
    std::exception_ptr error;

    void run() {
        const bool outer = inside_loop;
        inside_loop = true;
        for (std::int64_t i; !failed.load(std::memory_order_relaxed) && (i = next.fetch_add(1)) < count;) {
            try {
                (*body)(i);
            } catch (...) {
                std::lock_guard lock(error_mutex);
                if (!error) error = std::current_exception();
                failed = true;
            }
        }
        inside_loop = outer;
    }
};

/// Threads that sleep until a loop wants them. Invariant: `wanted_` workers have still to enter `loop_`, `active_` are
/// in it; the thread that posted the loop leaves only when both are zero, so a worker never sees a dead loop.
class Pool {
  public:
    static Pool& shared() {
        static Pool pool;
        return pool;
    }

    ~Pool() {
        {
            std::lock_guard lock(mutex_);
            stopping_ = true;
        }
        wake_.notify_all();
        for (auto& worker : workers_) worker.join();
    }

    /// Runs `loop` on this thread and on up to `helpers` workers.
    void run(Loop& loop, int helpers) {
        std::unique_lock posting(posting_mutex_, std::try_to_lock);
        if (!posting.owns_lock() || helpers < 1) {  // another thread's loop holds the workers: do not wait for them
            loop.run();
            return;
        }
        {
            std::lock_guard lock(mutex_);
            while (static_cast<int>(workers_.size()) < helpers) workers_.emplace_back([this] { work(); });
            loop_ = &loop;
            wanted_ = helpers;
        }
        wake_.notify_all();
        loop.run();
        std::unique_lock lock(mutex_);
        wanted_ = 0;  // workers that have not woken by now are not needed
        done_.wait(lock, [this] { return active_ == 0; });
        loop_ = nullptr;
    }

  private:
    void work() {
        std::unique_lock lock(mutex_);
        while (true) {
            wake_.wait(lock, [this] { return stopping_ || wanted_ > 0; });
            if (stopping_) return;
            --wanted_;
            ++active_;
            Loop* loop = loop_;
            lock.unlock();
            loop->run();
            lock.lock();
            if (--active_ == 0) done_.notify_all();
        }
    }

    std::mutex posting_mutex_;
    std::mutex mutex_;
    std::condition_variable wake_;
    std::condition_variable done_;
    std::vector<std::thread> workers_;
    Loop* loop_ = nullptr;
    int wanted_ = 0;
    int active_ = 0;
    bool stopping_ = false;
};

}  // namespace

int thread_count() {
    return current_limit > 0 ? current_limit : hardware_threads();
}

ThreadLimit::ThreadLimit(int threads) : previous_(current_limit) {
    current_limit = threads;
}

ThreadLimit::~ThreadLimit() {
    current_limit = previous_;
}

void parallel_for(std::int64_t count, const std::function<void(std::int64_t)>& body) {
    if (count <= 0) return;
    Loop loop{.body = &body, .count = count, .error_mutex = {}, .error = {}};
    const int threads = static_cast<int>(std::min<std::int64_t>(thread_count(), count));
    if (threads == 1 || inside_loop) {
        loop.run();
    } else {
        Pool::shared().run(loop, threads - 1);
    }
    if (loop.error) std::rethrow_exception(loop.error);
}

void parallel_blocks(std::int64_t size, std::int64_t block, const std::function<void(Range)>& body) {
    parallel_for((size + block - 1) / block, [&](std::int64_t i) {
        body({i * block, std::min(size, (i + 1) * block)});
    });
}

}  // namespace eckart
