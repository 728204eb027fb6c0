#include "recsys/interface/model_option.h"

#include <doctest/doctest.h>

#include <string>

#include "engine/support/error.h"

using namespace eckart;
using namespace eckart::recsys;

namespace {

const std::vector<ModelOption> options = {count_option("factors", 64, {1, 100000}, "length of the vectors"),
                                          number_option("lambda", 0.55, {1e-9, 2}, "regularization"),
                                          choice_option("sets", "both", {"both", "users", "none"}, "which sets"),
                                          text_option("parts", "ease", "models"),
                                          counts_option("layers", "200", {1, 65536}, "widths"),
                                          numbers_option("weights", "0.5,0.5", {0.1, 10}, "weights")};

OptionValues with(const std::string& name, const std::string& value) {
    return {options, {{name, value}}};
}

std::string refusal(const std::string& name, const std::string& value) {
    try {
        with(name, value);
        return "";
    } catch (const UsageError& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("options that are not given have their defaults, by type") {
    const OptionValues values(options, {});

    CHECK(values.count("factors") == 64);
    CHECK(values.number("lambda") == 0.55);
    CHECK(values.text("sets") == "both");
    CHECK(values.text("parts") == "ease");
    CHECK(values.counts("layers") == std::vector<std::int64_t>{200});
    CHECK(values.numbers("weights") == std::vector<double>{0.5, 0.5});
    CHECK(values.all().at("lambda") == "0.55");
}

TEST_CASE("both ends of a range are values, and lists take any number of them") {
    CHECK(with("factors", "1").count("factors") == 1);
    CHECK(with("factors", "100000").count("factors") == 100000);
    CHECK(with("lambda", "1e-9").number("lambda") == 1e-9);
    CHECK(with("lambda", "2").number("lambda") == 2);
    CHECK(with("layers", "600,200,600").counts("layers") == std::vector<std::int64_t>{600, 200, 600});
    CHECK(with("weights", "1,0.1,10").numbers("weights") == std::vector<double>{1, 0.1, 10});
    CHECK(with("parts", "").text("parts").empty());
}

TEST_CASE("a value of another type or out of range is refused at once, and the message says what is expected") {
    CHECK(refusal("factors", "0") == "--factors: found \"0\", expected a whole number from 1 to 100000");
    CHECK(refusal("factors", "2.5") == "--factors: found \"2.5\", expected a whole number from 1 to 100000");
    CHECK(refusal("lambda", "x") == "--lambda: found \"x\", expected a number from 1e-09 to 2");
    CHECK(refusal("sets", "all") == "--sets: found \"all\", expected both, users or none");
    for (const char* wrong : {"", " 64", "64 ", "1e3", "100001", "-1", "nan"})
        CHECK_FALSE(refusal("factors", wrong).empty());
    for (const char* wrong : {"", "0", "2.1", "nan", "inf", "-1", "1,5"}) CHECK_FALSE(refusal("lambda", wrong).empty());
    for (const char* wrong : {"", "200,", "200,x", ",200", "0", "200,70000", "1.5"}) {
        CAPTURE(wrong);
        CHECK(refusal("layers", wrong).empty() == (std::string(wrong) == "200,"));
    }
    for (const char* wrong : {"", "0.5,11", "0.5;0.5"}) CHECK_FALSE(refusal("weights", wrong).empty());
}

TEST_CASE("an option that the model does not have is refused with those that it has") {
    CHECK(refusal("beta", "1") ==
          "--beta: this model has no such option; it has factors, lambda, sets, parts, layers, weights");
    CHECK_THROWS_AS(OptionValues(options, {}).number("beta"), UsageError);
}
