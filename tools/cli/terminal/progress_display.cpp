#include "tools/cli/terminal/progress_display.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace eckart::tools {
namespace {

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

constexpr int bar_cells = 24;
constexpr auto redraw_interval = std::chrono::milliseconds(100);

ProgressDisplay::Kind parse_kind(const std::string& name, bool quiet) {
    if (name == "json") return ProgressDisplay::Kind::json;
    if (name == "bar") return ProgressDisplay::Kind::bar;
    const bool wanted = name == "auto" && !quiet && isatty(STDERR_FILENO);
    return wanted ? ProgressDisplay::Kind::bar : ProgressDisplay::Kind::none;
}

std::string clock_text(double seconds) {
    const auto whole = std::lround(seconds);
    if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

void request_interrupt() noexcept {
    interrupted = true;
}

bool interrupt_requested() noexcept {
    return interrupted;
}

ProgressDisplay::ProgressDisplay(const std::string& name, bool quiet) : kind_(parse_kind(name, quiet)) {}

Progress ProgressDisplay::progress() {
    return Progress(
        [this](std::string_view phase, std::uint64_t done, std::uint64_t total) { show(phase, done, total); },
        interrupt_requested);
}

void ProgressDisplay::clear() {
    if (drawn_) std::fputs("\r\x1b[K", stderr);
    drawn_ = false;
}

void ProgressDisplay::show(std::string_view phase, std::uint64_t done, std::uint64_t total) {
    if (kind_ == Kind::none) return;
    const auto now = Clock::now();
    const bool new_phase = phase != phase_;
    if (new_phase) {
        phase_ = phase;
        phase_start_ = now;
    }
    const bool complete = total > 0 && done >= total;
    if (!new_phase && !complete && now - last_shown_ < redraw_interval) return;
    last_shown_ = now;
    if (kind_ == Kind::bar) draw_bar(done, total);
    if (kind_ == Kind::json) write_json(done, total);
}

double ProgressDisplay::seconds_in_phase() const {
    return std::chrono::duration<double>(last_shown_ - phase_start_).count();
}

double ProgressDisplay::seconds_left(std::uint64_t done, std::uint64_t total) const {
    return seconds_in_phase() * static_cast<double>(total - std::min(done, total)) / static_cast<double>(done);
}

void ProgressDisplay::draw_bar(std::uint64_t done, std::uint64_t total) {
    std::string text;
    if (total == 0) {
        text = fmt::format("{:<22} {}  {}", phase_, done, clock_text(seconds_in_phase()));
    } else {
        const double fraction = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
        const int filled = static_cast<int>(fraction * bar_cells);
        text =
            fmt::format("{:<22} [{:#<{}}{:.<{}}] {:3.0f}%", phase_, "", filled, "", bar_cells - filled, 100 * fraction);
        if (done > 0 && done < total) text += "  " + clock_text(seconds_left(done, total)) + " left";
    }
    std::fputs(("\r\x1b[K" + text).c_str(), stderr);
    std::fflush(stderr);
    drawn_ = true;
}

void ProgressDisplay::write_json(std::uint64_t done, std::uint64_t total) {
    nlohmann::ordered_json line = {
        {"phase", phase_}, {"done", done}, {"total", total}, {"seconds", seconds_in_phase()}};
    if (done > 0 && total > 0) line["seconds_left"] = seconds_left(done, total);
    std::fputs((line.dump() + "\n").c_str(), stderr);
}

}  // namespace eckart::tools
