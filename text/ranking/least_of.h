#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <queue>
#include <vector>

namespace eckart::text {

/// The least of the `count` highest numbers that were added; -infinity until there are so many. It says what is still
/// worth looking at while a page of `count` documents is looked for.
class LeastOf {
  public:
    explicit LeastOf(std::size_t count) : count_(count) {}

    void add(float value) {
        if (!(value > this->value())) return;
        highest_.push(value);
        if (highest_.size() > count_) highest_.pop();
    }

    float value() const {
        return highest_.size() < count_ || count_ == 0 ? -std::numeric_limits<float>::infinity() : highest_.top();
    }

  private:
    std::size_t count_;
    std::priority_queue<float, std::vector<float>, std::greater<>> highest_;
};

}  // namespace eckart::text
