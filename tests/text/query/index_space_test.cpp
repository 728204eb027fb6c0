#include "text/query/index_space.h"

#include <doctest/doctest.h>

#include "engine/support/error.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

namespace {

const std::vector<SourceDocument> five_documents = {
    {"a", "Engines", "The engine computes, and computers compute with the engines of a car."},
    {"b", "", "Computing engines and cars; a computer in the car computed the engine."},
    {"c", "Gardens", "Roses and bees in the garden, gardens with roses and a bee."},
    {"d", "", "The garden has bees, the bees have roses, computers have none."},
    {"e", "", "!?"}};

IndexOptions english() {
    IndexOptions options = plain("3");
    options.language = "en";
    return options;
}

}  // namespace

TEST_CASE("a document of the index folded in gets its own row again, another one the row of the words it has") {
    const SmallIndex small(five_documents, english());
    const IndexSpace space = IndexSpace::open(small.path());

    const DenseMatrix again = space.folded(five_documents);
    const ConstMatrixMap own = space.document_vectors();

    REQUIRE(again.rows() == own.rows());
    CHECK((again - own).norm() <= 1e-5F * own.norm());
    CHECK(again.row(4).isZero());
    const std::vector<SourceDocument> fresh = {{"x", "", "roses for bees"}, {"y", "", "unheard of"}};
    const DenseMatrix rows = space.folded(fresh);
    CHECK(rows.row(0).dot(own.row(2)) > rows.row(0).dot(own.row(0)));
    CHECK(rows.row(1).isZero());
    CHECK(space.folded({}).rows() == 0);
}

TEST_CASE("a term has the row of V S that the SVD gave it, and its name") {
    const SmallIndex small(five_documents, english());
    const IndexSpace space = IndexSpace::open(small.path());
    const OpenFiles open(small.path());

    const DenseMatrix vectors = space.term_vectors();

    REQUIRE(vectors.rows() == open.files.latent().term_vectors.rows());
    for (Eigen::Index column = 0; column < vectors.cols(); ++column) {
        // V is orthonormal, so that the columns of V S are as long as the singular values.
        CHECK(static_cast<double>(vectors.col(column).norm()) ==
              doctest::Approx(open.files.singular_values()[static_cast<std::size_t>(column)]).epsilon(1e-4));
    }
    std::vector<std::string> names;
    for (std::int64_t row = 0; row < vectors.rows(); ++row) names.emplace_back(space.latent_term(row));
    CHECK(std::find(names.begin(), names.end(), "comput") != names.end());
    CHECK(std::is_sorted(names.begin(), names.end()));
}

TEST_CASE("a stem is spelled as most of the given documents spell it, in small letters") {
    const SmallIndex small(five_documents, english());
    const IndexSpace space = IndexSpace::open(small.path());
    std::int64_t term = 0;
    while (space.term(term) != "garden") ++term;

    CHECK(space.readable(term, std::vector<std::int32_t>{3}) == "garden");
    CHECK(space.readable(term, std::vector<std::int32_t>{2}) == "gardens");
    CHECK(space.readable(term, std::vector<std::int32_t>{0}) == "garden");
    CHECK(space.readable(term, {}) == "garden");
}

TEST_CASE("an index without a latent space has no vectors, and says so") {
    const SmallIndex small({{"a", "", "engine"}}, english());

    CHECK_THROWS_AS((void)IndexSpace::open(small.path()), UsageError);
    CHECK_THROWS_AS((void)IndexSpace::open(small.path() + "/absent"), InputError);
}

TEST_CASE("the fingerprint tells spaces apart and is that of the same documents made again") {
    const SmallIndex one(five_documents, english()), again(five_documents, english()),
        other(five_documents, plain("2"));

    CHECK(IndexSpace::open(one.path()).fingerprint() == IndexSpace::open(again.path()).fingerprint());
    CHECK(IndexSpace::open(one.path()).fingerprint() != IndexSpace::open(other.path()).fingerprint());
}
