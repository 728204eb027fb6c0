#include "engine/support/memory_budget.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"

using namespace eckart;

TEST_CASE("a budget allows what fits, and 0 allows everything") {
    CHECK_NOTHROW(MemoryBudget{100}.require(100, "work"));
    CHECK_NOTHROW(MemoryBudget{}.require(~std::uint64_t{0}, "work"));
}

TEST_CASE("a budget that is too small is refused with both numbers") {
    CHECK_THROWS_WITH_AS(
        MemoryBudget{512'000'000}.require(1'500'000'000, "the panel"),
        "the panel needs 1.5 GB, more than the 512 MB allowed; raise --memory or choose a smaller problem",
        MemoryError);
}

TEST_CASE("bytes are written with three digits at most") {
    CHECK(readable_bytes(0) == "0 bytes");
    CHECK(readable_bytes(999) == "999 bytes");
    CHECK(readable_bytes(1000) == "1.0 kB");
    CHECK(readable_bytes(9949) == "9.9 kB");
    CHECK(readable_bytes(9950) == "10 kB");
    CHECK(readable_bytes(999'499) == "999 kB");
    CHECK(readable_bytes(999'500) == "1.0 MB");
    CHECK(readable_bytes(1'500'000'000) == "1.5 GB");
    CHECK(readable_bytes(~std::uint64_t{0}) == "18 EB");
}

TEST_CASE("amounts of memory are read in powers of 1000 and of 1024") {
    CHECK(parse_bytes("100000") == 100000);
    CHECK(parse_bytes("100B") == 100);
    CHECK(parse_bytes("2G") == 2'000'000'000);
    CHECK(parse_bytes("512m") == 512'000'000);
    CHECK(parse_bytes("1.5GB") == 1'500'000'000);
    CHECK(parse_bytes("2Ki") == 2048);
    CHECK(parse_bytes("1GiB") == std::uint64_t{1} << 30);
    CHECK(parse_bytes("1T") == 1'000'000'000'000);
    CHECK(parse_bytes("0") == 0);
}

TEST_CASE("what is no amount of memory is refused") {
    for (const char* text : {"", "G", "-1", "nan", "inf", "1X", "1GG", "1 G", "1e30", "12Mb!", "1e17T"}) {
        CHECK_THROWS_AS(parse_bytes(text), UsageError);
    }
}

TEST_CASE("the machine's memory and this process's are told") {
    CHECK(available_memory() > 0);
    CHECK(peak_memory() > 100'000);
}
