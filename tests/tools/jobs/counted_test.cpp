#include "tools/jobs/common/counted.h"

#include <doctest/doctest.h>

#include <limits>

using namespace eckart::jobs;

TEST_CASE("numbers have separators and nouns the right number") {
    CHECK(grouped(0) == "0");
    CHECK(grouped(999) == "999");
    CHECK(grouped(1000) == "1,000");
    CHECK(grouped(-1234567) == "-1,234,567");
    CHECK(grouped(-123) == "-123");
    CHECK(grouped(std::numeric_limits<std::int64_t>::min()) == "-9,223,372,036,854,775,808");
    CHECK(counted(1, "document", "documents") == "1 document");
    CHECK(counted(0, "document", "documents") == "0 documents");
    CHECK(counted(24000, "document", "documents") == "24,000 documents");
}
