#include "engine/support/error.h"

#include <doctest/doctest.h>

using namespace eckart;

TEST_CASE("each kind of error has the exit code of its kind and is caught as the family") {
    const auto code_of = [](auto&& error) {
        try {
            throw error;
        } catch (const Error& caught) {
            return caught.exit_code();
        }
    };

    CHECK(code_of(UsageError("x")) == 2);
    CHECK(code_of(InputError("x")) == 3);
    CHECK(code_of(UnknownIdError("x")) == 4);
    CHECK(code_of(DamagedError("x")) == 5);
    CHECK(code_of(MemoryError("x")) == 6);
    CHECK(code_of(InterruptedError()) == 130);
}

TEST_CASE("an input error names file and line as compilers do") {
    CHECK(std::string(InputError("a.tsv", 12, "found 2 fields, expected 4").what()) ==
          "a.tsv:12: found 2 fields, expected 4");
}
