#include "text/store/weighted_matrix.h"

#include <doctest/doctest.h>

#include "engine/matrix/products.h"
#include "tests/text/small_index.h"

using namespace eckart;
using namespace eckart::text;
using namespace eckart::text::testing;

TEST_CASE("the weighted matrix of an index times its term vectors are its document vectors") {
    for (const std::string weighting : {"log-entropy", "tf-idf:ltn", "bm25"}) {
        CAPTURE(weighting);
        const SmallIndex made(random_documents(40, 3), plain("8", weighting));
        const OpenFiles open(made.path());
        const LatentView latent = open.files.latent();

        const WeightedMatrix x = weighted_matrix(made.path());
        validate(x.matrix);
        DenseMatrix vectors(x.matrix.rows, latent.term_vectors.cols());
        multiply(x.matrix, latent.term_vectors, vectors);

        CHECK((vectors - latent.document_vectors).norm() <= 1e-5 * vectors.norm());
        REQUIRE(x.terms.size() == static_cast<std::size_t>(x.matrix.cols));
        for (std::size_t column = 0; column < x.terms.size(); ++column) {
            const auto term = static_cast<std::size_t>(open.vocabulary.find(x.terms[column]).value());
            CHECK(latent.latent_rows[term] == static_cast<std::int32_t>(column));
        }
    }
}
