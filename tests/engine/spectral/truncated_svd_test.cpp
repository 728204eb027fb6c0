#include "engine/spectral/truncated_svd.h"

#include <doctest/doctest.h>

#include <limits>

#include "engine/matrix/random_matrices.h"
#include "engine/support/error.h"
#include "tests/dense_oracle.h"

using namespace eckart;
using namespace eckart::testing;

namespace {

constexpr SvdSolver solvers[] = {SvdSolver::dense, SvdSolver::spectra, SvdSolver::block_krylov};

Eigen::VectorXd oracle_values(const CsrView& a) {
    return oracle_singular_values(dense(a));
}

/// What defines a truncated SVD, in float64 from the matrix itself: residuals, orthonormality, order, signs, and that
/// the singular values are the largest ones. U and V are float32, so each check allows `tolerance` + 1e-5.
void check_svd(const CsrView& a, const TruncatedSvd& svd, double tolerance) {
    const Eigen::MatrixXd full = dense(a), u = svd.u.cast<double>(), v = svd.v.cast<double>();
    const Eigen::VectorXd& s = svd.singular_values;
    const Eigen::Index k = svd.rank();
    const double allowed = tolerance + 1e-5, s1 = s(0);
    REQUIRE(k >= 1);
    CHECK(svd.certificate.converged);
    CHECK((full * v - u * s.asDiagonal()).colwise().norm().maxCoeff() <= allowed * s1);
    CHECK((full.transpose() * u - v * s.asDiagonal()).colwise().norm().maxCoeff() <= allowed * s1);
    CHECK((u.transpose() * u - Eigen::MatrixXd::Identity(k, k)).cwiseAbs().maxCoeff() <= 2e-5);
    CHECK((v.transpose() * v - Eigen::MatrixXd::Identity(k, k)).cwiseAbs().maxCoeff() <= 2e-5);
    for (Eigen::Index j = 1; j < k; ++j) CHECK(s(j) <= s(j - 1));
    CHECK((s - oracle_values(a).head(k)).cwiseAbs().maxCoeff() <= allowed * s1);
    CHECK(svd.certificate.max_right_residual <= tolerance);
    CHECK(svd.certificate.max_left_residual <= tolerance);
    for (Eigen::Index j = 0; j < k; ++j) {
        Eigen::Index largest = 0;
        svd.v.col(j).cwiseAbs().maxCoeff(&largest);
        CHECK(svd.v(largest, j) > 0);
    }
}

/// A of known singular values: U diag(s) V' with random orthonormal U and V.
CsrMatrix with_singular_values(Eigen::Index rows, Eigen::Index cols, const Eigen::VectorXd& s, std::uint64_t seed) {
    return sparse(random_orthonormal(rows, s.size(), seed) * s.asDiagonal() *
                  random_orthonormal(cols, s.size(), seed + 1).transpose());
}

CsrMatrix diagonal(const Eigen::VectorXd& values) {
    std::vector<Entry> entries;
    for (Eigen::Index i = 0; i < values.size(); ++i) entries.push_back({i, i, static_cast<float>(values(i))});
    return csr_from_entries(values.size(), values.size(), std::move(entries));
}

bool same(const TruncatedSvd& a, const TruncatedSvd& b) {
    return same_bytes(a.u, b.u) && same_bytes(a.v, b.v) && same_bytes(a.singular_values, b.singular_values) &&
           same_bytes(a.certificate.right_residuals, b.certificate.right_residuals) &&
           a.certificate.max_left_residual == b.certificate.max_left_residual && a.note == b.note;
}

}  // namespace

TEST_CASE("a diagonal matrix has its entries as singular values and unit vectors") {
    const CsrMatrix a = diagonal(Eigen::Vector3d(2, -5, 3));

    const TruncatedSvd svd = truncated_svd(a, {.rank = 2, .tolerance = 1e-6});

    CHECK(svd.singular_values.isApprox(Eigen::Vector2d(5, 3), 1e-12));
    DenseMatrix v(3, 2), u(3, 2);
    v << 0, 0, 1, 0, 0, 1;
    u << 0, 0, -1, 0, 0, 1;
    CHECK(svd.v.isApprox(v, 1e-6F));
    CHECK(svd.u.isApprox(u, 1e-6F));
}

