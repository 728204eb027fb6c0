#include "engine/support/progress.h"

#include <doctest/doctest.h>

#include <string>

using namespace eckart;

TEST_CASE("a report reaches the sink, also through a copy") {
    std::string heard;
    const Progress progress([&](std::string_view phase, std::uint64_t done, std::uint64_t total) {
        heard += std::string(phase) + " " + std::to_string(done) + "/" + std::to_string(total) + ";";
    });
    const Progress copy = progress;

    progress.report("reading", 1, 0);
    copy.report("svd", 2, 3);

    CHECK(heard == "reading 1/0;svd 2/3;");
}

TEST_CASE("a default-made progress is silent and never stops the work") {
    CHECK_NOTHROW(Progress().report("anything", 1, 2));
}

TEST_CASE("a request to stop ends the work at its next report, before the sink hears of it") {
    bool stop = false, heard = false;
    const Progress progress([&](auto, auto, auto) { heard = true; }, [&] { return stop; });
    progress.report("a", 0, 1);
    CHECK(heard);

    stop = true;
    heard = false;

    CHECK_THROWS_AS(progress.report("a", 1, 1), InterruptedError);
    CHECK_FALSE(heard);
}
