#include "models/create_layers.h"

#include <algorithm>

#include "base/text.h"
#include "models/remote.h"

namespace corral::models {

namespace {

Error cannot_yet(std::string message, std::string hint) {
    return Error{ErrorCode::unsupported, std::move(message), std::move(hint), 0};
}

// The blob a file entry names. The texts differ by what upstream tried first.
Result<std::filesystem::path> blob_of(const store::Store& store, const std::string& name,
                                      const std::string& digest_text) {
    const auto digest = store::Digest::parse(digest_text);
    if (!digest && ends_with_ignoring_case(name, ".gguf"))
        return fail(ErrorCode::invalid, "invalid digest format");
    if (!digest) return fail(bad_request("unknown type"));
    auto path = store.blob_path(*digest);
    if (path || path.error().code != ErrorCode::not_found) return path;
    const auto expected = store.root() / "blobs" / digest->file_name();
    return fail(ErrorCode::io, "open {}: no such file or directory", expected.string());
}

// Only GGUF can be used; what else was sent is told apart for the message.
Result<void> check_file_types(const std::map<std::string, std::string>& files,
                              const store::Store& store) {
    const auto has_suffix = [&](std::string_view suffix) {
        return std::ranges::any_of(files,
                                   [&](const auto& file) { return file.first.ends_with(suffix); });
    };
    if (has_suffix(".safetensors"))
        return fail(
            cannot_yet("this build of Corral cannot convert safetensors models",
                       "convert the model to GGUF first, with llama.cpp's convert_hf_to_gguf.py"));
    if (has_suffix(".gguf")) return {};
    for (const auto& [name, digest] : files) {
        CORRAL_TRY(const auto path, blob_of(store, name, digest));
        CORRAL_TRY(const bool is_gguf, gguf::has_magic(path));
        if (is_gguf) return {};
    }
    return fail(bad_request("unknown type"));
}

std::string_view media_type_of(const gguf::File& file) {
    const std::string kind = file.get_string("general.type");
    if (kind == "adapter") return store::kMediaAdapter;
    if (kind == "projector" || kind == "mmproj") return store::kMediaProjector;
    const auto n_blocks = file.get_integer(file.scoped("block_count")).value_or(0);
    if (n_blocks == 0 && file.get_integer(file.scoped("vision.block_count")).value_or(0) > 0)
        return store::kMediaProjector;
    const bool encodes = file.get_bool(file.scoped("has_vision_encoder")).value_or(false) ||
                         file.get_bool(file.scoped("has_audio_encoder")).value_or(false);
    if (file.architecture() == "clip" && n_blocks == 0 && encodes) return store::kMediaProjector;
    return store::kMediaModel;
}

// Upstream rewrites the file with its quantizer to see that it is sound; we have just read its
// whole header and keep the bytes. The progress lines are those clients know.
void tell_validated(const CreateContext& context, std::int64_t size_bytes) {
    constexpr std::string_view kNoDigest = "0000000000000000000";
    context.on_progress({"validating GGUF model", std::string(kNoDigest), size_bytes, size_bytes});
    context.on_progress({"verifying conversion"});
}

Result<SourceLayer> layer_from_file(const std::string& name, const std::string& digest_text,
                                    const CreateContext& context, store::BlobHold& hold) {
    context.on_progress({"parsing GGUF"});
    CORRAL_TRY(const auto path, blob_of(context.store, name, digest_text));
    CORRAL_TRY(const bool is_gguf, gguf::has_magic(path));
    if (!is_gguf) return fail(bad_request("supplied file was not in GGUF format"));
    CORRAL_TRY(const gguf::File file, gguf::read(path, gguf::ReadMode::header));
    if (file.get_integer("split.count").value_or(0) > 1)
        return fail(cannot_yet("this build of Corral cannot join the parts of a split GGUF",
                               "join them first: llama-gguf-split --merge <first part> <output>"));
    const auto digest = *store::Digest::parse(digest_text);
    hold.add(digest);
    CORRAL_CHECK(context.store.adopt_blob(digest));
    std::error_code ignored;
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path, ignored));
    SourceLayer source{
        {std::string(media_type_of(file)), digest, size, name}, weights_of(file), false};
    if (source.layer.media_type == store::kMediaModel) tell_validated(context, size);
    return source;
}

// The name of the base model without `:local`.
Result<store::ModelName> base_name(const CreateRequest& request) {
    std::string_view text = trim(request.from);
    if (ends_with_ignoring_case(text, ":local")) text.remove_suffix(6);
    const auto name = store::ModelName::parse(text);
    if (!name) return fail(bad_request("invalid model name"));
    return *name;
}

