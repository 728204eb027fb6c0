#include "tools/jobs/plans/factorization_plan.h"

#include "engine/matrix/even_rows.h"
#include "engine/support/parallel.h"
#include "tools/jobs/factors/factorize_method.h"
#include "tools/jobs/plans/plan_estimate.h"

namespace eckart::jobs {
namespace {

/// Numbers in the larger part of the rows, some methods going over their part hundreds of times.
constexpr std::int64_t factorized_entries = 500'000;

/// So many rows of a matrix that is not centered, as a matrix of their own.
FactorizedMatrix some_rows(const FactorizedMatrix& matrix, std::int64_t count) {
    if (matrix.is_sparse()) return {even_rows(matrix.sparse(), count), false};
    const DenseMatrix& all = matrix.dense();
    return {even_rows(ConstMatrixMap(all.data(), all.rows(), all.cols()), count), false, matrix.offset()};
}

/// Seconds of the methods that go on from round to round, if `trained`, or of all others. Those of networks count for
/// `epochs` times what they take.
double seconds_of_methods(const FactorizedMatrix& part, LadderOptions options, bool trained, double epochs,
                          const Work& work) {
    std::vector<double> weights;
    for (const FactorizationMethod& method : methods_for(part, options)) {
        if ((method.by_epochs || method.by_rounds) != trained) continue;
        options.methods.emplace_back(method.name);
        weights.push_back(method.by_epochs ? epochs : 1);
    }
    const Ladder ladder = factorize(part, options, work);
    double seconds = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) seconds += weights[i] * ladder.rows[i].seconds;
    return seconds;
}

/// Seconds of all methods on a part of a matrix of `rows` rows. Methods that go on until they are still may take their
/// bound of rounds on a part and few on the whole, so a part does not tell how many: they are given as many as mostly
/// suffice. Networks are trained for a few of the epochs that the whole will have.
double seconds_of_part(const FactorizedMatrix& part, std::int64_t rows, LadderOptions options, const Work& work) {
    constexpr std::int64_t training_rounds = 10, other_rounds = 200;
    const double epochs = static_cast<double>(network_epochs(rows, options)) / training_rounds;
    options.iterations = training_rounds;
    const double trained = seconds_of_methods(part, options, true, epochs, work);
    options.iterations = other_rounds;
    return trained + seconds_of_methods(part, options, false, 1, work);
}

}  // namespace

Plan plan_factorization(const std::string& path, const corpora::MatrixOptions& reading, std::int64_t rank,
                        const Work& work) {
    const ThreadLimit threads(work.threads);
    const Stopwatch watch;
    const FactorizedMatrix matrix = read_factorized_matrix(path, reading, false, work);
    const ReadForPlan read = {watch.seconds(), matrix.bytes()};
    LadderOptions options = {.rank = rank};
    options.rank = possible_rank(matrix, options);
    Plan plan{.work = PlannedWork::factorize,
              .subject = path,
              .sizes = {{"rows", matrix.rows()},
                        {"columns", matrix.cols()},
                        {"nonzeros", matrix.entries()},
                        {"rank", options.rank}}};
    const std::int64_t part = part_rows(matrix.rows(), matrix.entries(), factorized_entries, 16 * options.rank);
    const auto seconds_for = [&](std::int64_t count) {
        return seconds_of_part(some_rows(matrix, count), matrix.rows(), options, work);
    };
    estimate(
        plan, read, factorization_memory(matrix, options),
        [&] { return seconds_for_rows(matrix.rows(), part, seconds_for); }, work);
    return plan;
}

}  // namespace eckart::jobs
