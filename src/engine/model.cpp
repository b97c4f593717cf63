#include "engine/model.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/system.h"
#include "base/text.h"
#include "engine/chat_template.h"
#include "engine/devices.h"
#include "fit.h"
#include "ggml-backend.h"
#include "gguf/memory_plan.h"

namespace corral::engine {
namespace {

constexpr std::uint32_t kWholeImageBatch = 1280;  // Gemma 4's images have up to 1120 vectors
constexpr std::int64_t kCellPadding = 256;        // llama.cpp rounds the cache up to this
constexpr int kMaxThreads = 512;                  // GGML_MAX_N_THREADS
constexpr std::int64_t kSmallWeightsBytes = 64 << 20;

[[nodiscard]] Result<ggml_type> cache_type(const std::string& name) {
    constexpr ggml_type kTypes[] = {GGML_TYPE_F32,    GGML_TYPE_F16,  GGML_TYPE_BF16,
                                    GGML_TYPE_Q8_0,   GGML_TYPE_Q4_0, GGML_TYPE_Q4_1,
                                    GGML_TYPE_IQ4_NL, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1};
    if (name.empty()) return GGML_TYPE_F16;
    for (ggml_type type : kTypes) {
        if (lower(name) == ggml_type_name(type)) return type;
    }
    std::string known;
    for (const gguf::CacheType& type : gguf::cache_types())
        known += fmt::format("{}{}", known.empty() ? "" : ", ", type.name);
    return fail(ErrorCode::invalid, "unsupported KV cache type \"{}\"; expected one of {}", name,
                known);
}

[[nodiscard]] Result<void> check_attention(const wire::Load& request, ggml_type type) {
    if (!ggml_is_quantized(type) || request.flash_attention.value_or(true)) return {};
    return fail(ErrorCode::invalid,
                "a KV cache of type {} requires flash attention, which is switched off",
                ggml_type_name(type));
}

// Why llama.cpp refused, from what it logged.
Error load_error(const std::string& what, LogCapture& log) {
    const std::string reasons = log.errors();
    const bool memory = contains_ignoring_case(reasons, "out of memory") ||
                        contains_ignoring_case(reasons, "failed to allocate") ||
                        contains_ignoring_case(reasons, "unable to allocate");
    const bool unknown = contains_ignoring_case(reasons, "unknown model architecture");
    const ErrorCode code = memory    ? ErrorCode::no_memory
                           : unknown ? ErrorCode::unsupported
                                     : ErrorCode::corrupt;
    return {code, reasons.empty() ? what : fmt::format("{}: {}", what, reasons), {}, 0};
}

struct Progress {
    const OnLoadProgress& report;
    bool aborted = false;

    static bool callback(float progress, void* self) {
        auto* p = static_cast<Progress*>(self);
        if (p->report && !p->report(progress)) p->aborted = true;
        return !p->aborted;
    }
};

// Where the layers go. What is pointed to must stay until the model is loaded.
class Placement {
public:
    [[nodiscard]] static Result<Placement> make(const wire::Load& request) {
        Placement placement;
        CORRAL_TRY(placement.devices_, find_devices(request.devices));
        placement.devices_.push_back(nullptr);
        return placement;
    }

    void apply(const wire::LoadOptions& options, llama_model_params& params) {
        params.devices = devices_.data();
        if (options.num_gpu >= 0) {
            params.n_gpu_layers =
                static_cast<std::int32_t>(std::min<std::int64_t>(options.num_gpu, 1 << 20));
        }
        if (n_devices() == 1) params.split_mode = LLAMA_SPLIT_MODE_NONE;
    }

    // Lets llama.cpp measure how many layers fit into the free memory of the devices. Where it
    // finds no way the parameters stay as they are, and the load itself says what is missing.
    void fit(const wire::Load& request, llama_model_params& params,
             llama_context_params& context_params) {
        if (n_devices() == 0 || request.options.num_gpu >= 0 || !request.fit_layers) return;
        tensor_split_.assign(llama_max_devices(), 0.0F);
        overrides_.assign(llama_max_tensor_buft_overrides(), {nullptr, nullptr});
        std::vector<std::size_t> margins(llama_max_devices(),
                                         static_cast<std::size_t>(request.device_margin_bytes));
        params.tensor_split = tensor_split_.data();
        params.tensor_buft_overrides = overrides_.data();
        common_fit_params(request.model_path.c_str(), &params, &context_params,
                          tensor_split_.data(), overrides_.data(), margins.data(),
                          context_params.n_ctx, nullptr, GGML_LOG_LEVEL_ERROR);
    }

private:
    std::size_t n_devices() const { return devices_.size() - 1; }