TEST_CASE("a matrix of ones has one triplet, whatever the rank asked for") {
    const CsrMatrix a = sparse(Eigen::MatrixXd::Ones(4, 9));

    const TruncatedSvd svd = truncated_svd(a, {.rank = 3});

    REQUIRE(svd.rank() == 1);
    CHECK(svd.singular_values(0) == doctest::Approx(6));
    CHECK(svd.certificate.energy == doctest::Approx(1));
    CHECK(svd.v.isApprox(DenseMatrix::Constant(9, 1, 1.0F / 3), 1e-6F));
}

TEST_CASE("every solver satisfies the equations and agrees with a dense SVD") {
    const CsrMatrix wide = random_sparse(400, 700, 0.03, 1), tall = transposed(wide);
    for (SvdSolver solver : solvers) {
        for (double tolerance : {1e-2, 1e-5, 1e-6, 1e-9}) {
            CAPTURE(name(solver));
            CAPTURE(tolerance);
            for (const CsrMatrix& a : {wide, tall}) {
                const TruncatedSvd svd = truncated_svd(a, {.rank = 12, .solver = solver, .tolerance = tolerance});

                CHECK(svd.rank() == 12);
                CHECK(svd.solver == solver);
                check_svd(a, svd, tolerance);
            }
        }
    }
}

TEST_CASE("awkward matrices are solved by every solver") {
    const Eigen::Index n = 500;
    const Eigen::VectorXd column = random_panel<double>(n, 1, 2), row = random_panel<double>(600, 1, 3);
    Eigen::MatrixXd full = random_panel<double>(n, 600, 4);
    Eigen::Index expected_rank = 9;
    const auto check_all = [&](const CsrMatrix& a) {
        for (SvdSolver solver : solvers) {
            CAPTURE(name(solver));
            const TruncatedSvd svd = truncated_svd(a, {.rank = 9, .solver = solver, .tolerance = 1e-5});

            CHECK(svd.rank() == expected_rank);
            check_svd(a, svd, 1e-5);
        }
    };

    SUBCASE("rank one") {
        expected_rank = 1;
        check_all(sparse(column * row.transpose()));
    }
    SUBCASE("rank two, nearly one") {
        expected_rank = 2;
        check_all(with_singular_values(n, 600, Eigen::Vector2d(1, 1e-3), 5));
    }
    SUBCASE("rank below k") {
        expected_rank = 5;
        check_all(with_singular_values(n, 600, Eigen::VectorXd::LinSpaced(5, 5, 1), 5));
    }
    SUBCASE("all equal") {
        expected_rank = 1;
        check_all(sparse(Eigen::MatrixXd::Constant(n, 600, 0.25)));
    }
    SUBCASE("identical rows but one") {
        expected_rank = 2;
        Eigen::MatrixXd twins = Eigen::VectorXd::Ones(n) * row.transpose();
        twins.row(17).reverseInPlace();
        check_all(sparse(twins));
    }
    SUBCASE("empty rows and zero columns") {
        full.topRows(100).setZero();
        full.middleCols(50, 200).setZero();
        check_all(sparse(full));
    }
    SUBCASE("one column") {
        expected_rank = 1;
        check_all(sparse(column));
    }
    SUBCASE("one row") {
        expected_rank = 1;
        check_all(sparse(row.transpose()));
    }
    SUBCASE("the identity, whose values all repeat") {
        check_all(diagonal(Eigen::VectorXd::Ones(n)));
    }
    SUBCASE("values far from one: large") {
        check_all(sparse(1e15 * full));
    }
    SUBCASE("values far from one: small") {
        check_all(sparse(1e-15 * full));
    }
}

