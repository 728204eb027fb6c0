#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/matrix/csr.h"

namespace eckart::recsys {

/// What is known of items beside their ratings.
struct AttributeMatrix {
    CsrMatrix values;                ///< items x attributes
    std::vector<std::string> names;  ///< of the attributes: "genres: Drama", "year: 1990 to below 1994"
    std::int64_t rare = 0;  ///< attributes that only one item had, which tell nothing of others and are left out
};

/// Gathers attributes of items in any order. In the matrix, what an item has from one column of a file is a row of
/// length 1: of 20 tags each counts 0.22, of one tag 1, and a tag given n times as much as sqrt(n) tags.
class AttributeMatrixBuilder {
  public:
    explicit AttributeMatrixBuilder(std::int64_t items) : items_(items) {}

    /// Says that an item has `value`, a category or a word, in `column`. Throws UsageError if there is no such item.
    void add(std::int64_t item, const std::string& column, const std::string& value);

    /// The same for a number. Numbers of a column become categories: each its own if there are at most 10 different
    /// ones, else the tenths of the items, so that no unit and no outlier matters. Throws UsageError also if it is not
    /// finite.
    void add_number(std::int64_t item, const std::string& column, double number);

    /// Puts `vector` into columns of its own, called `name`, scaled to length 1; one of zeros is no attribute. Throws
    /// UsageError if there is no such item, a number is not finite, or another vector of this name had another length.
    void add_vector(std::int64_t item, const std::string& name, const std::vector<float>& vector);

    /// Attributes in the order of columns and values, vectors last. Leaves the builder empty.
    AttributeMatrix finish();

  private:
    using Attribute = std::pair<std::string, std::string>;  ///< column and value

    struct Numbers {
        std::vector<std::pair<std::int64_t, double>> of_items;
    };
    struct Vectors {
        std::size_t length = 0;
        std::vector<std::pair<std::int64_t, std::vector<float>>> of_items;
    };

    void require_item(std::int64_t item) const;
    void add_tenths(const std::string& column, const Numbers& numbers);

    std::int64_t items_;
    std::map<Attribute, std::map<std::int64_t, float>> counts_;
    std::map<std::string, Numbers> numbers_;
    std::map<std::string, Vectors> vectors_;
};

}  // namespace eckart::recsys
