#include "engine/neighbors/stored_inverted_file.h"

#include <algorithm>

#include "engine/support/error.h"

namespace eckart {
namespace {

constexpr NeighborMethod methods[] = {NeighborMethod::automatic, NeighborMethod::exact, NeighborMethod::ivf,
                                      NeighborMethod::ivf_pq};

template <NpyElement T>
void write(const StoreWriter& writer, const std::string& name, const T* values, std::vector<std::int64_t> shape) {
    std::size_t count = 1;
    for (const std::int64_t extent : shape) count *= static_cast<std::size_t>(extent);
    write_npy<T>(writer.file(name + ".npy"), {values, count}, shape);
}

DenseMatrix matrix_of(const MappedArray<float>& array) {
    return ConstMatrixMap(array.values().data(), array.shape()[0], array.shape()[1]);
}

[[noreturn]] void damaged(const std::string& path, const char* what) {
    throw DamagedError(path + ": " + what + "; make the store anew");
}

/// Offsets that begin at 0, never fall and end at `end`.
bool span_to(std::span<const std::int64_t> offsets, std::int64_t end) {
    return !offsets.empty() && offsets.front() == 0 && offsets.back() == end &&
           std::is_sorted(offsets.begin(), offsets.end());
}

}  // namespace

std::string_view name(NeighborMethod method) {
    switch (method) {
        case NeighborMethod::automatic:
            return "auto";
        case NeighborMethod::exact:
            return "exact";
        case NeighborMethod::ivf:
            return "ivf";
        case NeighborMethod::ivf_pq:
            break;
    }
    return "ivf-pq";
}

NeighborMethod parse_neighbor_method(std::string_view text) {
    for (const NeighborMethod method : methods) {
        if (name(method) == text) return method;
    }
    throw UsageError("found the search '" + std::string(text) + "', expected auto, exact, ivf or ivf-pq");
}

void write_inverted_file(const InvertedFile& file, const StoreWriter& writer, const std::string& prefix) {
    const auto places = static_cast<std::int64_t>(file.rows.size()), d = file.centroids.cols();
    const auto cells = static_cast<std::int64_t>(file.cell_offsets.size());
    write(writer, prefix + "_centroids", file.centroids.data(), {file.centroids.rows(), d});
    write(writer, prefix + "_cell_offsets", file.cell_offsets.data(), {cells});
    write(writer, prefix + "_rows", file.rows.data(), {places});
    if (file.similarity == Similarity::distance) {
        write(writer, prefix + "_mean", file.mean.data(), {file.mean.size()});
        write(writer, prefix + "_offsets", file.offsets.data(), {static_cast<std::int64_t>(file.offsets.size())});
    }
    if (file.codes.size() == 0) return write(writer, prefix + "_vectors", file.vectors.data(), {places, d});
    const ProductQuantizer& quantizer = file.quantizer;
    write(writer, prefix + "_codes", file.codes.data(), {places, file.codes.cols()});
    write(writer, prefix + "_codewords", quantizer.codewords.data(), {quantizer.codewords.rows(), d});
    write(writer, prefix + "_pieces", quantizer.bounds.data(), {quantizer.subspaces() + 1});
    if (quantizer.rotation.size() > 0) write(writer, prefix + "_rotation", quantizer.rotation.data(), {d, d});
}

bool StoredInvertedFile::is_in(const StoreReader& store, const std::string& prefix) {
    return store.has_file(prefix + "_centroids.npy");
}

StoredInvertedFile::StoredInvertedFile(const StoreReader& store, const std::string& prefix, Similarity similarity,
                                       std::int64_t rows, std::int64_t cols)
    : similarity_(similarity),
      total_(rows),
      cols_(cols),
      coded_(store.has_file(prefix + "_codes.npy")),
      centroids_(store.file(prefix + "_centroids.npy"), {any_extent, cols}),
      cell_offsets_(store.file(prefix + "_cell_offsets.npy"), {centroids_.shape()[0] + 1}),
      rows_(store.file(prefix + "_rows.npy"), {any_extent}) {
    check_cells();
    const std::int64_t places = rows_.shape()[0];
    if (similarity == Similarity::distance && places > 0) {
        mean_ = MappedArray<float>(store.file(prefix + "_mean.npy"), {cols});
        offsets_ = MappedArray<float>(store.file(prefix + "_offsets.npy"), {places});
    }
    if (coded_) {
        codes_ = MappedArray<std::uint8_t>(store.file(prefix + "_codes.npy"), {places, any_extent});
        read_quantizer(store, prefix);
    } else {
        vectors_ = MappedArray<float>(store.file(prefix + "_vectors.npy"), {places, cols});
    }
}

void StoredInvertedFile::check_cells() const {
    const auto rows = rows_.values();
    if (!span_to(cell_offsets_.values(), static_cast<std::int64_t>(rows.size()))) {
        damaged(cell_offsets_.path(), "its offsets do not span the rows");
    }
    for (const std::int32_t row : rows) {
        if (row < 0 || row >= total_) damaged(rows_.path(), "it holds a row that there is not");
    }
}

void StoredInvertedFile::read_quantizer(const StoreReader& store, const std::string& prefix) {
    const std::int64_t m = codes_.shape()[1];
    const MappedArray<float> codewords(store.file(prefix + "_codewords.npy"), {any_extent, cols_});
    const MappedArray<std::int64_t> pieces(store.file(prefix + "_pieces.npy"), {m + 1});
    if (!span_to(pieces.values(), cols_)) damaged(pieces.path(), "its pieces do not span the columns");
    quantizer_.codewords = matrix_of(codewords);
    quantizer_.bounds.assign(pieces.values().begin(), pieces.values().end());
    if (store.has_file(prefix + "_rotation.npy")) {
        quantizer_.rotation = matrix_of(MappedArray<float>(store.file(prefix + "_rotation.npy"), {cols_, cols_}));
    }
    const auto codes = codes_.values();
    const bool all = quantizer_.codewords.rows() >= 256;  // a byte cannot leave them
    if (!all &&
        std::any_of(codes.begin(), codes.end(), [&](int code) { return code >= quantizer_.codewords.rows(); })) {
        damaged(codes_.path(), "it holds a codeword that there is not");
    }
}

InvertedFileView StoredInvertedFile::view() const {
    return {.similarity = similarity_,
            .total = total_,
            .mean = mean_.values(),
            .centroids = {centroids_.values().data(), centroids_.shape()[0], cols_},
            .cell_offsets = cell_offsets_.values(),
            .rows = rows_.values(),
            .offsets = offsets_.values(),
            .vectors = coded_ ? nullptr : vectors_.values().data(),
            .codes = coded_ ? codes_.values().data() : nullptr,
            .quantizer = coded_ ? &quantizer_ : nullptr};
}

}  // namespace eckart