TEST_CASE("a value that repeats more often than a block is wide is found as often as it is there") {
    Eigen::VectorXd values = Eigen::VectorXd::LinSpaced(600, 2, 0.1);
    values.head(70).setConstant(5);

    const TruncatedSvd svd =
        truncated_svd(diagonal(values), {.rank = 60, .solver = SvdSolver::block_krylov, .tolerance = 1e-5});

    REQUIRE(svd.rank() == 60);
    CHECK(svd.certificate.converged);
    CHECK((svd.singular_values.array() - 5).abs().maxCoeff() <= 1e-4);
}

TEST_CASE("the identity has as many triplets as asked for, more than a block holds") {
    const TruncatedSvd svd = truncated_svd(diagonal(Eigen::VectorXd::Ones(900)),
                                           {.rank = 100, .solver = SvdSolver::block_krylov, .tolerance = 1e-5});

    CHECK(svd.rank() == 100);
    CHECK(svd.certificate.converged);
}

TEST_CASE("thousands of identical documents have one triplet") {
    const CsrMatrix line = random_sparse(1, 3000, 0.02, 6);
    CsrMatrix a{.rows = 20'000, .cols = line.cols, .column_indices = {}, .values = {}};
    for (std::int64_t row = 0; row < a.rows; ++row) {
        a.column_indices.insert(a.column_indices.end(), line.column_indices.begin(), line.column_indices.end());
        a.values.insert(a.values.end(), line.values.begin(), line.values.end());
        a.row_offsets.push_back(a.nonzeros());
    }

    const TruncatedSvd svd = truncated_svd(a, {.rank = 200});

    REQUIRE(svd.rank() == 1);
    CHECK(svd.certificate.converged);
    CHECK(svd.singular_values(0) == doctest::Approx(std::sqrt(squared_norm(a))));
}

TEST_CASE("singular values over six decades keep orthonormal vectors") {
    Eigen::VectorXd s(40);
    for (Eigen::Index i = 0; i < 40; ++i) s(i) = std::pow(10.0, -6.0 * static_cast<double>(i) / 39);
    const CsrMatrix a = with_singular_values(500, 450, s, 8);
    for (SvdSolver solver : solvers) {
        CAPTURE(name(solver));
        check_svd(a, truncated_svd(a, {.rank = 30, .solver = solver, .tolerance = 1e-5}), 1e-5);
    }
}

TEST_CASE("the rank may be the whole smaller side") {
    const CsrMatrix a = random_sparse(90, 130, 0.2, 9);
    for (SvdSolver solver : solvers) {
        CAPTURE(name(solver));
        const TruncatedSvd svd = truncated_svd(a, {.rank = 1000, .solver = solver, .tolerance = 1e-5});

        CHECK(svd.rank() <= 90);
        CHECK(svd.rank() >= 85);
        check_svd(a, svd, 1e-5);
    }
}

TEST_CASE("where Spectra is silently wrong, for rank one, the answer is right and the note says what was done") {
    int told = 0;
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        const Eigen::Index n = 20 + 7 * static_cast<Eigen::Index>(seed);
        const CsrMatrix a =
            sparse(random_panel<double>(n, 1, seed) * random_panel<double>(n + 30, 1, seed + 1).transpose());

        const TruncatedSvd svd = truncated_svd(a, {.rank = 2, .solver = SvdSolver::spectra, .tolerance = 1e-5});

        check_svd(a, svd, 1e-5);
        CHECK(svd.rank() == 1);
        if (svd.solver != SvdSolver::spectra) {
            CHECK_FALSE(svd.note.empty());
            ++told;
        }
    }
    CHECK(told > 0);
}

TEST_CASE("a small budget makes block-krylov restart, and it still converges") {
    const CsrMatrix a = random_sparse(1200, 1300, 0.02, 10);
    SvdOptions options{.rank = 10, .solver = SvdSolver::block_krylov, .tolerance = 1e-5, .block_size = 16};
    options.memory.bytes = 1;
    const std::uint64_t least = svd_memory(a.rows, a.cols, options);
    options.memory.bytes = least;

    const TruncatedSvd svd = truncated_svd(a, options);

    check_svd(a, svd, 1e-5);
    CHECK(svd.gram_products > 10 + 6 * 16);  // more columns than the basis may hold
    options.memory.bytes = least - 1;
    CHECK_THROWS_AS(truncated_svd(a, options), MemoryError);
}

