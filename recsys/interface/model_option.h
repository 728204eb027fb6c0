#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace eckart::recsys {

/// What the value of an option is: a whole number, a number, one of a few words, any text, or a list of whole numbers
/// or numbers separated by commas.
enum class OptionType { count, number, choice, text, counts, numbers };

/// An option of a model as people give it: --factors 64. Type, range and default are declared here and nowhere else.
struct ModelOption {
    std::string name;           ///< "factors"
    std::string default_value;  ///< "64"
    std::string description;    ///< one line; units, and what a higher value does
    std::string search = {};    ///< what `tune` tries: "log 0.01 1", "linear 0 1", "count 16 256" (rounded, log) or "of
                                ///< a b c"; empty: the default only
    OptionType type = OptionType::text;
    double least = 0;  ///< of a number, a count, and each of a list
    double most = 0;
    std::vector<std::string> choices = {};  ///< of a choice
};

/// The range of a count or a number, both ends included.
template <typename Number>
struct OptionRange {
    Number least, most;
};
using CountRange = OptionRange<std::int64_t>;
using NumberRange = OptionRange<double>;

ModelOption count_option(std::string name, std::int64_t default_value, CountRange range, std::string description,
                         std::string search = {});
ModelOption number_option(std::string name, double default_value, NumberRange range, std::string description,
                          std::string search = {});
ModelOption choice_option(std::string name, std::string_view default_value, std::vector<std::string> choices,
                          std::string description, std::string search = {});
ModelOption text_option(std::string name, std::string default_value, std::string description);
ModelOption counts_option(std::string name, std::string default_value, CountRange each, std::string description);
ModelOption numbers_option(std::string name, std::string default_value, NumberRange each, std::string description);

/// A number as a value of an option, with three digits, so that a command that people are shown is what was tried and
/// not nearly it.
std::string short_number(double value);

/// Values for the options of one model, each of its type and in its range. Options that were not given have their
/// defaults.
class OptionValues {
  public:
    /// Throws UsageError, listing the options of the model, if `given` has one that is not among `options`; and
    /// "--lambda: found \"x\", expected a number from 0 to 1" where a value does not parse or is out of range.
    OptionValues(std::span<const ModelOption> options, const std::map<std::string, std::string>& given);

    /// `name` must be an option of that type.
    double number(std::string_view name) const;
    std::int64_t count(std::string_view name) const;
    const std::string& text(std::string_view name) const;  ///< of any type, as it was given
    std::vector<std::int64_t> counts(std::string_view name) const;
    std::vector<double> numbers(std::string_view name) const;

    const std::map<std::string, std::string, std::less<>>& all() const { return values_; }

  private:
    std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace eckart::recsys
