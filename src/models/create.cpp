#include "models/create.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "base/text.h"
#include "models/create_config.h"
#include "models/create_layers.h"
#include "models/parameters.h"
#include "models/template_choice.h"
#include "store/go_json.h"

namespace corral::models {

using nlohmann::json;
using nlohmann::ordered_json;
using store::Layer;

namespace {

bool is_clean_relative_path(std::string_view path) {
    const auto parts = split(path, '/');
    return std::ranges::none_of(
        parts, [](std::string_view part) { return part.empty() || part == "." || part == ".."; });
}

Result<void> check_files(const std::map<std::string, std::string>& files) {
    for (const auto& [path, digest] : files) {
        if (!is_clean_relative_path(path)) return fail(bad_request("file path must be relative"));
        if (digest.empty()) return fail(bad_request("invalid digest format"));
    }
    return {};
}

std::string wanted_quantization(const std::string& asked) {
    std::string name = upper(asked);
    return name == "Q4_K" ? "Q4_K_M" : name;
}

// Nothing is to be done when the weights already have the type; anything else would need the
// quantizer.
Result<void> check_quantization(const std::string& asked, const BaseModel& base) {
    if (asked.empty()) return {};
    const std::string wanted = wanted_quantization(asked);
    constexpr std::string_view kTypes[] = {"F32", "F16", "BF16", "Q8_0", "Q4_K_S", "Q4_K_M"};
    if (std::ranges::find(kTypes, wanted) == std::end(kTypes))
        return fail(
            ErrorCode::invalid,
            "unsupported quantization type {} - supported types are F32, F16, Q4_K_S, Q4_K_M, Q8_0",
            upper(asked));
    for (const SourceLayer& source : base.layers) {
        if (source.layer.media_type != store::kMediaModel || !source.weights ||
            source.weights->file_type == wanted)
            continue;
        const std::string& type = source.weights->file_type;
        if (type != "F16" && type != "BF16" && type != "F32")
            return fail(ErrorCode::unsupported,
                        "quantization is only supported for F16, BF16 and F32 models");
        return fail(
            Error{ErrorCode::unsupported,
                  fmt::format("this build of Corral cannot quantize {} models to {}", type, wanted),
                  "quantize the file first, with llama.cpp's llama-quantize", 0});
    }
    return {};
}

// Upstream's message objects: known members in their order, empty ones left out.
Result<std::string> messages_blob(const json& messages) {
    ordered_json list = ordered_json::array();
    for (const json& message : messages) {
        CORRAL_TRY(const std::string role, store::json_text(message, "role"));
        CORRAL_TRY(const std::string content, store::json_text(message, "content"));
        ordered_json object;
        object["role"] = lower(role);
        object["content"] = content;
        for (const char* key : {"thinking", "images", "tool_calls", "tool_name", "tool_call_id"}) {
            const json* value = store::json_field(message, key);
            if (value && !value->is_null() && *value != "" && *value != json::array())
                object[key] = ordered_json(*value);
        }
        list.push_back(std::move(object));
    }
    return store::to_go_json(list) + "\n";
}

// One run of create: collects layers, then writes the manifest.
class Creator {
public:
    Creator(const CreateRequest& request, const CreateContext& context)
        : request_(request), context_(context), hold_(context.store.hold()) {}

    Result<void> run(const store::ModelName& name) {
        const auto previous = context_.store.find(name);
        CORRAL_TRY(base_, read_base());
        CORRAL_TRY(ModelConfig config, make_config(request_, base_));
        CORRAL_CHECK(check_quantization(request_.quantize, base_));
        CORRAL_CHECK(replace_text(store::kMediaTemplate, request_.template_text));
        CORRAL_CHECK(replace_text(store::kMediaSystem, request_.system));
        for (const std::string& license : request_.licenses)
            if (!license.empty()) CORRAL_CHECK(add(store::kMediaLicense, license));
        CORRAL_CHECK(replace_parameters(config));
        CORRAL_CHECK(replace_messages());
        CORRAL_CHECK(write(name, config));
        if (previous && !previous->read_only && !context_.no_prune) {
            const auto digests = previous->manifest.digests();
            CORRAL_TRY([[maybe_unused]] const int n_removed,
                       context_.store.remove_unreferenced(digests));
        }
        context_.on_progress({"success"});
        return {};
    }

private:
    Result<BaseModel> read_base() {
        if (!request_.draft_files.empty() && is_remote_base(request_))
            return fail(bad_request("DRAFT cannot be used with remote models"));
        if (!request_.draft_files.empty())
            return fail(Error{
                ErrorCode::unsupported, "this build of Corral cannot add draft models", {}, 0});
        CORRAL_TRY(BaseModel base, read_weights_of_base());
        CORRAL_CHECK(add_adapters(base, request_, context_, hold_));
        return base;
    }

