#include "recsys/serving/questions.h"

#include <algorithm>
#include <numeric>
#include <string>

#include "engine/matrix/dense_algebra.h"
#include "engine/support/error.h"
#include "engine/support/parallel.h"
#include "recsys/interface/shown_items.h"

// Notation, as in the header: z_i = (1, y_i), w = (level, x), C the covariance of w, s the noise of a rating,
// S the mean of z z' over items by popularity. Mean variance tr(C S); an answer to j lowers it by
// z_j'C S C z_j / (s + z_j'C z_j).

namespace eckart::recsys {
namespace {

constexpr std::size_t least_ratings = 10;
constexpr int rounds = 10;

/// People with enough ratings, evenly taken.
std::vector<Profile> sampled(const CsrView& user_item, std::int64_t most) {
    std::vector<Profile> all;
    for (std::int64_t u = 0; u < user_item.rows; ++u) {
        const Profile profile = profile_of(user_item, u);
        if (profile.size() >= least_ratings) all.push_back(profile);
    }
    if (all.size() < 2) {
        throw UsageError("questions need 2 people with " + std::to_string(least_ratings) +
                         " ratings or more to learn how people differ");
    }
    const std::size_t step = 1 + (all.size() - 1) / static_cast<std::size_t>(most);
    std::vector<Profile> some;
    for (std::size_t p = 0; p < all.size(); p += step) some.push_back(all[p]);
    return some;
}

/// Their w as rows.
Eigen::MatrixXd vectors_of(const FactoredPeople& people) {
    Eigen::MatrixXd w(people.factors.rows(), people.factors.cols() + 1);
    for (Eigen::Index p = 0; p < w.rows(); ++p) w(p, 0) = people.levels.empty() ? 0 : people.levels[p];
    w.rightCols(people.factors.cols()) = people.factors.cast<double>();
    return w;
}

FactoredItems factored_of(const Recommender& model) {
    if (const auto items = model.factored_items()) return *items;
    throw UsageError("questions need a model whose scores are products of item factors, such as als or implicit-als; " +
                     std::string(model.name()) + " has none");
}

void learn_from(Eigen::MatrixXd& covariance, const Eigen::VectorXd& z, double noise) {
    const Eigen::VectorXd along = covariance * z;
    covariance -= along * along.transpose() / (noise + z.dot(along));
}

}  // namespace

Questions::Questions(const Recommender& model, const CsrView& user_item, const QuestionOptions& options)
    : items_(factored_of(model)), popularity_(popularity_of(user_item)), of_ratings_(model.scale().has_value()) {
    if (user_item.cols != model.items()) throw UsageError("ratings and model have different numbers of items");
    const std::vector<Profile> people = sampled(user_item, options.people);
    const Eigen::MatrixXd w = vectors_of(*model.factored_people(people));
    mean_ = w.colwise().mean().transpose();
    const Eigen::MatrixXd centered = w.rowwise() - mean_.transpose();
    covariance_ = centered.transpose() * centered / static_cast<double>(w.rows() - 1);

    double squares = 0, ratings = 0;
    for (std::size_t p = 0; p < people.size(); ++p) {
        for (std::size_t q = 0; q < people[p].size(); ++q) {
            const std::int32_t item = people[p].items[q];
            const double score = w.row(static_cast<Eigen::Index>(p)).dot(vector_of(item)) + offset_of(item);
            const double target = model.scale() ? static_cast<double>(people[p].values[q]) : 1;
            squares += (target - score) * (target - score);
            ratings += 1;
        }
    }
    noise_ = std::max(squares / ratings, 1e-12);
    for (int round = 0; of_ratings_ && round < rounds; ++round) improve_prior(people);

    spread_ = Eigen::MatrixXd::Zero(covariance_.rows(), covariance_.cols());
    for (std::int32_t i = 0; i < user_item.cols; ++i) {
        if (popularity_[i] <= 0) continue;
        const Eigen::VectorXd z = vector_of(i);
        spread_ += static_cast<double>(popularity_[i]) * z * z.transpose();
    }
    spread_ /= std::accumulate(popularity_.begin(), popularity_.end(), 0.0);

    candidates_.resize(static_cast<std::size_t>(user_item.cols));
    std::iota(candidates_.begin(), candidates_.end(), 0);
    std::stable_sort(candidates_.begin(), candidates_.end(),
                     [&](std::int32_t a, std::int32_t b) { return popularity_[a] > popularity_[b]; });
    candidates_.resize(std::min(candidates_.size(), static_cast<std::size_t>(options.candidates)));
}

void Questions::improve_prior(std::span<const Profile> people) {
    const Eigen::Index f = covariance_.rows();
    const Eigen::MatrixXd precision = inverse_of_definite(covariance_ + 1e-9 * Eigen::MatrixXd::Identity(f, f));
    const Eigen::VectorXd start = precision * mean_;
    const auto count = static_cast<Eigen::Index>(people.size());
    Eigen::MatrixXd means(f, count);
    std::vector<Eigen::MatrixXd> left(people.size());
    std::vector<double> squares(people.size());
    double ratings = 0;
    for (const Profile& person : people) ratings += static_cast<double>(person.size());
    parallel_for(count, [&](std::int64_t p) {
        const Profile& person = people[static_cast<std::size_t>(p)];
        Eigen::MatrixXd z(f, static_cast<Eigen::Index>(person.size()));
        Eigen::VectorXd r(z.cols());
        for (Eigen::Index q = 0; q < z.cols(); ++q) {
            const std::int32_t item = person.items[static_cast<std::size_t>(q)];
            z.col(q) = vector_of(item);
            r[q] = static_cast<double>(person.values[static_cast<std::size_t>(q)]) - offset_of(item);
        }
        const Eigen::MatrixXd v = inverse_of_definite(precision + z * z.transpose() / noise_);
        means.col(p) = v * (start + z * r / noise_);
        squares[static_cast<std::size_t>(p)] =
            (r - z.transpose() * means.col(p)).squaredNorm() + (v * z).cwiseProduct(z).sum();
        left[static_cast<std::size_t>(p)] = v;
    });
    mean_ = means.rowwise().mean();
    const Eigen::MatrixXd centered = means.colwise() - mean_;
    covariance_ = centered * centered.transpose();
    for (const Eigen::MatrixXd& v : left) covariance_ += v;
    covariance_ /= static_cast<double>(count);
    noise_ = std::max(std::accumulate(squares.begin(), squares.end(), 0.0) / ratings, 1e-12);
}

double Questions::offset_of(std::int32_t item) const {
    return items_.offsets.empty() ? 0 : static_cast<double>(items_.offsets[item]);
}

Eigen::VectorXd Questions::vector_of(std::int32_t item) const {
    Eigen::VectorXd z(items_.factors.cols() + 1);
    z[0] = 1;
    z.tail(items_.factors.cols()) = items_.factors.row(item).transpose().cast<double>();
    return z;
}

std::vector<float> Questions::scores(const Profile& profile) const {
    Eigen::VectorXd w = mean_;
    Eigen::MatrixXd c = covariance_;
    for (std::size_t q = 0; q < profile.size(); ++q) {
        const std::int32_t item = profile.items[q];
        const Eigen::VectorXd z = vector_of(item), along = c * z;
        const double target = of_ratings_ ? static_cast<double>(profile.values[q]) : 1;
        w += along * (target - offset_of(item) - z.dot(w)) / (noise_ + z.dot(along));
        learn_from(c, z, noise_);
    }
    const auto count = items_.factors.rows();
    Eigen::VectorXf all = items_.factors * w.tail(items_.factors.cols()).cast<float>();
    all.array() += static_cast<float>(w[0]);
    std::vector<float> scores(all.data(), all.data() + count);
    for (std::size_t i = 0; i < items_.offsets.size(); ++i) scores[i] += items_.offsets[i];
    return scores;
}

std::vector<Question> Questions::best(std::span<const std::int32_t> answered, std::span<const std::int32_t> unknown,
                                      std::size_t count) const {
    Eigen::MatrixXd c = covariance_;
    for (const std::int32_t item : answered) learn_from(c, vector_of(item), noise_);
    std::vector<std::int32_t> left;
    for (const std::int32_t item : candidates_) {
        const bool known = std::find(answered.begin(), answered.end(), item) != answered.end();
        const bool strange = std::find(unknown.begin(), unknown.end(), item) != unknown.end();
        if (!known && !strange && popularity_[item] > 0) left.push_back(item);
    }
    std::vector<Question> questions;
    while (questions.size() < count && !left.empty()) {
        const Eigen::MatrixXd cs = c * spread_ * c;
        Question best{-1, 0};
        for (const std::int32_t item : left) {
            const Eigen::VectorXd z = vector_of(item);
            const double gain = z.dot(cs * z) / (noise_ + z.dot(c * z));
            if (best.item < 0 || gain > best.gain || (gain == best.gain && item < best.item)) best = {item, gain};
        }
        questions.push_back(best);
        learn_from(c, vector_of(best.item), noise_);
        left.erase(std::find(left.begin(), left.end(), best.item));
    }
    return questions;
}

}  // namespace eckart::recsys