TEST_CASE("a bound on products ends the search with an honest certificate") {
    const CsrMatrix a = random_sparse(900, 1000, 0.02, 11);
    for (SvdSolver solver : {SvdSolver::spectra, SvdSolver::block_krylov}) {
        for (double tolerance : {1e-3, 1e-5, 1e-6, 1e-9}) {
            CAPTURE(name(solver));
            CAPTURE(tolerance);
            const TruncatedSvd svd =
                truncated_svd(a, {.rank = 40, .solver = solver, .tolerance = tolerance, .max_products = 64});

            CHECK_FALSE(svd.certificate.converged);
            CHECK_FALSE(svd.note.empty());
            CHECK(svd.gram_products <= 64 + 64);
            CHECK(svd.u.allFinite());
            CHECK(svd.v.allFinite());
        }
    }
}

TEST_CASE("the same bytes for 1, 2 and 4 threads, by every solver") {
    const CsrMatrix a = random_sparse(3000, 2500, 0.004, 12);
    for (SvdSolver solver : solvers) {
        if (solver == SvdSolver::dense) continue;
        CAPTURE(name(solver));
        const auto with = [&](int threads) {
            const ThreadLimit limit(threads);
            return truncated_svd(a, {.rank = 10, .solver = solver, .tolerance = 1e-3});
        };

        const TruncatedSvd one = with(1);

        CHECK(same(with(2), one));
        CHECK(same(with(4), one));
    }
    const CsrMatrix small = random_sparse(300, 2500, 0.02, 12);
    const auto with = [&](int threads) {
        const ThreadLimit limit(threads);
        return truncated_svd(small, {.rank = 10, .solver = SvdSolver::dense});
    };
    CHECK(same(with(2), with(1)));
    CHECK(same(with(4), with(1)));
}

TEST_CASE("the solvers agree with each other within the tolerance") {
    const CsrMatrix a = with_singular_values(500, 600, Eigen::VectorXd::LinSpaced(60, 9, 1), 13);
    const auto by = [&](SvdSolver solver) {
        return truncated_svd(a, {.rank = 20, .solver = solver, .tolerance = 1e-6});
    };

    const TruncatedSvd lanczos = by(SvdSolver::spectra), krylov = by(SvdSolver::block_krylov);

    CHECK((lanczos.singular_values - krylov.singular_values).cwiseAbs().maxCoeff() <= 1e-6 * 9);
    // a vector turns by the residual over the gap to its neighbors, which is 8 / 59 here
    CHECK((lanczos.v - krylov.v).colwise().norm().maxCoeff() <= 4 * 1e-6 * 9 / (8.0 / 59) + 1e-5);
}

TEST_CASE("an interrupt ends the search and leaves nothing broken") {
    const CsrMatrix a = random_sparse(900, 1000, 0.02, 14);
    for (SvdSolver solver : solvers) {
        int reports = 0;
        const Progress impatient({}, [&] { return ++reports > 1; });

        CHECK_THROWS_AS(truncated_svd(a, {.rank = 10, .solver = solver}, impatient), InterruptedError);
        CHECK(truncated_svd(a, {.rank = 10, .solver = solver}).certificate.converged);
    }
}

TEST_CASE("what cannot be factorized is refused") {
    const CsrMatrix a = random_sparse(20, 30, 0.3, 15);
    CsrMatrix bad = a;

    CHECK_THROWS_AS(truncated_svd(csr_from_entries(5, 5, {})), UsageError);
    CHECK_THROWS_AS(truncated_svd(csr_from_entries(0, 5, {})), UsageError);
    CHECK_THROWS_AS(truncated_svd(csr_from_entries(5, 0, {})), UsageError);
    CHECK_THROWS_AS(truncated_svd(csr_from_entries(5, 5, {{1, 1, 0.0F}})), UsageError);
    for (float value : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        bad.values[3] = value;
        CHECK_THROWS_AS(truncated_svd(bad), UsageError);
    }
}

