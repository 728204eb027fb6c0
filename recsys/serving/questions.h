#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <Eigen/Core>

#include "recsys/interface/recommender.h"

namespace eckart::recsys {

/// An item to ask somebody about.
struct Question {
    std::int32_t item;
    double gain;  ///< expected reduction of the mean squared error of the person's scores, over items as often rated as
                  ///< they are
};

struct QuestionOptions {
    std::int64_t candidates = 300;  ///< items asked about: the most popular ones, which people are likely to know
    std::int64_t people = 1000;     ///< whose vectors say how people differ, evenly taken from those with 10 ratings
};

/// Chooses the items whose ratings would tell most about a person, for models whose scores are products.
///
/// The score of item i is c_i + z_i'w with z_i = (1, y_i) and w = (level, x) of the person. Before an answer w is
/// normal with the mean and the covariance C of the model's people, which are found from their ratings with the noise s
/// by expectation and maximization (10 rounds, the items' side held; for likes, C is that of the people's own w). The
/// answer to item j turns C into C - C z_j z_j'C / (s + z_j'C z_j), and the gain of item j is the fall of the mean
/// variance z_i'C z_i over items i, each weighing as often as it is rated (optimal design for prediction: Rubens et
/// al., "Active learning in recommender systems", Recommender Systems Handbook, 2015; one after the other, it is a
/// Cholesky factorization of the items' covariances with pivots by gain). Scores are linear in w, so the values of
/// answers change no gain: only which items were answered.
class Questions {
  public:
    /// `user_item` are the ratings that the model was fitted to. Costs the vectors of `options.people` people. Throws
    /// UsageError where scores are no products, shapes do not fit, or fewer than 2 people have 10 ratings.
    Questions(const Recommender& model, const CsrView& user_item, const QuestionOptions& options = {});

    /// Up to `count` questions, best first, each chosen as if those before it were answered, for somebody who has rated
    /// the items `answered` and does not know the items `unknown`; fewer if candidates run out.
    std::vector<Question> best(std::span<const std::int32_t> answered, std::span<const std::int32_t> unknown,
                               std::size_t count) const;

    /// Scores of all items for somebody with few ratings: c_i + z_i'w with the mean of w given the ratings, which
    /// starts from that of the people and, unlike a model's own x, uses how they differ (their covariance) as the
    /// prior.
    std::vector<float> scores(const Profile& profile) const;

  private:
    Eigen::VectorXd vector_of(std::int32_t item) const;
    double offset_of(std::int32_t item) const;
    void improve_prior(std::span<const Profile> people);

    FactoredItems items_;
    std::vector<std::int32_t> candidates_;  ///< most popular first
    std::vector<float> popularity_;
    bool of_ratings_;
    Eigen::VectorXd mean_;        ///< of the people's w
    Eigen::MatrixXd covariance_;  ///< C of the people
    Eigen::MatrixXd spread_;      ///< mean of z z' over items, weighted by popularity
    double noise_ = 0;            ///< s
};

}  // namespace eckart::recsys
