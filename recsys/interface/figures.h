#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace eckart::recsys {

/// What a model keeps beside its arrays: named values in the order in which they were added. The manifest of a store
/// holds them as a JSON object (`json_of`), and what was read from there is written back as the same bytes.
class Figures {
  public:
    struct Entry;

    Figures() = default;
    Figures(std::initializer_list<Entry> entries);

    /// Adds a value, or replaces that of the same name.
    void set(Entry entry);
    void append(const Figures& more);

    bool contains(std::string_view name) const;
    const std::vector<Entry>& entries() const { return entries_; }

    /// Throw UsageError where there is no value of that name and type; `number` takes whole numbers too, and none that
    /// is not finite.
    bool truth(std::string_view name) const;
    std::int64_t count(std::string_view name) const;
    double number(std::string_view name) const;
    const std::string& text(std::string_view name) const;
    std::vector<double> numbers(std::string_view name) const;
    const Figures& object(std::string_view name) const;
    const std::vector<Figures>& objects(std::string_view name) const;

  private:
    template <typename T>
    const T& value(std::string_view name, const char* expected) const;

    std::vector<Entry> entries_;
};

/// A named value. A number that is not finite is null in JSON.
struct Figures::Entry {
    using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>,
                               Figures, std::vector<Figures>>;

    std::string name;
    Value value;
};

std::string json_of(const Figures& figures);

/// Reads what `json_of` wrote. Throws UsageError if the text is not a JSON object of such values.
Figures parse_figures(std::string_view json);

}  // namespace eckart::recsys
