#include "engine/model.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "base/system.h"
#include "base/text.h"
#include "engine/memory_plan.h"
#include "ggml-backend.h"
#include "ggml-cpu.h"
#include "gguf/gguf.h"

namespace corral::engine {
namespace {

constexpr std::int32_t kDefaultBatch = 512;
constexpr std::int32_t kMaxBatch = 2048;
constexpr std::int64_t kCellPadding = 256;  // llama.cpp rounds the cache up to this
constexpr int kMaxThreads = 512;            // GGML_MAX_N_THREADS
constexpr std::uint64_t kSmallWeightsBytes = 64 << 20;

// ggml's CPU backend may be a library that is loaded at run time, so its functions are asked for by
// name.
template <class Function>
Function cpu_function(const char* name) {
    ggml_backend_dev_t device = ggml_backend_dev_by_type(GGML_BACKEND_DEVICE_TYPE_CPU);
    if (device == nullptr) return nullptr;
    return reinterpret_cast<Function>(
        ggml_backend_reg_get_proc_address(ggml_backend_dev_backend_reg(device), name));
}

[[nodiscard]] Result<ggml_type> cache_type(const std::string& name) {
    constexpr ggml_type kTypes[] = {GGML_TYPE_F32,    GGML_TYPE_F16,  GGML_TYPE_BF16,
                                    GGML_TYPE_Q8_0,   GGML_TYPE_Q4_0, GGML_TYPE_Q4_1,
                                    GGML_TYPE_IQ4_NL, GGML_TYPE_Q5_0, GGML_TYPE_Q5_1};
    if (name.empty()) return GGML_TYPE_F16;
    for (ggml_type type : kTypes) {
        if (lower(name) == ggml_type_name(type)) return type;
    }
    return fail(ErrorCode::invalid,
                "unsupported KV cache type \"{}\"; expected f32, f16, bf16, q8_0, q4_0, q4_1, "
                "iq4_nl, q5_0 or q5_1",
                name);
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

[[nodiscard]] Result<llama_model_ptr> load_weights(const wire::Load& request,
                                                   const OnLoadProgress& on_progress,
                                                   LogCapture& log) {
    Progress progress{on_progress};
    llama_model_params params = llama_model_default_params();
    params.n_gpu_layers =
        static_cast<std::int32_t>(std::clamp<std::int64_t>(request.options.num_gpu, -1, 1 << 20));
    if (request.options.main_gpu) {
        params.split_mode = LLAMA_SPLIT_MODE_NONE;
        params.main_gpu = static_cast<std::int32_t>(*request.options.main_gpu);
    }
    params.load_mode =
        request.options.use_mmap.value_or(true) ? LLAMA_LOAD_MODE_MMAP : LLAMA_LOAD_MODE_NONE;
    params.load_mtp = false;
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

std::int64_t number(const gguf::File& header, std::string_view key, std::int64_t otherwise = 0) {
    const auto value = header.get_integer(header.scoped(key));
    return value ? static_cast<std::int64_t>(*value) : otherwise;
}

// KV heads of all layers; a hybrid model has none in some.
std::int64_t total_kv_heads(const gguf::File& header, const llama_model* weights) {
    const gguf::Value* value = header.find(header.scoped("attention.head_count_kv"));
    const auto* list = value == nullptr ? nullptr : std::get_if<gguf::Array>(value);
    if (list == nullptr || list->elements.empty()) {
        return std::int64_t{llama_model_n_head_kv(weights)} * llama_model_n_layer(weights);
    }
    std::int64_t total = 0;
    for (const gguf::Scalar& element : list->elements) {
        if (const auto* u = std::get_if<std::uint64_t>(&element))
            total += static_cast<std::int64_t>(*u);
        if (const auto* i = std::get_if<std::int64_t>(&element)) total += *i;
    }
    return total;
}

std::int64_t attention_bytes(const gguf::File& header, const llama_model* weights, ggml_type type) {
    if (llama_model_is_recurrent(weights)) return 0;
    const std::int64_t width =
        number(header, "attention.key_length",
               llama_model_n_embd(weights) / std::max(1, llama_model_n_head(weights)));
    const std::int64_t elements = 2 * width * total_kv_heads(header, weights);
    return elements * static_cast<std::int64_t>(ggml_type_size(type)) / ggml_blck_size(type);
}

std::int64_t state_bytes(const gguf::File& header, const llama_model* weights) {
    if (!llama_model_is_recurrent(weights) && !llama_model_is_hybrid(weights)) return 0;
    const std::int64_t of_ssm =
        number(header, "ssm.inner_size") *
        (number(header, "ssm.state_size") + number(header, "ssm.conv_kernel"));
    const std::int64_t of_wkv = llama_model_n_embd(weights) * (number(header, "wkv.head_size") + 2);
    return (of_ssm + of_wkv) * llama_model_n_layer(weights) *
           static_cast<std::int64_t>(sizeof(float));
}

// Phi-3 and MiniCPM change their rope factors where a context is longer than the original one.
std::int64_t original_context(const gguf::File& header) {
    const std::string architecture = header.architecture();
    const bool changes = architecture.starts_with("phi") || architecture.starts_with("minicpm");
    return changes ? number(header, "rope.scaling.original_context_length") : 0;
}

MemoryNeeds memory_needs(const wire::Load& request, const gguf::File& header,
                         const llama_model* weights, ggml_type type) {
    MemoryNeeds needs;
    needs.n_ctx_wanted = request.options.num_ctx;
    needs.n_ctx_train = llama_model_n_ctx_train(weights);
    needs.n_ctx_original = original_context(header);
    needs.n_parallel = request.n_parallel;
    needs.bytes_per_token = attention_bytes(header, weights, type);
    needs.bytes_per_sequence = state_bytes(header, weights);
    needs.weights_bytes = static_cast<std::int64_t>(llama_model_size(weights));
    needs.available_bytes = static_cast<std::int64_t>(memory_info().available_bytes);
    return needs;
}

// A token of a small model takes less time than threads need to meet at every operation, and on a
// busy machine each such meeting costs a time slice.
int thread_count(const wire::LoadOptions& options, std::uint64_t weights_bytes) {
    if (options.num_thread <= 0) {
        return weights_bytes < kSmallWeightsBytes ? 1 : usable_physical_cores();
    }
    return static_cast<int>(std::min<std::int64_t>(options.num_thread, kMaxThreads));
}

llama_flash_attn_type attention_kind(const std::optional<bool>& wanted) {
    if (!wanted) return LLAMA_FLASH_ATTN_TYPE_AUTO;
    return *wanted ? LLAMA_FLASH_ATTN_TYPE_ENABLED : LLAMA_FLASH_ATTN_TYPE_DISABLED;
}

llama_context_params context_params(const wire::Load& request, const llama_model* weights,
                                    const MemoryPlan& plan, ggml_type type) {
    const std::int64_t wanted =
        request.options.num_batch > 0 ? request.options.num_batch : kDefaultBatch;
    llama_context_params params = llama_context_default_params();
    params.n_ctx =
        static_cast<std::uint32_t>((plan.n_cells + kCellPadding - 1) / kCellPadding * kCellPadding);
    params.n_batch = static_cast<std::uint32_t>(std::clamp<std::int64_t>(
        wanted, plan.n_sequences, std::min<std::int64_t>(kMaxBatch, params.n_ctx)));
    // One physical batch each: when llama.cpp plans several at once for a sliding window, it
    // forgets cells that the first of them still needs.
    params.n_ubatch = params.n_batch;
    params.n_seq_max = static_cast<std::uint32_t>(plan.n_sequences);
    params.n_outputs_max = params.n_seq_max;
    params.n_threads = thread_count(request.options, llama_model_size(weights));
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

[[nodiscard]] Result<void> load_adapters(const wire::Load& request, Model& model) {
    std::vector<llama_adapter_lora*> adapters;
    for (const std::string& path : request.adapter_paths) {
        CORRAL_TRY(const gguf::File header, gguf::read(path, gguf::ReadMode::header));
        static_cast<void>(header);
        llama_adapter_lora* adapter = llama_adapter_lora_init(model.weights.get(), path.c_str());
        if (adapter == nullptr) {
            return fail(load_error(fmt::format("failed to load adapter {}", path), *model.log));
        }
        model.adapters.emplace_back(adapter);
        adapters.push_back(adapter);
    }
    std::vector<float> scales(adapters.size(), 1.0F);
    if (!adapters.empty()) {
        llama_set_adapters_lora(model.context.get(), adapters.data(), adapters.size(),
                                scales.data());
    }
    return {};
}

// One pool for reading prompts and for generating: without one ggml starts threads for every graph.
void attach_threads(Model& model, int n_threads) {
    const auto create = cpu_function<decltype(&ggml_threadpool_new)>("ggml_threadpool_new");
    if (create == nullptr) return;
    ggml_threadpool_params params = ggml_threadpool_params_default(n_threads);
    model.threads.reset(create(&params));
    llama_attach_threadpool(model.context.get(), model.threads.get(), nullptr);
}

[[nodiscard]] Result<void> make_context(const wire::Load& request, const gguf::File& header,
                                        Model& model) {
    CORRAL_TRY(const ggml_type type, cache_type(request.kv_cache_type));
    const MemoryPlan plan = plan_memory(memory_needs(request, header, model.weights.get(), type));
    const llama_context_params params = context_params(request, model.weights.get(), plan, type);
    model.context.reset(llama_init_from_model(model.weights.get(), params));
    if (model.context == nullptr) {
        return fail(load_error("failed to create the model's context", *model.log));
    }
    if (llama_get_memory(model.context.get()) == nullptr) {
        return fail(ErrorCode::unsupported, "the model cannot generate text");
    }
    attach_threads(model, params.n_threads);
    CORRAL_CHECK(load_adapters(request, model));
    model.n_cells = plan.n_cells;
    model.n_sequences = plan.n_sequences;
    model.n_batch = static_cast<std::int32_t>(llama_n_batch(model.context.get()));
    model.info.n_ctx = plan.n_ctx;
    model.info.n_parallel = plan.n_parallel;
    return {};
}

void start_llama_once() {
    static const bool started = [] {
        ggml_backend_load_all();
        llama_backend_init();
        return true;
    }();
    static_cast<void>(started);
}

}  // namespace

void ThreadpoolDeleter::operator()(ggml_threadpool* pool) const {
    const auto destroy = cpu_function<decltype(&ggml_threadpool_free)>("ggml_threadpool_free");
    if (destroy != nullptr) destroy(pool);
}

Result<Model> load_model(const wire::Load& request, const OnLoadProgress& on_progress) {
    CORRAL_TRY(const gguf::File header, gguf::read(request.model_path, gguf::ReadMode::header));
    Model model;
    model.log = std::make_unique<LogCapture>();
    start_llama_once();
    CORRAL_TRY(model.weights, load_weights(request, on_progress, *model.log));
    CORRAL_CHECK(check_usable(model.weights.get()));
    CORRAL_CHECK(make_context(request, header, model));
    model.vocabulary = std::make_unique<Vocabulary>(llama_model_get_vocab(model.weights.get()));
    const LogCapture::Buffers buffers = model.log->buffers();
    model.info.n_ctx_train = llama_model_n_ctx_train(model.weights.get());
    model.info.memory_bytes =
        buffers.total_bytes(static_cast<std::int64_t>(llama_model_size(model.weights.get())));
    model.info.gpu_memory_bytes = buffers.gpu_bytes;
    return model;
}

}  // namespace corral::engine
