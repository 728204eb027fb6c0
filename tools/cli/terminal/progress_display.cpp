#include "tools/cli/terminal/progress_display.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>

#include "tools/cli/terminal/output.h"

namespace eckart::tools {
namespace {

std::atomic<bool> interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler writes it");

constexpr int bar_cells = 24;
constexpr auto redraw_interval = std::chrono::milliseconds(100);

/// Whether standard error is a terminal where a line can be erased.
bool can_erase() {
    const char* kind = std::getenv("TERM");
    return isatty(STDERR_FILENO) && kind && *kind && std::strcmp(kind, "dumb") != 0;
}

ProgressDisplay::Kind parse_kind(const std::string& name, bool quiet) {
    if (name == "json") return ProgressDisplay::Kind::json;
    if (name == "bar") return ProgressDisplay::Kind::bar;
    const bool wanted = name == "auto" && !quiet && can_erase();
    return wanted ? ProgressDisplay::Kind::bar : ProgressDisplay::Kind::none;
}

/// Whether what is written to standard output may be on the screen at once: not if it goes to a file or /dev/null.
bool results_are_seen() {
    struct stat status {};
    if (isatty(STDOUT_FILENO) || fstat(STDOUT_FILENO, &status) != 0) return true;
    return !S_ISREG(status.st_mode) && !S_ISCHR(status.st_mode);
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

ProgressDisplay::ProgressDisplay(const std::string& name, bool quiet, std::chrono::nanoseconds patience)
    : kind_(parse_kind(name, quiet)),
      visible_from_(Clock::now() + (name == "auto" ? patience : std::chrono::nanoseconds::zero())) {}

Progress ProgressDisplay::progress() {
    return Progress(
        [this](std::string_view phase, std::uint64_t done, std::uint64_t total) { show(phase, done, total); },
        interrupt_requested);
}

void ProgressDisplay::clear() {
    if (drawn_) std::fputs("\r\x1b[K", stderr);
    drawn_ = false;
}

void ProgressDisplay::make_room_for_results() {
    if (kind_ != Kind::bar) return;
    clear();
    if (results_are_seen()) kind_ = Kind::none;
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
    if (kind_ == Kind::bar && now >= visible_from_) draw_bar(done, total);
    if (kind_ == Kind::json) write_json(done, total);
}

double ProgressDisplay::seconds_in_phase() const {
    return std::chrono::duration<double>(last_shown_ - phase_start_).count();
}

double ProgressDisplay::seconds_left(std::uint64_t done, std::uint64_t total) const {
    return seconds_in_phase() * static_cast<double>(total - std::min(done, total)) / static_cast<double>(done);
}

std::string ProgressDisplay::bar_text(std::uint64_t done, std::uint64_t total) const {
    const std::string phase = printable(phase_);
    if (total == 0) return fmt::format("{:<22} {}  {}", phase, done, clock_text(seconds_in_phase()));
    const double fraction = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    const int filled = static_cast<int>(fraction * bar_cells);
    std::string text =
        fmt::format("{:<22} [{:#<{}}{:.<{}}] {:3.0f}%", phase, "", filled, "", bar_cells - filled, 100 * fraction);
    if (done > 0 && done < total) text += "  " + clock_text(seconds_left(done, total)) + " left";
    return text;
}

void ProgressDisplay::draw_bar(std::uint64_t done, std::uint64_t total) {
    const std::size_t columns = terminal_columns(STDERR_FILENO);
    // A bar that reaches the last column would go on in the next line, which cannot be erased with this one.
    const std::string text = cut_to(bar_text(done, total), columns > 1 ? columns - 1 : 0);
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