    std::vector<ggml_backend_dev_t> devices_;  // with a null at the end
    std::vector<float> tensor_split_;
    std::vector<llama_model_tensor_buft_override> overrides_;
};

[[nodiscard]] Result<llama_model_ptr> load_weights(const wire::Load& request,
                                                   const OnLoadProgress& on_progress,
                                                   llama_context_params& context_params,
                                                   LogCapture& log) {
    Progress progress{on_progress};
    llama_model_params params = llama_model_default_params();
    params.load_mtp = false;
    CORRAL_TRY(Placement placement, Placement::make(request));
    placement.apply(request.options, params);
    params.vocab_only = request.vocabulary_only;
    if (!request.vocabulary_only) placement.fit(request, params, context_params);
    log.forget_buffers();  // fitting announced some that it did not make
    params.load_mode =
        request.options.use_mmap.value_or(true) ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE;
    params.progress_callback = Progress::callback;
    params.progress_callback_user_data = &progress;
    llama_model_ptr weights(llama_model_load_from_file(request.model_path.c_str(), params));
    if (progress.aborted) return fail(ErrorCode::cancelled, "loading was cancelled");
    if (weights == nullptr) return fail(load_error("failed to load model", log));
    return weights;
}

[[nodiscard]] Result<void> check_usable(const llama_model* weights) {
    if (llama_vocab_type(llama_model_get_vocab(weights)) == LLAMA_VOCAB_TYPE_NONE) {
        return fail(ErrorCode::unsupported, "the model file has no vocabulary");
    }
    if (llama_model_has_encoder(weights) && llama_model_has_decoder(weights)) {
        return fail(ErrorCode::unsupported, "encoder-decoder models cannot be run");
    }
    if (llama_model_is_diffusion(weights)) {
        return fail(ErrorCode::unsupported, "diffusion language models cannot be run");
    }
    return {};
}

// Memory that the cache may be made of: that of the GPUs, if there are any.
std::int64_t available_bytes(const wire::Load& request) {
    if (request.devices.empty() || request.options.num_gpu == 0)
        return static_cast<std::int64_t>(memory_info().available_bytes);
    std::int64_t sum = 0;
    for (const wire::Device& device : list_devices())
        if (std::ranges::find(request.devices, device.name) != request.devices.end())
            sum += device.free_bytes;
    return sum;
}

gguf::MemoryWishes memory_wishes(const wire::Load& request) {
    return {.n_ctx = request.options.num_ctx,
            .n_parallel = request.n_parallel,
            .n_batch = request.options.num_batch,
            .kv_element_bytes = gguf::cache_element_bytes(request.kv_cache_type).value_or(2),
            .flash_attention = request.flash_attention.value_or(true),
            .available_bytes = available_bytes(request)};
}

// A token of a small model takes less time than threads need to meet at every operation, and on a
// busy machine each such meeting costs a time slice.
int thread_count(const wire::LoadOptions& options, std::int64_t weights_bytes) {
    if (options.num_thread <= 0) {
        return weights_bytes < kSmallWeightsBytes ? 1 : usable_physical_cores();
    }
    return static_cast<int>(std::min<std::int64_t>(options.num_thread, kMaxThreads));
}

llama_flash_attn_type attention_kind(const std::optional<bool>& wanted) {
    if (!wanted) return LLAMA_FLASH_ATTN_TYPE_AUTO;
    return *wanted ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
}

// Images that have to be read whole need a batch that holds them.
void make_room_for_images(const Projector* projector, llama_context_params& params) {
    if (projector == nullptr || !projector->reads_images_whole()) return;
    params.n_batch =
        std::max(params.n_batch, std::min({kWholeImageBatch, gguf::kMaxBatch, params.n_ctx}));
    params.n_ubatch = params.n_batch;
}

llama_context_params context_params(const wire::Load& request, const gguf::ModelShape& shape,
                                    const gguf::MemoryPlan& plan, ggml_type type) {
    llama_context_params params = llama_context_default_params();
    params.n_ctx =
        static_cast<std::uint32_t>((plan.n_cells + kCellPadding - 1) / kCellPadding * kCellPadding);
    params.n_batch = static_cast<std::uint32_t>(plan.n_batch);
    // One physical batch each: when llama.cpp plans several at once for a sliding window, it
    // forgets cells that the first of them still needs.
    params.n_ubatch = params.n_batch;
    params.n_seq_max = static_cast<std::uint32_t>(plan.n_sequences);
    params.n_outputs_max = params.n_seq_max;
    params.n_threads = thread_count(request.options, shape.weights_bytes);
    params.n_threads_batch = params.n_threads;
    params.flash_attn_type = attention_kind(request.flash_attention);
    params.type_k = type;
    params.type_v = type;
    params.offload_kqv = request.options.num_gpu != 0;
    params.op_offload = request.options.num_gpu != 0;
    params.kv_unified = true;
    params.swa_full = false;
    params.no_perf = true;
    return params;
}

[[nodiscard]] Result<void> make_context(const wire::Load& request, const gguf::MemoryPlan& plan,
                                        const llama_context_params& params, Model& model) {
    model.context.reset(llama_init_from_model(model.weights.get(), params));
    if (model.context == nullptr) {
        return fail(load_error("failed to create the model's context", *model.log));
    }
    if (llama_get_memory(model.context.get()) == nullptr) {
        return fail(ErrorCode::unsupported, "the model cannot generate text");
    }
    // A number that the user chose is kept.
    const bool adapts = request.options.num_thread <= 0;
    model.threads =
        std::make_unique<Threads>(model.context.get(), params.n_threads, adapts, Between::spin);
    CORRAL_CHECK(apply_adapters(model.adapters, model.context.get()));
    model.n_cells = plan.n_cells;
    model.n_sequences = static_cast<std::int32_t>(plan.n_sequences);
    model.n_batch = static_cast<std::int32_t>(llama_n_batch(model.context.get()));
    model.info.n_ctx = plan.n_ctx;
    model.info.n_parallel = plan.n_parallel;
    return {};
}

[[nodiscard]] Result<void> make_embedding_context(const wire::Load& request,
                                                  const gguf::File& header, Model& model) {
    const std::int64_t n_trained = llama_model_n_ctx_train(model.weights.get());
    const std::int64_t n_ctx =
        request.options.num_ctx > 0 ? std::min(request.options.num_ctx, n_trained) : n_trained;
    CORRAL_TRY(EmbeddingContext context,
               EmbeddingContext::create(request, model.weights.get(), n_ctx));
    model.embedding = std::make_unique<EmbeddingContext>(std::move(context));
    model.embedding_facts = embedding_facts(header);
    if (model.context != nullptr) return {};
    model.info.n_ctx = n_ctx;
    model.info.n_parallel = 1;
    return {};
}

// Qwen's models find things in images from this many tokens on (scheduler-runtime.md 8.3). Small
// contexts have no room for that.
std::int32_t min_image_tokens(const gguf::File& header) {
    constexpr std::int64_t kMinTokens = 1024;
    constexpr std::string_view kArchitectures[] = {"qwen2vl", "qwen25vl", "qwen3vl", "qwen3vlmoe"};
    if (std::ranges::find(kArchitectures, header.architecture()) == std::end(kArchitectures)) {
        return -1;
    }
    return static_cast<std::int32_t>(
        std::clamp<std::int64_t>(gguf::model_shape(header).n_ctx_train / 4, 1, kMinTokens));
}

// Of several projectors the first is used (scheduler-runtime.md 13.1).
[[nodiscard]] Result<void> load_projector(const wire::Load& request, const gguf::File& header,
                                          Model& model) {
    if (request.projector_paths.empty()) return {};
    const std::string& path = request.projector_paths.front();
    std::error_code ignored;
    const std::uintmax_t size = std::filesystem::file_size(path, ignored);
    ProjectorSetup setup;
    setup.n_threads = thread_count(request.options, static_cast<std::int64_t>(size));
    setup.use_gpu = request.options.num_gpu != 0;
    setup.flash_attention = attention_kind(request.flash_attention);
    setup.min_image_tokens = min_image_tokens(header);
    CORRAL_TRY(model.projector, Projector::load(path, model.weights.get(), setup, *model.log));
    return {};
}

// Everything that computes.
[[nodiscard]] Result<void> make_contexts(const wire::Load& request, const gguf::File& header,
                                         const gguf::MemoryPlan& plan, llama_context_params params,
                                         Model& model) {
    CORRAL_TRY(model.adapters,
               read_adapters(request.adapter_paths, model.weights.get(), *model.log));
    model.turns = std::make_unique<Turns>();
    CORRAL_CHECK(load_projector(request, header, model));
    make_room_for_images(model.projector.get(), params);
    if (request.completion || !request.embedding) {
        CORRAL_CHECK(make_context(request, plan, params, model));
    }
    if (request.embedding) CORRAL_CHECK(make_embedding_context(request, header, model));
    return {};
}

}  // namespace

Result<Model> load_model(const wire::Load& request, const OnLoadProgress& on_progress) {
    CORRAL_TRY(const gguf::File header, gguf::read(request.model_path, gguf::ReadMode::header));
    CORRAL_TRY(const ggml_type type, cache_type(request.kv_cache_type));
    CORRAL_CHECK(check_attention(request, type));
    Model model;
    model.log = std::make_unique<LogCapture>();
    start_backends();
    const gguf::ModelShape shape = gguf::model_shape(header);
    const gguf::MemoryPlan plan = gguf::plan_memory(shape, memory_wishes(request));
    llama_context_params params = context_params(request, shape, plan, type);
    CORRAL_TRY(model.weights, load_weights(request, on_progress, params, *model.log));
    CORRAL_CHECK(check_usable(model.weights.get()));
    if (request.vocabulary_only) {
        model.info.n_ctx = plan.n_ctx;
        model.info.n_parallel = 1;
    } else {
        CORRAL_CHECK(make_contexts(request, header, plan, params, model));
    }
    model.vocabulary = std::make_unique<Vocabulary>(llama_model_get_vocab(model.weights.get()));
    model.chat_template =
        std::make_shared<const Result<ChatTemplate>>(ChatTemplate::create(model.weights.get(), {}));
    const LogCapture::Buffers buffers = model.log->buffers();
    model.info.n_ctx_train = llama_model_n_ctx_train(model.weights.get());
    model.info.memory_bytes =
        buffers.total_bytes(static_cast<std::int64_t>(llama_model_size(model.weights.get())));
    model.info.gpu_memory_bytes = buffers.gpu_bytes;
    if (model.projector) model.info.memory_bytes += model.projector->size_bytes();
    return model;
}

}  // namespace corral::engine
