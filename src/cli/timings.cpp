#include "cli/timings.h"

#include <fmt/format.h>

#include <chrono>

#include "base/duration.h"
#include "cli/json.h"

namespace corral::cli {
namespace {

std::string line(std::string_view label, std::string_view value) {
    return fmt::format("{:<22}{}\n", label, value);
}

// The lines of one phase: how many tokens, how long, how fast.
std::string phase(const Json& event, const std::string& name) {
    auto count = integer_of(event, name + "_count");
    auto duration = integer_of(event, name + "_duration");
    auto label = name == "prompt_eval" ? std::string("prompt eval") : name;
    std::string out;
    if (count > 0) out += line(label + " count:", fmt::format("{} token(s)", count));
    if (duration > 0) {
        out += line(label + " duration:", format_go_duration(std::chrono::nanoseconds(duration)));
        auto rate = static_cast<double>(count) / (static_cast<double>(duration) / 1e9);
        if (count > 0) out += line(label + " rate:", fmt::format("{:.2f} tokens/s", rate));
    }
    return out;
}

}  // namespace

std::string timings_text(const Json& event) {
    std::string out;
    if (auto total = integer_of(event, "total_duration"); total > 0) {
        out += line("total duration:", format_go_duration(std::chrono::nanoseconds(total)));
    }
    if (auto load = integer_of(event, "load_duration"); load > 0) {
        out += line("load duration:", format_go_duration(std::chrono::nanoseconds(load)));
    }
    return out + phase(event, "prompt_eval") + phase(event, "eval");
}

}  // namespace corral::cli