TEST_CASE("options out of range are refused") {
    const CsrMatrix a = random_sparse(20, 30, 0.3, 15);
    const double nan = std::numeric_limits<double>::quiet_NaN();

    CHECK_THROWS_AS(truncated_svd(a, {.rank = 0}), UsageError);
    CHECK_THROWS_AS(truncated_svd(a, {.tolerance = 0}), UsageError);
    CHECK_THROWS_AS(truncated_svd(a, {.tolerance = 1}), UsageError);
    CHECK_THROWS_AS(truncated_svd(a, {.tolerance = nan}), UsageError);
    CHECK_THROWS_AS(truncated_svd(a, {.block_size = 24}), UsageError);
    CHECK_THROWS_AS(truncated_svd(a, {.block_size = -16}), UsageError);
    CHECK_THROWS_AS(truncated_svd(a, {.max_products = -1}), UsageError);
}

TEST_CASE("solvers have names that are read back") {
    for (SvdSolver solver : {SvdSolver::automatic, SvdSolver::dense, SvdSolver::spectra, SvdSolver::block_krylov}) {
        CHECK(parse_svd_solver(name(solver)) == solver);
    }
    CHECK(parse_svd_solver("auto") == SvdSolver::automatic);
    CHECK_THROWS_AS(parse_svd_solver("lapack"), UsageError);
}

TEST_CASE("a centered operator is factorized as its explicitly centered matrix") {
    const CsrMatrix a = random_sparse(400, 350, 0.1, 16), at = transposed(a);
    const Eigen::MatrixXd full = dense(a), centered = full.rowwise() - full.colwise().mean();
    const SparseOperator op(a, at);
    const CenteredScaledOperator centered_op(op, full.colwise().mean().transpose(), {}, {}, centered.squaredNorm());

    const TruncatedSvd svd =
        truncated_svd(centered_op, {.rank = 8, .solver = SvdSolver::block_krylov, .tolerance = 1e-5});

    check_svd(sparse(centered), svd, 1e-5);
}

TEST_CASE("the Eckart-Young table is the dense error of every rank") {
    const CsrMatrix a = random_sparse(60, 80, 0.2, 17);
    const TruncatedSvd svd = truncated_svd(a, {.rank = 25, .tolerance = 1e-6});

    const Eigen::VectorXd errors = eckart_young_errors(svd);

    REQUIRE(errors.size() == 26);
    const double bound = 1e-6 * squared_norm(a);  // float32 factors
    for (Eigen::Index r = 0; r <= 25; ++r) {
        const Eigen::MatrixXd nearest = svd.u.leftCols(r).cast<double>() * svd.singular_values.head(r).asDiagonal() *
                                        svd.v.leftCols(r).cast<double>().transpose();
        CHECK(std::abs((dense(a) - nearest).squaredNorm() - errors(r)) <= bound);
    }
}

TEST_CASE("the energy is the share of the squared norm that the triplets hold") {
    const CsrMatrix a = random_sparse(60, 80, 0.2, 18);
    const Eigen::VectorXd s = oracle_values(a);

    const TruncatedSvd svd = truncated_svd(a, {.rank = 25, .tolerance = 1e-6});

    CHECK(svd.certificate.squared_norm == doctest::Approx(s.squaredNorm()));
    CHECK(svd.certificate.energy == doctest::Approx(s.head(25).squaredNorm() / s.squaredNorm()));
}

TEST_CASE("leading triplets are those of a smaller rank, with their own certificate") {
    const CsrMatrix a = random_sparse(60, 80, 0.2, 19);
    const TruncatedSvd svd = truncated_svd(a, {.rank = 10, .tolerance = 1e-6});

    const TruncatedSvd four = leading_triplets(svd, 4);

    check_svd(a, four, 1e-6);
    CHECK(four.rank() == 4);
    CHECK(four.certificate.energy ==
          doctest::Approx(svd.singular_values.head(4).squaredNorm() / svd.certificate.squared_norm));
    CHECK_THROWS_AS(leading_triplets(svd, 0), UsageError);
    CHECK_THROWS_AS(leading_triplets(svd, 11), UsageError);
}
