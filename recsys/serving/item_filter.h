#pragma once

#include <optional>
#include <string>
#include <vector>

namespace eckart::recsys {

/// The attributes of an item that filters look at.
struct ItemTraits {
    std::optional<int> year = {};
    std::vector<std::string> categories = {};
};

/// Keeps the items that people ask for: each `only` must hold for an item, and no `without` may. A condition is a
/// category (in any case), a year or a range of years ("1990-1999", "1990-", "-1999"), or several of them separated by
/// commas, of which one must hold: {"comedy,romance", "1990-1999"} keeps comedies and romances of the nineties. An item
/// without categories or year is in none.
class ItemFilter {
  public:
    /// Throws UsageError if a condition is empty or its first year is after its last.
    ItemFilter(const std::vector<std::string>& only, const std::vector<std::string>& without);

    bool empty() const { return only_.empty() && without_.empty(); }
    bool keeps(const ItemTraits& item) const;

    /// Throws UnknownIdError, listing `categories`, if a condition names one that is not among them.
    void check_categories(const std::vector<std::string>& categories) const;

  private:
    struct Condition {
        std::string category;  ///< in lower case; empty for a range of years
        int first = 0;
        int last = 0;

        bool holds(const ItemTraits& item) const;
    };
    using AnyOf = std::vector<Condition>;

    static std::vector<AnyOf> parsed(const std::vector<std::string>& texts, const char* which);
    static Condition parsed_condition(const std::string& text, const char* which);
    static bool any_holds(const AnyOf& conditions, const ItemTraits& item);

    std::vector<AnyOf> only_, without_;
};

}  // namespace eckart::recsys
