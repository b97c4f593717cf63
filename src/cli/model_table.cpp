#include "cli/model_table.h"

#include <cmath>

#include "base/text.h"
#include "base/units.h"
#include "cli/json.h"
#include "cli/text/table.h"

namespace corral::cli {
namespace {

constexpr std::size_t kShortDigestLength = 12;

std::string short_id(const Json& model) {
    return text_of(model, "digest").substr(0, kShortDigestLength);
}

std::string time_text(const Json& model, std::string_view key, TimePoint now) {
    auto time = parse_rfc3339(text_of(model, key));
    return relative_time(time ? *time : kZeroTime, now);
}

std::string until_text(const Json& model, TimePoint now) {
    auto time = parse_rfc3339(text_of(model, "expires_at"));
    if (time && *time != kZeroTime && *time < now) return "Stopping...";
    return time_text(model, "expires_at", now);
}

bool matches(const Json& model, std::string_view prefix) {
    return starts_with_ignoring_case(text_of(model, "name"), prefix);
}

}  // namespace

std::string processor_text(std::int64_t size_bytes, std::int64_t gpu_bytes) {
    if (gpu_bytes == 0) return "100% CPU";
    if (gpu_bytes == size_bytes) return "100% GPU";
    if (gpu_bytes > size_bytes || size_bytes == 0) return "Unknown";
    auto cpu_share = static_cast<double>(size_bytes - gpu_bytes) / static_cast<double>(size_bytes);
    auto cpu_percent = std::lround(cpu_share * 100);
    return fmt::format("{}%/{}% CPU/GPU", cpu_percent, 100 - cpu_percent);
}

std::string list_table(const Json& tags, std::string_view prefix, TimePoint now) {
    std::vector<Row> rows;
    for (const auto& model : member(tags, "models")) {
        if (!matches(model, prefix)) continue;
        auto size =
            text_of(model, "remote_model").empty() ? human_bytes(integer_of(model, "size")) : "-";
        rows.push_back(
            {text_of(model, "name"), short_id(model), size, time_text(model, "modified_at", now)});
    }
    return render_table({"NAME", "ID", "SIZE", "MODIFIED"}, rows);
}

std::string ps_table(const Json& running, std::string_view prefix, TimePoint now) {
    std::vector<Row> rows;
    for (const auto& model : member(running, "models")) {
        if (!matches(model, prefix)) continue;
        auto size = integer_of(model, "size");
        rows.push_back({text_of(model, "name"), short_id(model), human_bytes(size),
                        processor_text(size, integer_of(model, "size_vram")),
                        fmt::format("{}", integer_of(model, "context_length")),
                        until_text(model, now)});
    }
    return render_table({"NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"}, rows);
}

}  // namespace corral::cli
