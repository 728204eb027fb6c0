#include <doctest/doctest.h>

#include "engine/spectral/truncated_svd.h"
#include "engine/support/error.h"

using namespace eckart;

namespace {

TruncatedSvd spectrum(const Eigen::VectorXd& s, double squared_norm) {
    TruncatedSvd svd;
    svd.singular_values = s;
    svd.certificate.squared_norm = squared_norm;
    return svd;
}

}  // namespace

TEST_CASE("the rank for an energy is the smallest that keeps it") {
    const TruncatedSvd svd = spectrum(Eigen::Vector3d(2, 1, 1), 8);  // shares 1/2, 1/8, 1/8; 1/4 is beyond rank 3

    CHECK(rank_for_energy(svd, 0.3).rank == 1);
    CHECK(rank_for_energy(svd, 0.5).rank == 1);
    CHECK(rank_for_energy(svd, 0.6).rank == 2);
    CHECK(rank_for_energy(svd, 0.75).rank == 3);
    CHECK(rank_for_energy(svd, 0.5).reason == "rank 1 is the smallest that keeps 50.0% of the energy (50.0%)");
}

TEST_CASE("an energy out of reach gives all triplets, and the reason says so") {
    const RankChoice choice = rank_for_energy(spectrum(Eigen::Vector3d(2, 1, 1), 8), 0.9);

    CHECK(choice.rank == 3);
    CHECK(choice.reason == "all 3 computed triplets keep 75.0% of the energy, less than the 90.0% asked for");
}

TEST_CASE("an energy that is no share is refused") {
    const TruncatedSvd svd = spectrum(Eigen::Vector3d(2, 1, 1), 8);

    CHECK_THROWS_AS(rank_for_energy(svd, 0), UsageError);
    CHECK_THROWS_AS(rank_for_energy(svd, 1.01), UsageError);
    CHECK_THROWS_AS(rank_for_energy(svd, std::nan("")), UsageError);
}

TEST_CASE("the profile of a spectrum with a gap splits it at the gap") {
    for (Eigen::Index gap : {1, 4, 11}) {
        Eigen::VectorXd s(20);
        for (Eigen::Index i = 0; i < 20; ++i) s(i) = (i < gap ? 10.0 : 2.0) - 0.05 * static_cast<double>(i);
        CAPTURE(gap);

        CHECK(rank_by_profile(spectrum(s, s.squaredNorm())).rank == gap);
    }
}

TEST_CASE("a spectrum too short for a profile is kept whole") {
    CHECK(rank_by_profile(spectrum(Eigen::Vector2d(2, 1), 5)).rank == 2);
    CHECK(rank_by_profile(spectrum(Eigen::VectorXd::Ones(1), 1)).rank == 1);
}
