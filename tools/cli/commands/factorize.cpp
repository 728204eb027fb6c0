#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>

#include "engine/storage/npy.h"
#include "engine/storage/result_folder.h"
#include "engine/support/error.h"
#include "tools/cli/arguments/matrix_arguments.h"
#include "tools/jobs/factorization.h"

namespace eckart::tools {
namespace {

struct FactorizeArguments {
    MatrixArguments matrix;
    std::optional<std::int64_t> rank;
    FactorizeOptions options;
    std::string method = "all";
    std::string folder;
    bool center = false;
};

void declare(Arguments& arguments, FactorizeArguments& given) {
    declare_matrix_arguments(arguments, given.matrix);
    arguments.option(given.rank, "-k,--rank", "K", "rank of Z W: columns of Z, rows of W; must be given", 1);
    std::vector<std::string> methods = factorization_methods();
    methods.emplace_back("all");
    arguments.choice(given.method, "--method", methods, "what is asked of Z and W; all: one line for each");
    arguments.flag(given.center, "--center", "factorize the matrix less the mean of each column");
    arguments.option(given.options.tolerance, "--tolerance", "X",
                     "on the residuals of SVD and PCA, relative to the largest singular value");
    arguments.option(given.options.iterations, "--iterations", "N",
                     "most of als and the linear autoencoders, and epochs of the others", 1);
    arguments.option(given.options.dropout, "--dropout", "P",
                     "of denoising: the share of X that its noise sets to zero");
    arguments.option(given.options.lambda, "--lambda", "X",
                     "ridge of als; not given: 0, or 0.05 where only stored entries count");
    arguments.option(given.folder, "-o,--output", "FOLDER", "where the factors go, as .npy; not given: nowhere");
}

void check(const FactorizeArguments& given) {
    if (!given.rank) throw UsageError("--rank is needed: the columns of Z; see eckart factorize -h");
    const bool als = given.method == "als" || given.method == "all";
    if (given.options.lambda && !als) throw UsageError("--lambda goes with --method als or all");
    if (!(given.options.dropout > 0 && given.options.dropout < 1)) {
        throw UsageError("found the dropout " + fmt::to_string(given.options.dropout) +
                         ", expected one above 0 and below 1");
    }
    if (!(given.options.tolerance > 0 && given.options.tolerance < 1)) {
        throw UsageError("found the tolerance " + fmt::to_string(given.options.tolerance) +
                         ", expected one between 0 and 1");
    }
}

void cut_rank(FactorizeArguments& given, const FactorizedMatrix& matrix, Session& session) {
    given.options.rank = possible_rank(*given.rank, matrix);
    if (given.options.rank == *given.rank) return;
    session.note(fmt::format("a {} x {} matrix has no higher rank than {}: --rank is cut to it", matrix.rows(),
                             matrix.cols(), given.options.rank));
}

void write_matrix(const std::string& path, const DenseMatrix& matrix) {
    write_npy<float>(path, {matrix.data(), static_cast<std::size_t>(matrix.size())}, {matrix.rows(), matrix.cols()});
}

void write_factors(ResultFolder& folder, const Factorization& made) {
    if (made.labels.empty()) {
        write_matrix(folder.file(made.method + "_z.npy"), made.z);
    } else {
        write_npy(folder.file(made.method + "_labels.npy"), made.labels);
    }
    write_matrix(folder.file(made.method + "_w.npy"), made.w);
    if (made.mean.size() == 0) return;
    const std::span<const double> mean(made.mean.data(), static_cast<std::size_t>(made.mean.size()));
    write_npy<double>(folder.file(made.method + "_mean.npy"), mean, {made.mean.size()});
}

nlohmann::ordered_json json_of(const Factorization& made) {
    nlohmann::ordered_json fields = {{"method", made.method},
                                     {"constraint", made.constraint},
                                     {"rank", made.rank()},
                                     {"objective", made.objective},
                                     {"relative_error", made.relative_error},
                                     {"bound", made.bound},
                                     {"gap", made.gap()},
                                     {"seconds", made.seconds}};
    if (made.angle) fields["angle"] = *made.angle;
    if (made.stored_objective) fields["stored_objective"] = *made.stored_objective;
    return fields;
}

std::vector<std::string> row_of(const Factorization& made) {
    return {made.method,
            made.constraint,
            fmt::to_string(made.rank()),
            fmt::format("{:.6g}", made.objective),
            fmt::format("{:.6f}", made.relative_error),
            fmt::format("{:.6g}", made.bound),
            fmt::format("{:.2g}", made.gap()),
            made.angle ? fmt::format("{:.4f}", *made.angle) : "",
            fmt::format("{:.2f}", made.seconds)};
}

void run(Session& session, FactorizeArguments given) {
    check(given);
    const FactorizedMatrix matrix(read_matrix(given.matrix, session), given.center, session);
    matrix.require_entries(given.matrix.path == "-" ? "standard input" : given.matrix.path);
    cut_rank(given, matrix, session);
    std::optional<ResultFolder> folder;
    if (!given.folder.empty()) folder.emplace(given.folder);
    Ladder ladder(matrix, given.options, session);
    Table table({"method", "constraint", "rank", "||X - ZW||^2", "relative error", "bound", "gap", "angle", "seconds"});
    for (const std::string& method : factorization_methods(given.method, matrix)) {
        const Factorization made = ladder.step(method);
        if (folder) write_factors(*folder, made);
        if (!made.note.empty()) session.note(method + ": " + made.note);
        if (session.common.json) {
            session.out.object(json_of(made));
        } else {
            table.add(row_of(made));
        }
    }
    if (folder) folder->finish();
    if (!session.common.json) table.print(session.out);
}

}  // namespace

Command factorize_command() {
    auto given = std::make_shared<FactorizeArguments>();
    return {
        .name = "factorize",
        .summary = "Approximates a matrix by a product of two small ones, X ~ Z W, under one constraint or all",
        .examples = {"eckart factorize points.npy --rank 20 --method all",
                     "eckart factorize matrix.mtx --rank 100 --method svd -o factors --json"},
        .notes =
            "MATRIX is a NumPy array (.npy, .npz, also what scipy.sparse.save_npz wrote), MatrixMarket, CSV or TSV, "
            "LIBSVM, or\nword vectors (word2vec, GloVe), told by its content; gzip and zstd are undone.\n"
            "The objective is ||X - Z W||^2 of the factors as they are stored, over all entries; the relative error "
            "its root over\n||X||; the bound what Eckart and Young have for the rank, and the gap what is above it. "
            "The angle, in degrees, is the\nlargest principal one between the rows of W and the subspace of the "
            "truncated SVD.\n"
            "denoising is the linear autoencoder that undoes dropout of X best, the noise averaged exactly; its error "
            "is that on X\nwithout noise.\n"
            "autoencoder has an encoder of 128 tanh units and a linear decoder; variational the same with codes that "
            "are "
            "drawn, the\nvariance of an entry given its code being what probabilistic PCA has for it.\n"
            "als fits the stored entries alone of a sparse matrix that is not centred; with --json, "
            "stored_objective is its sum\nover these. product-quantization has rank K / 2 codewords for each half of "
            "the columns (more pieces above "
            "rank 512),\nand is for dense matrices.\n"
            "-o writes METHOD_z.npy (rows x rank) and METHOD_w.npy (rank x columns); METHOD_mean.npy where a mean "
            "is added to\neach row of Z W; for kmeans instead of Z the column of the 1 in each row, "
            "kmeans_labels.npy.",
        .declare = [given](Arguments& arguments) { declare(arguments, *given); },
        .run = [given](Session& session) { run(session, *given); }};
}

}  // namespace eckart::tools