Result<store::StoredModel> find_base(const store::ModelName& asked, const CreateContext& context) {
    const store::ModelName name = context.store.canonical(asked);
    auto model = context.store.find(name);
    if (model || model.error().code != ErrorCode::not_found) return model;
    if (!context.pull)
        return fail(
            Error{ErrorCode::not_found,
                  fmt::format("model '{}' not found; this build of Corral cannot pull models",
                              name.short_form()),
                  "create from a model that `corral list` shows, or from a GGUF file", 404});
    CORRAL_CHECK(context.pull(name, context.on_progress));
    return context.store.find(context.store.canonical(asked));
}

// An adapter changes the weights of one architecture, which it names.
Result<void> check_adapter(const SourceLayer& adapter, const BaseModel& base) {
    if (adapter.layer.media_type != store::kMediaAdapter)
        return fail(bad_request("supplied file is not an adapter"));
    for (const SourceLayer& source : base.layers) {
        if (source.layer.media_type != store::kMediaModel || !source.weights) continue;
        if (source.weights->architecture != adapter.weights->architecture)
            return fail(bad_request(
                fmt::format("the adapter is for the architecture {}, the model is {}",
                            adapter.weights->architecture, source.weights->architecture)));
    }
    return {};
}

}  // namespace

Result<void> add_adapters(BaseModel& base, const CreateRequest& request,
                          const CreateContext& context, store::BlobHold& hold) {
    if (request.adapters.empty()) return {};
    const auto add = [&]() -> Result<void> {
        CORRAL_CHECK(check_file_types(request.adapters, context.store));
        if (request.adapters.size() > 1)
            return fail(bad_request("only one adapter is currently supported"));
        const auto& [name, digest] = *request.adapters.begin();
        CORRAL_TRY(SourceLayer adapter, layer_from_file(name, digest, context, hold));
        CORRAL_CHECK(check_adapter(adapter, base));
        base.layers.push_back(std::move(adapter));
        return {};
    };
    Result<void> added = add();
    if (!added && added.error().http_status == 0) added.error().http_status = 400;
    return added;
}

bool is_remote_base(const CreateRequest& request) {
    if (request.from.empty()) return false;
    return !request.remote_host.empty() || names_remote(request.from) ||
           !without_cloud_suffix(request.from).empty();
}

Result<BaseModel> remote_base(const CreateRequest& request) {
    BaseModel base;
    base.config.emplace();
    if (names_remote(request.from)) {
        CORRAL_CHECK(set_remote(*base.config, request.from));
        // The remote itself says what it cannot do; clients want to know whether to ask.
        base.config->capabilities = {"completion", "tools"};
        return base;
    }
    const auto cloud_name = without_cloud_suffix(request.from);
    base.config->remote_model = cloud_name.empty() ? trim(request.from) : cloud_name;
    const std::string host = request.remote_host.empty() ? "ollama.com" : request.remote_host;
    CORRAL_TRY(base.config->remote_host, normalize_remote_host(host));
    return base;
}

Result<BaseModel> layers_from_files(const CreateRequest& request, const CreateContext& context,
                                    store::BlobHold& hold) {
    CORRAL_CHECK(check_file_types(request.files, context.store));
    BaseModel base;
    for (const auto& [name, digest] : request.files) {
        if (context.is_cancelled && context.is_cancelled())
            return fail(ErrorCode::cancelled, "request canceled");
        CORRAL_TRY(SourceLayer source, layer_from_file(name, digest, context, hold));
        base.layers.push_back(std::move(source));
    }
    const auto n_adapters = std::ranges::count_if(base.layers, [](const SourceLayer& source) {
        return source.layer.media_type == store::kMediaAdapter;
    });
    if (n_adapters > 1) return fail(bad_request("only one adapter is currently supported"));
    return base;
}

Result<BaseModel> layers_from_model(const CreateRequest& request, const CreateContext& context,
                                    store::BlobHold& hold) {
    CORRAL_TRY(const store::ModelName asked, base_name(request));
    CORRAL_TRY(const store::StoredModel model, find_base(asked, context));
    for (const store::Digest& digest : model.manifest.digests()) hold.add(digest);
    BaseModel base;
    if (model.manifest.config) {
        constexpr std::size_t kConfigLimitBytes = 4 << 20;
        CORRAL_TRY(const std::string bytes,
                   context.store.read_blob(model.manifest.config->digest, kConfigLimitBytes));
        CORRAL_TRY(base.config, ModelConfig::parse(bytes));
    }
    for (store::Layer layer : model.manifest.layers) {
        CORRAL_CHECK(context.store.adopt_blob(layer.digest));
        layer.from = model.name.short_form();
        SourceLayer source{std::move(layer), std::nullopt, false};
        const bool has_weights = source.layer.media_type == store::kMediaModel ||
                                 source.layer.media_type == store::kMediaProjector;
        if (has_weights && (!base.config || base.config->is_gguf())) {
            CORRAL_TRY(const auto path, context.store.blob_path(source.layer.digest));
            CORRAL_TRY(source.weights, read_weights(path));
        }
        base.layers.push_back(std::move(source));
    }
    return base;
}

}  // namespace corral::models
