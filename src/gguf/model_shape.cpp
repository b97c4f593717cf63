#include "gguf/model_shape.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace corral::gguf {

namespace {

// Larger than any real model; keeps products of claimed numbers from overflowing.
constexpr std::int64_t kPlausible = 1 << 24;
constexpr std::int64_t kMostLayers = 4096;

std::int64_t number(const File& file, std::string_view key, std::int64_t otherwise = 0) {
    const auto value = file.get_integer(file.scoped(key));
    return value && *value <= kPlausible ? static_cast<std::int64_t>(*value) : otherwise;
}

std::optional<std::int64_t> as_number(const Scalar& scalar) {
    if (const auto* u = std::get_if<std::uint64_t>(&scalar))
        return static_cast<std::int64_t>(std::min<std::uint64_t>(*u, kPlausible));
    if (const auto* i = std::get_if<std::int64_t>(&scalar))
        return std::clamp<std::int64_t>(*i, 0, kPlausible);
    if (const auto* b = std::get_if<bool>(&scalar)) return *b ? 1 : 0;
    return std::nullopt;
}

// A number that a file gives once, or layer by layer.
std::vector<std::int64_t> per_layer(const File& file, std::string_view key, std::int64_t n_layers,
                                    std::int64_t otherwise) {
    std::vector<std::int64_t> values(static_cast<std::size_t>(n_layers),
                                     number(file, key, otherwise));
    const Value* found = file.find(file.scoped(key));
    const auto* list = found == nullptr ? nullptr : std::get_if<Array>(found);
    if (list == nullptr) return values;
    for (std::size_t i = 0; i < std::min(values.size(), list->elements.size()); ++i)
        values[i] = as_number(list->elements[i]).value_or(otherwise);
    return values;
}

// Every n-th layer of these attends to everything, unless their files say otherwise.
std::int64_t usual_pattern(std::string_view architecture) {
    constexpr std::array<std::pair<std::string_view, std::int64_t>, 9> kPatterns{{
        {"gemma2", 2},
        {"gemma3", 6},
        {"gemma3n", 5},
        {"gemma-embedding", 6},
        {"gpt-oss", 2},
        {"cohere2", 4},
        {"olmo2", 4},
        {"exaone4", 4},
        {"llama4", 4},
    }};
    const auto* found = std::ranges::find(kPatterns, architecture,
                                          &std::pair<std::string_view, std::int64_t>::first);
    return found == kPatterns.end() ? 0 : found->second;
}

// Which layers attend to a window only.
std::vector<bool> windowed_layers(const File& file, std::int64_t n_layers) {
    std::vector<bool> windowed(static_cast<std::size_t>(n_layers), false);
    constexpr std::string_view kKey = "attention.sliding_window_pattern";
    const Value* found = file.find(file.scoped(kKey));
    if (found != nullptr && std::holds_alternative<Array>(*found)) {
        const auto flags = per_layer(file, kKey, n_layers, 0);
        for (std::size_t i = 0; i < windowed.size(); ++i) windowed[i] = flags[i] != 0;
        return windowed;
    }
    const std::int64_t pattern = number(file, kKey, usual_pattern(file.architecture()));
    if (pattern < 2) return windowed;
    for (std::int64_t i = 0; i < n_layers; ++i)
        windowed[static_cast<std::size_t>(i)] = i % pattern < pattern - 1;
    return windowed;
}

// Layers whose attention is linear, where a file says so by an interval (Qwen 3 Next).
bool is_interval_recurrent(const File& file, std::int64_t layer) {
    const std::int64_t interval = number(file, "full_attention_interval");
    return interval > 0 && (layer + 1) % interval != 0;
}

struct KvWidth {
    std::int64_t full = 0;  // elements of one head, K and V
    std::int64_t windowed = 0;
};

KvWidth kv_width(const File& file, std::int64_t n_heads, std::int64_t n_embd) {
    const std::int64_t usual = n_heads == 0 ? 0 : n_embd / n_heads;
    const std::int64_t key = number(file, "attention.key_length", usual);
    const std::int64_t value = number(file, "attention.value_length", usual);
    // Latent attention (DeepSeek) keeps no V of its own: it is part of K.
    if (number(file, "attention.key_length_mla") > 0) return {key, key};
    return {key + value, number(file, "attention.key_length_swa", key) +
                             number(file, "attention.value_length_swa", value)};
}

void count_attention(const File& file, ModelShape& shape) {
    const auto heads = per_layer(file, "attention.head_count_kv", shape.n_layers, shape.n_heads);
    const KvWidth width = kv_width(file, shape.n_heads, shape.n_embd);
    const std::int64_t window =
        number(file, "attention.sliding_window", file.architecture() == "gemma2" ? 4096 : 0);
    const auto windowed =
        window > 0 ? windowed_layers(file, shape.n_layers) : std::vector<bool>(heads.size(), false);
    for (std::size_t i = 0; i < heads.size(); ++i) {
        if (is_interval_recurrent(file, static_cast<std::int64_t>(i))) continue;
        if (windowed[i])
            shape.window_kv_elements += heads[i] * width.windowed;
        else
            shape.kv_elements += heads[i] * width.full;
    }
    if (shape.window_kv_elements > 0) shape.window = window;
}

// Elements of the state of one recurrent layer.
std::int64_t state_elements(const File& file, const ModelShape& shape) {
    if (const std::int64_t head_size = number(file, "wkv.head_size"); head_size > 0)
        return shape.n_embd * (head_size + number(file, "token_shift_count", 2));
    if (const std::int64_t cache = number(file, "shortconv.l_cache"); cache > 0)
        return shape.n_embd * (cache - 1);
    const std::int64_t inner = number(file, "ssm.inner_size");
    const std::int64_t state = number(file, "ssm.state_size");
    const std::int64_t kernel = std::max<std::int64_t>(number(file, "ssm.conv_kernel"), 1);
    // In floating point because no real model limits the product of three claimed numbers.
    const double convolved = static_cast<double>(inner) +
                             2.0 * static_cast<double>(number(file, "ssm.group_count") * state);
    constexpr double kMostElements = 1LL << 40;
    return static_cast<std::int64_t>(
        std::min(static_cast<double>(state * inner) + static_cast<double>(kernel - 1) * convolved,
                 kMostElements));
}

void count_state(const File& file, ModelShape& shape) {
    const auto heads = per_layer(file, "attention.head_count_kv", shape.n_layers, shape.n_heads);
    const std::int64_t elements = state_elements(file, shape);
    // Models with both in every layer (Falcon H1) have no layer without heads.
    const bool in_every_layer = std::ranges::none_of(heads, [](auto n) { return n == 0; }) &&
                                number(file, "full_attention_interval") == 0;
    for (std::size_t i = 0; i < heads.size(); ++i) {
        const bool recurrent = in_every_layer || heads[i] == 0 ||
                               is_interval_recurrent(file, static_cast<std::int64_t>(i));
        if (recurrent) shape.state_bytes += elements * static_cast<std::int64_t>(sizeof(float));
    }
}

std::int64_t feed_forward(const File& file, std::int64_t n_embd) {
    const std::int64_t dense = number(file, "feed_forward_length", 4 * n_embd);
    const std::int64_t expert = number(file, "expert_feed_forward_length", dense);
    return std::max(dense, expert * number(file, "expert_used_count"));
}

std::int64_t vocabulary_size(const File& file) {
    if (const Value* tokens = file.find("tokenizer.ggml.tokens"))
        if (const auto* list = std::get_if<Array>(tokens))
            return static_cast<std::int64_t>(std::min<std::uint64_t>(list->n_elements, kPlausible));
    return number(file, "vocab_size");
}

// Phi-3 and MiniCPM change their rope factors where a context is longer than the original one.
std::int64_t original_context(const File& file) {
    const std::string architecture = file.architecture();
    const bool changes = architecture.starts_with("phi") || architecture.starts_with("minicpm");
    return changes ? number(file, "rope.scaling.original_context_length") : 0;
}

std::int64_t tensor_bytes(const File& file) {
    std::uint64_t sum = 0;
    for (const Tensor& tensor : file.tensors()) sum += tensor.size_bytes;
    return static_cast<std::int64_t>(sum);
}

}  // namespace

ModelShape model_shape(const File& file) {
    ModelShape shape;
    shape.weights_bytes = tensor_bytes(file);
    shape.n_layers = std::min(number(file, "block_count"), kMostLayers);
    shape.n_embd = number(file, "embedding_length");
    shape.n_ff = feed_forward(file, shape.n_embd);
    const auto heads = per_layer(file, "attention.head_count", shape.n_layers, 0);
    shape.n_heads = heads.empty() ? 0 : std::ranges::max(heads);
    shape.n_vocab = vocabulary_size(file);
    shape.n_ctx_train = number(file, "context_length");
    shape.n_ctx_original = original_context(file);
    count_attention(file, shape);
    count_state(file, shape);
    return shape;
}

}  // namespace corral::gguf
