#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "recsys/interface/model_kind.h"

namespace eckart::recsys {

/// One set of options that was tried.
struct Trial {
    std::map<std::string, std::string> options;  ///< those searched and those fixed, not the defaults
    std::optional<double> value;                 ///< on validation data; nothing if the fit failed
    double seconds = 0;
};

/// How to search.
struct SearchOptions {
    std::map<std::string, std::string> fixed = {};  ///< options that are not searched
    bool lower_is_better = false;
    std::uint64_t seed = 1;
};

/// An option whose best value lies at an end of what was searched.
struct EdgeOption {
    std::string name;
    std::string value;
    std::string least, most;  ///< the ends of the range
};

/// Random search over the ranges that a model's options name (ModelOption::search). The first trial takes the defaults,
/// the next `wide_trials` are drawn from the whole ranges (Bergstra and Bengio, "Random search for hyper-parameter
/// optimization", JMLR 13, 2012), and of those after them two of three near the best so far, the nearer the more trials
/// there were. What is proposed depends on the seed and the trials so far alone, so that a search can be resumed.
class OptionSearch {
  public:
    static constexpr std::size_t wide_trials = 8;

    /// Throws UsageError if a fixed option is none of the model's, or a range does not parse.
    OptionSearch(const ModelKind& kind, SearchOptions options);

    /// The options to try next.
    std::map<std::string, std::string> next() const;

    void add(Trial trial) { trials_.push_back(std::move(trial)); }
    const std::vector<Trial>& trials() const { return trials_; }

    /// Index of the best trial, of equal ones the first; nothing if none has a value.
    std::optional<std::size_t> best() const;

    /// Options of the best trial that lie within a thirtieth of their range of one of its ends: something better may
    /// lie beyond.
    std::vector<EdgeOption> at_the_edge() const;

    /// Whether there is anything to search: otherwise every trial is the first.
    bool any_range() const { return !ranges_.empty(); }

  private:
    /// Where the value of one option may lie: a scale from 0 to 1, or some words.
    struct Range {
        std::string name;
        std::string default_value;
        bool logarithmic = false;
        bool whole = false;
        double least = 0;
        double most = 0;
        std::vector<std::string> words;
    };

    static std::optional<Range> parse_range(const ModelOption& option);
    static std::string value_at(const Range& range, double place);
    static std::optional<double> place_of(const Range& range, const std::string& value);
    std::string drawn(const Range& range, std::size_t number, const std::string* near) const;

    SearchOptions options_;
    std::vector<Range> ranges_;
    std::vector<Trial> trials_;
};

}  // namespace eckart::recsys
