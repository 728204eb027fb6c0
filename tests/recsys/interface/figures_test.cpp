#include "recsys/interface/figures.h"

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::recsys;

namespace {

Figures every_type() {
    return {{"yes", true},
            {"count", std::int64_t{7}},
            {"number", 0.1},
            {"whole number", 5.0},
            {"text", std::string("a \"b\"")},
            {"counts", std::vector<std::int64_t>{600, 200}},
            {"numbers", std::vector<double>{1.0, 2.5}},
            {"none", std::vector<double>{}},
            {"object", Figures{{"inner", std::int64_t{1}}}},
            {"objects", std::vector<Figures>{{{"a", 1.5}}, {{"b", false}}}}};
}

constexpr const char* every_type_json =
    R"({"yes":true,"count":7,"number":0.1,"whole number":5.0,"text":"a \"b\"","counts":[600,200],)"
    R"("numbers":[1.0,2.5],"none":[],"object":{"inner":1},"objects":[{"a":1.5},{"b":false}]})";

}  // namespace

TEST_CASE("figures are a JSON object in their order, and come back from it as the same bytes") {
    CHECK(json_of(every_type()) == every_type_json);
    CHECK(json_of(parse_figures(every_type_json)) == every_type_json);
    CHECK(json_of(Figures()) == "{}");
}

TEST_CASE("figures are read by name and type") {
    for (const Figures& figures : {every_type(), parse_figures(every_type_json)}) {
        CHECK(figures.truth("yes"));
        CHECK(figures.count("count") == 7);
        CHECK(figures.number("count") == 7);
        CHECK(figures.number("number") == 0.1);
        CHECK(figures.text("text") == "a \"b\"");
        CHECK(figures.numbers("counts") == std::vector<double>{600, 200});
        CHECK(figures.numbers("numbers") == std::vector<double>{1, 2.5});
        CHECK(figures.numbers("none").empty());
        CHECK(figures.object("object").count("inner") == 1);
        CHECK(figures.objects("objects").size() == 2);
        CHECK(figures.contains("none"));
        CHECK_FALSE(figures.contains("inner"));

        CHECK_THROWS_AS(figures.count("number"), UsageError);
        CHECK_THROWS_AS(figures.truth("count"), UsageError);
        CHECK_THROWS_AS(figures.text("yes"), UsageError);
        CHECK_THROWS_AS(figures.object("objects"), UsageError);
        CHECK_THROWS_WITH_AS(figures.number("lambda"), "no number \"lambda\"", UsageError);
    }
}

TEST_CASE("a number that is not finite is null, which no model takes for a number") {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const Figures figures = {{"loss", none}, {"losses", std::vector<double>{1.5, none}}};

    CHECK(json_of(figures) == R"({"loss":null,"losses":[1.5,null]})");
    CHECK(json_of(parse_figures(json_of(figures))) == json_of(figures));
    CHECK_THROWS_AS(figures.number("loss"), UsageError);
    CHECK_THROWS_AS(figures.numbers("losses"), UsageError);
}

TEST_CASE("a figure that is set again keeps its place") {
    Figures figures = {{"a", std::int64_t{1}}, {"b", std::int64_t{2}}};

    figures.set({"a", 0.5});
    figures.append({{"c", true}, {"b", std::int64_t{3}}});

    CHECK(json_of(figures) == R"({"a":0.5,"b":3,"c":true})");
}

TEST_CASE("text that is no object of figures is refused") {
    for (const char* text : {"", "{", "[]", "7", R"({"a":["x"]})", R"({"a":[[1]]})"}) {
        CAPTURE(text);
        CHECK_THROWS_AS(parse_figures(text), UsageError);
    }
}
