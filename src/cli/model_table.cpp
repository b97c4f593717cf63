#include "cli/model_table.h"

#include <cmath>
#include <functional>
#include <vector>

#include "api/json/value.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/text/short_digest.h"
#include "cli/text/table.h"

namespace corral::cli {
namespace {

using api::json::Value;

std::string member_text(const Value& model, std::string_view key) {
    const Value* value = model.find(key);
    return value != nullptr && value->is_string() ? value->text() : std::string();
}

std::int64_t member_integer(const Value& model, std::string_view key) {
    const Value* value = model.find(key);
    const bool is_number = value != nullptr && value->kind == Value::Kind::number;
    return is_number ? value->integer().value_or(0) : 0;
}

// Calls `on_model` for those of an answer whose names begin as wanted.
Result<void> for_each_model(std::string_view answer, std::string_view prefix,
                            const std::function<void(const Value&)>& on_model) {
    auto read = api::json::for_each_item(answer, "models", [&](const Value& model) {
        if (starts_with_ignoring_case(member_text(model, "name"), prefix)) on_model(model);
    });
    if (read) return read;
    return fail(ErrorCode::corrupt, "the server's list of models is not JSON: {}",
                read.error().message);
}

std::string time_text(const Value& model, std::string_view key, TimePoint now) {
    auto time = parse_rfc3339(member_text(model, key));
    return relative_time(time ? *time : kZeroTime, now);
}

std::string until_text(const Value& model, TimePoint now) {
    auto time = parse_rfc3339(member_text(model, "expires_at"));
    if (time && *time != kZeroTime && *time < now) return "Stopping...";
    return time_text(model, "expires_at", now);
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

Result<std::string> list_table(std::string_view tags, std::string_view prefix, TimePoint now) {
    std::vector<Row> rows;
    CORRAL_CHECK(for_each_model(tags, prefix, [&](const Value& model) {
        auto size = member_text(model, "remote_model").empty()
                        ? human_bytes(member_integer(model, "size"))
                        : "-";
        rows.push_back({member_text(model, "name"), short_digest(member_text(model, "digest")),
                        size, time_text(model, "modified_at", now)});
    }));
    return render_table({"NAME", "ID", "SIZE", "MODIFIED"}, rows);
}

Result<std::string> ps_table(std::string_view running, std::string_view prefix, TimePoint now) {
    std::vector<Row> rows;
    CORRAL_CHECK(for_each_model(running, prefix, [&](const Value& model) {
        auto size = member_integer(model, "size");
        rows.push_back({member_text(model, "name"), short_digest(member_text(model, "digest")),
                        human_bytes(size), processor_text(size, member_integer(model, "size_vram")),
                        fmt::format("{}", member_integer(model, "context_length")),
                        until_text(model, now)});
    }));
    return render_table({"NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"}, rows);
}

}  // namespace corral::cli
