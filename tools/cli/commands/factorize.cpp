#include <memory>
#include <optional>

#include "tools/cli/arguments/ladder_arguments.h"
#include "tools/cli/arguments/matrix_arguments.h"
#include "tools/cli/commands/all_commands.h"
#include "tools/cli/terminal/ladder_lines.h"
#include "tools/jobs/factors/factor_files.h"
#include "tools/jobs/factors/factorization.h"

namespace eckart::tools {
namespace {

struct FactorizeArguments {
    MatrixArguments matrix;
    LadderArguments ladder;
    std::string folder;
    bool center = false;
};

void declare(Arguments& arguments, FactorizeArguments& given) {
    declare_matrix_arguments(arguments, given.matrix);
    declare_ladder_arguments(arguments, given.ladder);
    arguments.flag(given.center, "--center", "factorize the matrix less the mean of each column");
    arguments.option(given.folder, "-o,--output", "FOLDER", "where to write the factors as .npy; not given: nowhere");
}

void run(Session& session, const FactorizeArguments& given) {
    const jobs::Work work = session.work();
    const jobs::LadderOptions options = ladder_options(given.ladder);
    const FactorizedMatrix matrix =
        jobs::read_factorized_matrix(given.matrix.path, matrix_options(given.matrix), given.center, work);
    std::optional<ResultFolder> folder;
    if (!given.folder.empty()) folder.emplace(given.folder);
    LadderLines lines(session);
    const jobs::Ladder ladder =
        jobs::factorize(matrix, options, work, [&](const jobs::LadderRow& row, const jobs::Factors& factors) {
            if (folder) jobs::write_factors(row.method, factors, *folder);
            lines.add(row);
        });
    session.show(ladder.notes);
    if (folder) folder->finish();
    lines.finish();
}

}  // namespace

Command factorize_command() {
    auto given = std::make_shared<FactorizeArguments>();
    return {
        .name = "factorize",
        .summary = "Approximates a matrix by a product of two small ones, X ~ Z W, by one method or by all",
        .examples = {"eckart factorize points.npy --rank 20 --method all",
                     "eckart factorize matrix.mtx --rank 100 --method svd -o factors --json"},
        .notes =
            "MATRIX is a NumPy array (.npy, .npz, or what scipy.sparse.save_npz writes), MatrixMarket, CSV or TSV, "
            "LIBSVM, or\nword vectors (word2vec, GloVe); gzip and zstd are decompressed. The content decides.\n"
            "The objective is ||X - Z W||^2 over all entries, for the factors as they are stored. The relative error "
            "is "
            "its root over\n||X||. The bound is that of Eckart and Young for the rank, and the gap is the objective "
            "less the bound. The angle, in\ndegrees, is the largest principal angle between the rows of W and the "
            "subspace of the truncated SVD.\n"
            "denoising is the linear autoencoder that undoes dropout of X best, its noise averaged exactly; its error "
            "is that on X\nwithout noise. autoencoder has an encoder of 128 tanh units and a linear decoder. "
            "variational is the same with codes\nthat are drawn; the variance of an entry given its code is that of "
            "probabilistic PCA.\n"
            "als fits the stored entries alone if the matrix is sparse and not centered; with --json, stored_objective "
            "is the sum\nover these. product-quantization has K / 2 codewords for each half of the columns (more "
            "pieces if K is above 512), and\nneeds a dense matrix.\n"
            "-o writes METHOD_z.npy (rows x K) and METHOD_w.npy (K x columns), and METHOD_mean.npy if a mean is added "
            "to each row\nof Z W. For kmeans it writes kmeans_labels.npy instead of Z: the column of the 1 in each "
            "row.",
        .declare = [given](Arguments& arguments) { declare(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
