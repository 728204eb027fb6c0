#include "engine/matrix/factorized_matrix.h"

#include <doctest/doctest.h>

#include <utility>

#include "engine/metrics/reconstruction.h"
#include "engine/support/error.h"
#include "tests/engine/matrix/random_matrices.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

/// The matrix that an operator stands for.
DenseMatrixF64 formed(const LinearOperator& a) {
    const DenseMatrixF64 unit = DenseMatrixF64::Identity(a.cols(), a.cols());
    DenseMatrixF64 columns(a.rows(), a.cols());
    a.apply(ConstPanelRef<double>(unit), PanelRef<double>(columns));
    return columns;
}

}  // namespace

TEST_CASE("dense and sparse, plain and centered, all stand for the same matrices") {
    const CsrMatrix sparse_x = random_sparse(9, 5, 0.6, 3);
    const Eigen::MatrixXd x = dense(sparse_x);

    for (const bool center : {false, true}) {
        for (const bool is_sparse : {false, true}) {
            CAPTURE(center);
            CAPTURE(is_sparse);
            const FactorizedMatrix matrix =
                is_sparse ? FactorizedMatrix(sparse_x, center) : FactorizedMatrix(DenseMatrix(x.cast<float>()), center);
            const Eigen::MatrixXd wanted = center ? centered(x) : x;
            const double roundoff = 1e-6 * x.norm();

            CHECK(matrix.is_sparse() == is_sparse);
            CHECK(matrix.entries() == (is_sparse ? sparse_x.nonzeros() : 45));
            CHECK((formed(matrix.matrix()) - wanted).norm() <= roundoff);
            CHECK((formed(matrix.centered_matrix()) - centered(x)).norm() <= roundoff);
            CHECK(matrix.matrix().squared_norm() == doctest::Approx(wanted.squaredNorm()));
            CHECK((matrix.squared_column_norms() - wanted.colwise().squaredNorm().transpose()).norm() <= roundoff);
        }
    }
}

TEST_CASE("what a product leaves of it is the same dense and sparse, the shift included") {
    const CsrMatrix sparse_x = random_sparse(12, 6, 0.5, 5);
    const DenseMatrix z = random_panel<float>(12, 2, 7), w = random_panel<float>(2, 6, 8);
    const std::vector<std::int32_t> labels = {0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1};

    for (const bool center : {false, true}) {
        const FactorizedMatrix stored(sparse_x, center), all(DenseMatrix(dense(sparse_x).cast<float>()), center);
        const Eigen::MatrixXd x = center ? centered(dense(sparse_x)) : dense(sparse_x);
        const double wanted = (x - z.cast<double>() * w.cast<double>()).squaredNorm();
        CHECK(reconstruction_error(stored, z, w, stored.shift()) == doctest::Approx(wanted));
        CHECK(reconstruction_error(all, z, w, all.shift()) == doctest::Approx(wanted));
        CHECK((reconstruction_error(stored, labels, w) == doctest::Approx(reconstruction_error(all, labels, w))) ==
              !center);  // a centered sparse matrix is stored as it was
    }
}

TEST_CASE("its bytes are those that were foretold") {
    const CsrMatrix sparse_x = random_sparse(40, 30, 0.2, 1);
    for (const std::variant<DenseMatrix, CsrMatrix>& x :
         {std::variant<DenseMatrix, CsrMatrix>(random_panel<float>(40, 30, 2)),
          std::variant<DenseMatrix, CsrMatrix>(sparse_x)}) {
        CHECK(factorized_matrix_memory(x) >= FactorizedMatrix(x, false).bytes());
    }
}

TEST_CASE("what is subtracted from rows far from the origin costs no digits") {
    DenseMatrix x(2, 1);
    x << 16777216, 16777214;

    subtract_from_rows(Eigen::VectorXd::Constant(1, 16777215), x);

    CHECK(x(0, 0) == 1);
    CHECK(x(1, 0) == -1);
}

TEST_CASE("an offset is a part of the matrix, and leaves it once it is centered") {
    const DenseMatrix r = random_panel<float>(8, 3, 9);
    const Eigen::VectorXd offset = Eigen::Vector3d(5, -2, 0);
    const Eigen::MatrixXd x = r.cast<double>().rowwise() + offset.transpose();
    const DenseMatrix z = random_panel<float>(8, 2, 1), w = random_panel<float>(2, 3, 2);
    const Eigen::VectorXd mean = Eigen::Vector3d(1, 2, 3);

    const FactorizedMatrix plain(r, false, offset), centered_x(r, true, offset);

    CHECK((formed(plain.matrix()) - x).norm() <= 1e-6 * x.norm());
    CHECK(plain.matrix().squared_norm() == doctest::Approx(x.squaredNorm()));
    CHECK((plain.squared_column_norms() - x.colwise().squaredNorm().transpose()).norm() <= 1e-6 * x.squaredNorm());
    const Eigen::MatrixXd product = z.cast<double>() * w.cast<double>();
    CHECK(reconstruction_error(plain, z, w) == doctest::Approx((x - product).squaredNorm()));
    CHECK(reconstruction_error(plain, z, w, mean) ==
          doctest::Approx(((x - product).rowwise() - mean.transpose()).squaredNorm()));
    CHECK((formed(centered_x.matrix()) - centered(x)).norm() <= 1e-6 * x.norm());
    CHECK(centered_x.offset().size() == 0);
    CHECK_THROWS_AS(FactorizedMatrix(random_sparse(8, 3, 0.5, 1), false, offset), UsageError);
    CHECK_THROWS_AS(FactorizedMatrix(r, false, Eigen::Vector2d(1, 1)), UsageError);
}

TEST_CASE("rows far from the origin keep their digits: products of centered rows are right at an offset of 1e9") {
    const DenseMatrix r = random_panel<float>(50, 4, 3);
    const FactorizedMatrix far(r, false, Eigen::VectorXd::Constant(4, 1e9));
    const Eigen::MatrixXd wanted = centered(r.cast<double>());

    CHECK((formed(far.centered_matrix()) - wanted).norm() <= 1e-6 * wanted.norm());
    CHECK(far.centered_matrix().squared_norm() == doctest::Approx(wanted.squaredNorm()).epsilon(1e-6));
}

TEST_CASE("a matrix that is moved stands for what it did") {
    FactorizedMatrix first(random_sparse(9, 5, 0.6, 3), true);
    const DenseMatrixF64 before = formed(first.matrix());

    const FactorizedMatrix second = std::move(first);

    CHECK(formed(second.matrix()) == before);
}
