#include "recsys/models/default_model.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/recsys/models/small_ratings.h"

using namespace eckart;
using namespace eckart::recsys;
using namespace eckart::recsys::testing;

TEST_CASE("the default model follows from whether ratings differ, and from the number of items") {
    CsrMatrix same = small_ratings();
    const auto name_for = [](const CsrView& ratings) { return default_model(ratings).kind->name; };

    CHECK(name_for(same) == "als");
    std::fill(same.values.begin(), same.values.end(), 1.0F);
    CHECK(name_for(same) == "ease");
    same.cols = 20'001;
    CHECK(name_for(same) == "implicit-als");
    CHECK(default_model(same).reason == "since the ratings only say who had what, of more than 20000 items");
}
