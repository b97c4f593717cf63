#include "models/create_config.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "store/go_json.h"

namespace corral::models {

using nlohmann::json;

namespace {

void fill(std::string& field, std::string_view value) {
    if (field.empty()) field = value;
}

Error bad_info(std::string_view key, std::string_view what) {
    return Error{
        ErrorCode::invalid, fmt::format("info field \"{}\" must be {}", key, what), {}, 400};
}

// The free-form `info` object of the API.
class InfoReader {
public:
    explicit InfoReader(const json& info) : info_(info) {}

    Result<void> text(std::string_view key, std::string& field) const {
        const json* value = store::json_field(info_, key);
        if (!value || value->is_null()) return {};
        if (!value->is_string()) return fail(bad_info(key, "a string"));
        fill(field, value->get<std::string>());
        return {};
    }

    Result<void> count(std::string_view key, std::int64_t& field) const {
        const json* value = store::json_field(info_, key);
        if (!value || value->is_null()) return {};
        if (!value->is_number()) return fail(bad_info(key, "a number"));
        const double number = value->get<double>();
        constexpr double kLargest = 9e15;  // whole numbers are exact up to here
        if (number < 0 || number > kLargest || number != std::floor(number))
            return fail(bad_info(key, "a non-negative integer"));
        field = static_cast<std::int64_t>(number);
        return {};
    }

    void texts(std::string_view key, std::vector<std::string>& field) const {
        const json* value = store::json_field(info_, key);
        if (!value || !value->is_array()) return;
        for (const json& element : *value)
            if (element.is_string()) field.push_back(element.get<std::string>());
    }

private:
    const json& info_;
};

Result<void> apply_info(const std::string& info_json, ModelConfig& config) {
    if (info_json.empty()) return {};
    CORRAL_TRY(const json object, store::parse_go_json(info_json));
    const InfoReader info(object);
    info.texts("capabilities", config.capabilities);
    CORRAL_CHECK(info.text("model_family", config.model_family));
    if (!config.model_family.empty() && !config.model_families)
        config.model_families = {{config.model_family}};
    CORRAL_CHECK(info.text("base_name", config.base_name));
    CORRAL_CHECK(info.text("quantization_level", config.file_type));
    CORRAL_CHECK(info.text("parameter_size", config.model_type));
    CORRAL_CHECK(info.count("context_length", config.context_length));
    return info.count("embedding_length", config.embedding_length);
}

void apply_weights(const WeightsInfo& weights, std::string_view media_type, ModelConfig& config) {
    if (media_type == store::kMediaModel) {
        fill(config.model_format, "gguf");
        fill(config.model_family, weights.architecture);
        fill(config.model_type, parameter_count_text(weights.n_parameters));
        fill(config.file_type, weights.file_type);
    }
    if (!config.model_families) config.model_families.emplace();
    config.model_families->push_back(weights.architecture);
}

// What is made of a remote model runs where that runs.
void inherit_remote(const ModelConfig& base, ModelConfig& config) {
    config.remote_host = base.remote_host;
    config.remote_model = base.remote_model;
    config.remote_api = base.remote_api;
    config.remote_key = base.remote_key;
}

// Architectures whose prompt and answer format upstream has built in.
void apply_architecture_defaults(ModelConfig& config) {
    const std::string& family = config.model_family;
    const bool is_nemotron =
        family == "nemotron_h" || family == "nemotron_h_moe" || family == "nemotron_h_omni";
    const std::string name = is_nemotron                                ? "nemotron-3-nano"
                             : family == "gemma4" || family == "laguna" ? family
                                                                        : "";
    fill(config.renderer, name);
    fill(config.parser, name);
}

}  // namespace

Result<ModelConfig> make_config(const CreateRequest& request, const BaseModel& base) {
    ModelConfig config;
    config.renderer = request.renderer;
    config.parser = request.parser;
    config.minimum_version = request.minimum_version;
    if (base.config) {
        fill(config.renderer, base.config->renderer);
        fill(config.parser, base.config->parser);
        fill(config.minimum_version, base.config->minimum_version);
        fill(config.model_format, base.config->model_format);
        config.capabilities = base.config->capabilities;
        inherit_remote(*base.config, config);
    }
    CORRAL_CHECK(apply_info(request.info_json, config));
    for (const SourceLayer& source : base.layers)
        if (source.weights) apply_weights(*source.weights, source.layer.media_type, config);
    apply_architecture_defaults(config);
    return config;
}

}  // namespace corral::models