    Result<BaseModel> read_weights_of_base() {
        if (is_remote_base(request_)) return remote_base(request_);
        if (!request_.from.empty()) return layers_from_model(request_, context_, hold_);
        if (request_.has_files) return layers_from_files(request_, context_, hold_);
        return fail(bad_request("neither 'from' or 'files' was specified"));
    }

    void drop(std::string_view media_type) {
        std::erase_if(base_.layers, [&](const SourceLayer& source) {
            return source.layer.media_type == media_type;
        });
    }

    Result<void> add(std::string_view media_type, std::string_view bytes) {
        const bool is_new = !context_.store.has_blob(store::Digest::of_hex(sha256_hex(bytes)));
        CORRAL_TRY(Layer layer, write_held(media_type, bytes));
        base_.layers.push_back({std::move(layer), std::nullopt, is_new});
        return {};
    }

    Result<Layer> write_held(std::string_view media_type, std::string_view bytes) {
        hold_.add(store::Digest::of_hex(sha256_hex(bytes)));
        return context_.store.write_blob(media_type, bytes);
    }

    Result<void> replace_text(std::string_view media_type, const std::string& text) {
        if (text.empty()) return {};
        if (media_type == store::kMediaTemplate) CORRAL_CHECK(check_template(text));
        drop(media_type);
        return add(media_type, text);
    }

    Result<void> replace_parameters(const ModelConfig& config) {
        constexpr std::size_t kParametersLimitBytes = 4 << 20;
        json merged = json::object();
        for (const SourceLayer& source : base_.layers) {
            if (source.layer.media_type != store::kMediaParams) continue;
            CORRAL_TRY(const std::string bytes,
                       context_.store.read_blob(source.layer.digest, kParametersLimitBytes));
            CORRAL_TRY(const json inherited, store::parse_go_json(bytes));
            merged = merge_parameters(merged, inherited);
        }
        if (!request_.parameters_json.empty()) {
            CORRAL_TRY(const json asked, store::parse_go_json(request_.parameters_json));
            merged = merge_parameters(merged, asked);
        }
        if (config.renderer == "gemma4" && !merged.contains("stop"))
            merged["stop"] = json::array({"<turn|>"});
        if (merged.empty()) return {};
        drop(store::kMediaParams);
        return add(store::kMediaParams, store::to_go_json(merged) + "\n");
    }

    Result<void> replace_messages() {
        if (request_.messages_json.empty()) return {};
        CORRAL_TRY(const json messages, store::parse_go_json(request_.messages_json));
        if (!messages.is_array() || messages.empty()) return {};
        CORRAL_TRY(const std::string bytes, messages_blob(messages));
        drop(store::kMediaMessages);
        return add(store::kMediaMessages, bytes);
    }

    Result<void> write(const store::ModelName& name, const ModelConfig& config) {
        store::Manifest manifest;
        for (SourceLayer& source : base_.layers) {
            context_.on_progress(
                {(source.is_new ? "creating new layer " : "using existing layer ") +
                 source.layer.digest.text()});
            manifest.layers.push_back(std::move(source.layer));
        }
        if (context_.is_cancelled && context_.is_cancelled())
            return fail(ErrorCode::cancelled, "request canceled");
        CORRAL_TRY(manifest.config, write_held(store::kMediaConfig, config.to_json()));
        context_.on_progress({"writing manifest"});
        return context_.store.write_manifest(name, manifest);
    }

    const CreateRequest& request_;
    const CreateContext& context_;
    store::BlobHold hold_;
    BaseModel base_;
};

}  // namespace

Result<store::ModelName> check_create(const CreateRequest& request) {
    CORRAL_CHECK(check_files(request.files));
    CORRAL_CHECK(check_files(request.draft_files));
    if (!request.draft_quantize.empty() && request.draft_files.empty())
        return fail(bad_request("--draft-quantize requires a DRAFT model"));
    const auto name = store::ModelName::parse(request.model);
    if (!name) return fail(bad_request("invalid model name"));
    return *name;
}

Result<void> create(const CreateRequest& request, const CreateContext& context) {
    CORRAL_TRY(const store::ModelName name, check_create(request));
    auto created = Creator(request, context).run(context.store.canonical(name));
    if (created || created.error().code == ErrorCode::cancelled || created.error().http_status != 0)
        return created;
    created.error().http_status = 500;
    return created;
}

}  // namespace corral::models
