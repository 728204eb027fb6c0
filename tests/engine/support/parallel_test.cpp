#include "engine/support/parallel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace eckart;

TEST_CASE("a loop calls its body once for every index, for any number of threads") {
    for (const int threads : {1, 2, 3, 8}) {
        const ThreadLimit limit(threads);
        std::vector<std::atomic<int>> calls(10000);

        parallel_for(10000, [&](std::int64_t i) { ++calls[static_cast<std::size_t>(i)]; });

        bool once = true;
        for (const auto& count : calls) once = once && count == 1;
        CHECK(once);
    }
}

TEST_CASE("a loop over nothing calls nothing") {
    parallel_for(0, [](std::int64_t) { throw std::logic_error("called"); });
    parallel_for(-5, [](std::int64_t) { throw std::logic_error("called"); });
    parallel_blocks(0, 10, [](Range) { throw std::logic_error("called"); });
}

TEST_CASE("blocks cover the range in pieces that do not depend on the threads") {
    const auto blocks = [](int threads) {
        const ThreadLimit limit(threads);
        std::mutex mutex;
        std::set<std::pair<std::int64_t, std::int64_t>> seen;
        parallel_blocks(25, 10, [&](Range range) {
            const std::lock_guard lock(mutex);
            seen.insert({range.begin, range.end});
        });
        return seen;
    };

    CHECK(blocks(1) == std::set<std::pair<std::int64_t, std::int64_t>>{{0, 10}, {10, 20}, {20, 25}});
    CHECK(blocks(4) == blocks(1));
}

TEST_CASE("an exception of a body reaches the caller, and later loops run") {
    for (const int threads : {1, 4}) {
        const ThreadLimit limit(threads);
        const auto failing = [](std::int64_t i) {
            if (i == 37) throw std::runtime_error("body 37");
        };
        CHECK_THROWS_WITH_AS(parallel_for(1000, failing), "body 37", std::runtime_error);

        std::atomic<int> calls = 0;
        parallel_for(100, [&](std::int64_t) { ++calls; });
        CHECK(calls == 100);
    }
}

TEST_CASE("a loop inside a body runs on the thread of the body") {
    const ThreadLimit limit(4);
    std::atomic<int> strangers = 0, calls = 0;

    parallel_for(8, [&](std::int64_t) {
        const auto outer = std::this_thread::get_id();
        parallel_for(8, [&](std::int64_t) {
            strangers += std::this_thread::get_id() != outer;
            ++calls;
        });
    });

    CHECK(strangers == 0);
    CHECK(calls == 64);
}

TEST_CASE("a limit of one keeps the work on the calling thread") {
    const ThreadLimit limit(1);
    const auto caller = std::this_thread::get_id();
    std::atomic<int> strangers = 0;

    parallel_for(100, [&](std::int64_t) { strangers += std::this_thread::get_id() != caller; });

    CHECK(strangers == 0);
}

TEST_CASE("limits nest and end with their scope") {
    const int machine = thread_count();
    CHECK(machine >= 1);
    {
        const ThreadLimit outer(3);
        CHECK(thread_count() == 3);
        {
            const ThreadLimit inner(1);
            CHECK(thread_count() == 1);
        }
        CHECK(thread_count() == 3);
        const ThreadLimit none(0);
        CHECK(thread_count() == machine);
    }
    CHECK(thread_count() == machine);
}

TEST_CASE("several threads may run loops at the same time") {
    std::atomic<int> calls = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            const ThreadLimit limit(2);
            for (int loop = 0; loop < 50; ++loop) parallel_for(20, [&](std::int64_t) { ++calls; });
        });
    }
    for (auto& thread : threads) thread.join();

    CHECK(calls == 4 * 50 * 20);
}
