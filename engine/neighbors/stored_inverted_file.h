#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "engine/neighbors/inverted_file.h"
#include "engine/storage/npy.h"
#include "engine/storage/store.h"

// An inverted file as arrays of a store, in files whose names begin with a prefix:
//
//     PREFIX_centroids.npy     float32, cells x d
//     PREFIX_cell_offsets.npy  int64, cells + 1
//     PREFIX_rows.npy          int32, places
//     PREFIX_vectors.npy       float32, places x d; or, in place of it,
//     PREFIX_codes.npy         uint8, places x m
//     PREFIX_codewords.npy     float32, c x d
//     PREFIX_pieces.npy        int64, m + 1
//     PREFIX_rotation.npy      float32, d x d; absent: none
//     PREFIX_mean.npy          float32, d; by distance only
//     PREFIX_offsets.npy       float32, places; by distance only

namespace eckart {

/// How neighbors are looked for.
enum class NeighborMethod {
    automatic,  ///< what there is, or what pays
    exact,      ///< every row
    ivf,        ///< cells of an inverted file
    ivf_pq      ///< codes of its cells, then the best in full
};

/// "auto", "exact", "ivf", "ivf-pq".
std::string_view name(NeighborMethod method);
/// Throws UsageError on any other word.
NeighborMethod parse_neighbor_method(std::string_view name);

void write_inverted_file(const InvertedFile& file, const StoreWriter& writer, const std::string& prefix);

/// An inverted file mapped from a store. Invariant: the shapes of its arrays fit each other, and every row, code and
/// offset points into what it is of.
class StoredInvertedFile {
  public:
    /// Of `rows` x `cols` vectors. Throws DamagedError, naming the file, if the invariant does not hold.
    StoredInvertedFile(const StoreReader& store, const std::string& prefix, Similarity similarity, std::int64_t rows,
                       std::int64_t cols);

    /// Whether the store has one.
    static bool is_in(const StoreReader& store, const std::string& prefix);

    /// Valid while this object stays where it is.
    InvertedFileView view() const;
    NeighborMethod method() const { return coded_ ? NeighborMethod::ivf_pq : NeighborMethod::ivf; }

  private:
    void check_cells() const;
    void read_quantizer(const StoreReader& store, const std::string& prefix);

    Similarity similarity_;
    std::int64_t total_;
    std::int64_t cols_;
    bool coded_;
    MappedArray<float> centroids_;
    MappedArray<std::int64_t> cell_offsets_;
    MappedArray<std::int32_t> rows_;
    MappedArray<float> vectors_;
    MappedArray<std::uint8_t> codes_;
    MappedArray<float> mean_;
    MappedArray<float> offsets_;
    ProductQuantizer quantizer_;
};

}  // namespace eckart
