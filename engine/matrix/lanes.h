#pragma once

#include <cstring>

namespace eckart::lanes {

/// 32 bytes of `Real` that the compiler keeps in one vector register (or two, where registers are shorter). Vector
/// types rather than loops over arrays: a register accumulator stays one whatever the compiler thinks of unrolling.
template <class Real>
struct VectorOf;
template <>
struct VectorOf<float> {
    typedef float type __attribute__((vector_size(32)));
};
template <>
struct VectorOf<double> {
    typedef double type __attribute__((vector_size(32)));
};

template <class Real>
using Vector = typename VectorOf<Real>::type;

template <class Real>
inline constexpr int vector_width = static_cast<int>(32 / sizeof(Real));

template <class Real>
inline Vector<Real> load(const Real* from) {
    Vector<Real> value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

template <class Real>
inline void store(Real* to, const Vector<Real>& value) {
    std::memcpy(to, &value, sizeof value);
}

}  // namespace eckart::lanes
