#include "models/config.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "store/go_json.h"

namespace corral::models {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

Result<std::optional<DraftConfig>> parse_draft(const json* object) {
    if (!object || !object->is_object()) return std::nullopt;
    DraftConfig draft;
    CORRAL_TRY(draft.model_format, store::json_text(*object, "model_format"));
    CORRAL_TRY(draft.architecture, store::json_text(*object, "architecture"));
    CORRAL_TRY(draft.tensor_prefix, store::json_text(*object, "tensor_prefix"));
    CORRAL_TRY(draft.config, store::json_text(*object, "config"));
    return draft;
}

void put_text(ordered_json& object, const char* key, const std::string& text) {
    if (!text.empty()) object[key] = text;
}

void put_count(ordered_json& object, const char* key, std::int64_t count) {
    if (count != 0) object[key] = count;
}

ordered_json draft_json(const DraftConfig& draft) {
    ordered_json object = ordered_json::object();
    put_text(object, "model_format", draft.model_format);
    put_text(object, "architecture", draft.architecture);
    put_text(object, "tensor_prefix", draft.tensor_prefix);
    put_text(object, "config", draft.config);
    return object;
}

}  // namespace

Result<ModelConfig> ModelConfig::parse(std::string_view text) {
    CORRAL_TRY(const json object, store::parse_go_json(text));
    if (!object.is_object()) return fail(ErrorCode::corrupt, "the config is not a JSON object");
    ModelConfig config;
    CORRAL_TRY(config.model_format, store::json_text(object, "model_format"));
    CORRAL_TRY(config.model_family, store::json_text(object, "model_family"));
    const json* families = store::json_field(object, "model_families");
    if (families && !families->is_null()) {
        CORRAL_TRY(config.model_families, store::json_texts(object, "model_families"));
    }
    CORRAL_TRY(config.model_type, store::json_text(object, "model_type"));
    CORRAL_TRY(config.file_type, store::json_text(object, "file_type"));
    CORRAL_TRY(config.renderer, store::json_text(object, "renderer"));
    CORRAL_TRY(config.parser, store::json_text(object, "parser"));
    CORRAL_TRY(config.minimum_version, store::json_text(object, "requires"));
    CORRAL_TRY(config.remote_host, store::json_text(object, "remote_host"));
    CORRAL_TRY(config.remote_model, store::json_text(object, "remote_model"));
    CORRAL_TRY(config.remote_api, store::json_text(object, "remote_api"));
    CORRAL_TRY(config.remote_key, store::json_text(object, "remote_key"));
    CORRAL_TRY(config.capabilities, store::json_texts(object, "capabilities"));
    CORRAL_TRY(config.context_length, store::json_integer(object, "context_length"));
    CORRAL_TRY(config.embedding_length, store::json_integer(object, "embedding_length"));
    CORRAL_TRY(config.base_name, store::json_text(object, "base_name"));
    CORRAL_TRY(config.draft, parse_draft(store::json_field(object, "draft")));
    CORRAL_TRY(config.architecture, store::json_text(object, "architecture"));
    CORRAL_TRY(config.os, store::json_text(object, "os"));
    return config;
}

std::string ModelConfig::to_json() const {
    ordered_json object;
    object["model_format"] = model_format;
    object["model_family"] = model_family;
    object["model_families"] = nullptr;
    if (model_families) object["model_families"] = *model_families;
    object["model_type"] = model_type;
    object["file_type"] = file_type;
    put_text(object, "renderer", renderer);
    put_text(object, "parser", parser);
    put_text(object, "requires", minimum_version);
    put_text(object, "remote_host", remote_host);
    put_text(object, "remote_model", remote_model);
    put_text(object, "remote_api", remote_api);
    put_text(object, "remote_key", remote_key);
    if (!capabilities.empty()) object["capabilities"] = capabilities;
    put_count(object, "context_length", context_length);
    put_count(object, "embedding_length", embedding_length);
    put_text(object, "base_name", base_name);
    if (draft) object["draft"] = draft_json(*draft);
    object["architecture"] = architecture;
    object["os"] = os;
    return store::to_go_json(object) + "\n";
}

std::string parameter_count_text(std::uint64_t n_parameters) {
    constexpr std::uint64_t kBillion = 1'000'000'000;
    constexpr std::uint64_t kMillion = 1'000'000;
    constexpr std::uint64_t kThousand = 1'000;
    const auto number = static_cast<double>(n_parameters);
    if (n_parameters >= kBillion)
        return fmt::format("{:.{}f}B", number / kBillion, n_parameters % kBillion == 0 ? 0 : 1);
    if (n_parameters >= kMillion)
        return fmt::format("{:.{}f}M", number / kMillion, n_parameters % kMillion == 0 ? 0 : 2);
    if (n_parameters >= kThousand) return fmt::format("{:.0f}K", number / kThousand);
    return std::to_string(n_parameters);
}

}  // namespace corral::models
