#include "cli/model_table.h"

#include <cmath>
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

// The models of an answer whose names begin as wanted. There may be thousands, of which little is
// shown: a tree of views into the answer takes less time than one of copies.
class ModelList {
public:
    static Result<ModelList> parse(std::string_view answer) {
        auto json = api::json::parse(answer);
        if (json) return ModelList(std::move(*json));
        return fail(ErrorCode::corrupt, "the server's list of models is not JSON: {}",
                    json.error().message);
    }

    std::vector<const Value*> with_prefix(std::string_view prefix) const {
        std::vector<const Value*> chosen;
        const Value* models = answer_.find("models");
        if (models == nullptr || models->kind != Value::Kind::array) return chosen;
        for (const Value& model : models->items) {
            if (starts_with_ignoring_case(member_text(model, "name"), prefix))
                chosen.push_back(&model);
        }
        return chosen;
    }

private:
    explicit ModelList(Value answer) : answer_(std::move(answer)) {}
    Value answer_;
};

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
    CORRAL_TRY(const auto models, ModelList::parse(tags));
    std::vector<Row> rows;
    for (const Value* entry : models.with_prefix(prefix)) {
        const Value& model = *entry;
        auto size = member_text(model, "remote_model").empty()
                        ? human_bytes(member_integer(model, "size"))
                        : "-";
        rows.push_back({member_text(model, "name"), short_digest(member_text(model, "digest")),
                        size, time_text(model, "modified_at", now)});
    }
    return render_table({"NAME", "ID", "SIZE", "MODIFIED"}, rows);
}

Result<std::string> ps_table(std::string_view running, std::string_view prefix, TimePoint now) {
    CORRAL_TRY(const auto models, ModelList::parse(running));
    std::vector<Row> rows;
    for (const Value* entry : models.with_prefix(prefix)) {
        const Value& model = *entry;
        auto size = member_integer(model, "size");
        rows.push_back({member_text(model, "name"), short_digest(member_text(model, "digest")),
                        human_bytes(size), processor_text(size, member_integer(model, "size_vram")),
                        fmt::format("{}", member_integer(model, "context_length")),
                        until_text(model, now)});
    }
    return render_table({"NAME", "ID", "SIZE", "PROCESSOR", "CONTEXT", "UNTIL"}, rows);
}

}  // namespace corral::cli
