#include "api/ollama/fields.h"

#include <cmath>
#include <limits>

#include "api/ollama/errors.h"
#include "base/base64.h"
#include "base/duration.h"
#include "base/text.h"

namespace corral::api::ollama {

namespace {

constexpr std::string_view kThinkValues = R"("high", "medium", "low", "max", true, or false)";

Result<std::optional<Duration>> seconds(const json::Value& value) {
    const auto number = value.number();
    if (!number) {
        return fail(ErrorCode::invalid, "json: cannot unmarshal number {} into Go value of type {}",
                    value.raw, "float64");
    }
    if (*number < 0) return kForever;
    // Upstream's conversion wraps to a negative duration here, which acts like zero.
    if (*number * 1e9 >= 0x1p63) return Duration::zero();
    return Duration(static_cast<Duration::rep>(*number * 1e9));
}

// The first number that no double can hold, or null.
const json::Value* oversized_number(const json::Value& value) {
    if (value.kind == json::Value::Kind::number && !value.number()) return &value;
    for (const auto& item : value.items) {
        if (const auto* found = oversized_number(item)) return found;
    }
    return nullptr;
}

}  // namespace

Result<std::optional<Duration>> decode_keep_alive(const json::Value& value) {
    using Kind = json::Value::Kind;
    switch (value.kind) {
        case Kind::null:
            return std::nullopt;
        case Kind::number:
            return seconds(value);
        case Kind::string: {
            CORRAL_TRY(const auto duration, parse_go_duration(value.text()));
            return duration < Duration::zero() ? kForever : duration;
        }
        case Kind::boolean:
            return fail(ErrorCode::invalid, "Unsupported type: 'bool'");
        case Kind::array:
            return fail(ErrorCode::invalid, "Unsupported type: '[]interface {{}}'");
        case Kind::object:
            return fail(ErrorCode::invalid, "Unsupported type: 'map[string]interface {{}}'");
    }
    return std::nullopt;
}

Result<wire::Thinking> decode_think(const json::Value& value) {
    if (value.is_null()) return wire::Thinking::unset;
    if (value.kind == json::Value::Kind::boolean) {
        return value.boolean() ? wire::Thinking::on : wire::Thinking::off;
    }
    if (!value.is_string()) {
        return fail(ErrorCode::invalid, "think must be a boolean or string ({})", kThinkValues);
    }
    const auto level = value.text();
    if (level == "low") return wire::Thinking::low;
    if (level == "medium") return wire::Thinking::medium;
    if (level == "high") return wire::Thinking::high;
    if (level == "max") return wire::Thinking::max;
    return fail(ErrorCode::invalid, "invalid think value: {} (must be {})", go_quote(level),
                kThinkValues);
}

Result<wire::Format> decode_format(std::string_view raw) {
    using Kind = wire::Format::Kind;
    if (raw.empty() || raw == "null" || raw == R"("")") return wire::Format{};
    if (raw == R"("json")") return wire::Format{Kind::json, {}};
    if (raw.starts_with('{')) return wire::Format{Kind::schema, std::string(raw)};
    return refuse(
        500, ErrorCode::invalid,
        fmt::format(R"(invalid format: {}; expected "json" or a valid JSON Schema object)",
                    go_quote(raw)));
}

json::Reader::Read read_keep_alive(json::Reader& reader, std::optional<Duration>& target) {
    return [&reader, &target](const json::Value& value) {
        auto decoded = decode_keep_alive(value);
        if (!decoded) return reader.reject(std::move(decoded).error());
        target = *decoded;
    };
}

json::Reader::Read read_think(json::Reader& reader, wire::Thinking& target) {
    return [&reader, &target](const json::Value& value) {
        auto decoded = decode_think(value);
        if (!decoded) return reader.reject(std::move(decoded).error());
        target = *decoded;
    };
}

json::Reader::Read read_images(json::Reader& reader, std::vector<std::string>& target) {
    const auto read_one = [&reader](const json::Value& item, std::string& bytes) {
        if (item.is_null()) return;
        if (!item.is_string()) return reader.mismatch(item, "api.ImageData");
        auto decoded = base64_decode(item.text());
        if (!decoded) return reader.note(std::move(decoded).error());
        bytes = std::move(*decoded);
    };
    return reader.list<std::string>(target, "[]api.ImageData", read_one);
}

json::Reader::Read read_raw(std::string& target) {
    return [&target](const json::Value& value) { target = value.raw; };
}

json::Reader::Read read_free_object(json::Reader& reader, std::string& target) {
    return [&reader, &target](const json::Value& value) {
        target.clear();
        if (value.is_null()) return;
        if (value.kind != json::Value::Kind::object) {
            return reader.mismatch(value, "map[string]interface {}");
        }
        if (const auto* number = oversized_number(value)) {
            return reader.mismatch_literal(*number, "float64");
        }
        target = value.raw;
    };
}

Result<std::vector<std::int32_t>> narrow_tokens(const std::vector<std::int64_t>& numbers,
                                                std::string_view holder) {
    std::vector<std::int32_t> tokens;
    tokens.reserve(numbers.size());
    for (const auto number : numbers) {
        if (number < 0 || number > std::numeric_limits<std::int32_t>::max()) {
            return refuse(400, ErrorCode::invalid,
                          fmt::format("{} holds {}, which is not a token", holder, number));
        }
        tokens.push_back(static_cast<std::int32_t>(number));
    }
    return tokens;
}

}  // namespace corral::api::ollama
