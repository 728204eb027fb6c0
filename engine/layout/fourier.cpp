#include "engine/layout/fourier.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace eckart {
namespace {

/// Sequences of complex numbers, parts apart.
struct Parts {
    float* __restrict real;
    float* __restrict imaginary;

    Parts from(std::int64_t element) const {
        return {real + Fourier::width * element, imaginary + Fourier::width * element};
    }
};

struct Twiddle {
    float real;
    float imaginary;
};

/// Each pass has the same shape: of sequences of length n, `stride` of them side by side, it makes `radix` times as
/// many of length n / radix. Elements p, p + m, p + 2m .. (m = n / radix) become elements radix p, radix p + 1, ..
void radix2(Parts x0, Parts x1, Parts y0, Parts y1, Twiddle w, std::int64_t count) {
    for (std::int64_t k = 0; k < count; ++k) {
        const float dr = x0.real[k] - x1.real[k], di = x0.imaginary[k] - x1.imaginary[k];
        y0.real[k] = x0.real[k] + x1.real[k];
        y0.imaginary[k] = x0.imaginary[k] + x1.imaginary[k];
        y1.real[k] = dr * w.real - di * w.imaginary;
        y1.imaginary[k] = dr * w.imaginary + di * w.real;
    }
}

void radix3(const Parts* x, const Parts* y, Twiddle w1, Twiddle w2, std::int64_t count) {
    const float half_root3 = 0.5F * std::numbers::sqrt3_v<float>;
    const Parts a = x[0], b = x[1], c = x[2], p = y[0], q = y[1], r = y[2];
    for (std::int64_t k = 0; k < count; ++k) {
        const float tr = b.real[k] + c.real[k], ti = b.imaginary[k] + c.imaginary[k];
        const float ur = half_root3 * (b.real[k] - c.real[k]), ui = half_root3 * (b.imaginary[k] - c.imaginary[k]);
        const float vr = a.real[k] - 0.5F * tr, vi = a.imaginary[k] - 0.5F * ti;
        const float qr = vr + ui, qi = vi - ur, rr = vr - ui, ri = vi + ur;  // v - i u, v + i u
        p.real[k] = a.real[k] + tr;
        p.imaginary[k] = a.imaginary[k] + ti;
        q.real[k] = qr * w1.real - qi * w1.imaginary;
        q.imaginary[k] = qr * w1.imaginary + qi * w1.real;
        r.real[k] = rr * w2.real - ri * w2.imaginary;
        r.imaginary[k] = rr * w2.imaginary + ri * w2.real;
    }
}

void radix4(const Parts* x, const Parts* y, Twiddle w1, Twiddle w2, Twiddle w3, std::int64_t count) {
    const Parts a = x[0], b = x[1], c = x[2], d = x[3], p = y[0], q = y[1], r = y[2], s = y[3];
    for (std::int64_t k = 0; k < count; ++k) {
        const float acr = a.real[k] + c.real[k], aci = a.imaginary[k] + c.imaginary[k];
        const float amr = a.real[k] - c.real[k], ami = a.imaginary[k] - c.imaginary[k];
        const float bdr = b.real[k] + d.real[k], bdi = b.imaginary[k] + d.imaginary[k];
        const float bmr = b.real[k] - d.real[k], bmi = b.imaginary[k] - d.imaginary[k];
        const float qr = amr + bmi, qi = ami - bmr, sr = amr - bmi, si = ami + bmr;  // (a - c) -+ i (b - d)
        const float rr = acr - bdr, ri = aci - bdi;
        p.real[k] = acr + bdr;
        p.imaginary[k] = aci + bdi;
        q.real[k] = qr * w1.real - qi * w1.imaginary;
        q.imaginary[k] = qr * w1.imaginary + qi * w1.real;
        r.real[k] = rr * w2.real - ri * w2.imaginary;
        r.imaginary[k] = rr * w2.imaginary + ri * w2.real;
        s.real[k] = sr * w3.real - si * w3.imaginary;
        s.imaginary[k] = sr * w3.imaginary + si * w3.real;
    }
}

}  // namespace

std::int64_t Fourier::length_for(std::int64_t wanted) {
    std::int64_t length = 64;
    while (length < wanted) length = length % 3 == 0 ? length / 3 * 4 : length / 2 * 3;
    return length;
}

Fourier::Fourier(std::int64_t length) : length_(length) {
    for (std::int64_t j = 0; j < length; ++j) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(j) / static_cast<double>(length);
        cosines_.push_back(static_cast<float>(std::cos(angle)));
        sines_.push_back(static_cast<float>(-std::sin(angle)));
    }
}

void Fourier::transform(float* real, float* imaginary, float* scratch) const {
    Parts from{real, imaginary}, to{scratch, scratch + width * length_};
    for (std::int64_t n = length_, stride = 1; n > 1;) {
        const std::int64_t radix = n % 4 == 0 ? 4 : n % 3 == 0 ? 3 : 2, m = n / radix;
        for (std::int64_t p = 0; p < m; ++p) {
            const auto twiddle = [&](std::int64_t power) -> Twiddle {
                const auto j = static_cast<std::size_t>(power * p * (length_ / n));
                return {cosines_[j], sines_[j]};
            };
            Parts x[4], y[4];
            for (std::int64_t j = 0; j < radix; ++j) {
                x[j] = from.from(stride * (p + m * j));
                y[j] = to.from(stride * (radix * p + j));
            }
            const std::int64_t count = stride * width;
            if (radix == 4) radix4(x, y, twiddle(1), twiddle(2), twiddle(3), count);
            if (radix == 3) radix3(x, y, twiddle(1), twiddle(2), count);
            if (radix == 2) radix2(x[0], x[1], y[0], y[1], twiddle(1), count);
        }
        n = m;
        stride *= radix;
        std::swap(from, to);
    }
    if (from.real == real) return;
    std::copy_n(from.real, width * length_, real);
    std::copy_n(from.imaginary, width * length_, imaginary);
}

}  // namespace eckart
