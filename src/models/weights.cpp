#include "models/weights.h"

#include <algorithm>
#include <limits>

namespace corral::models {

namespace {

// Larger than any real model; keeps products of claimed numbers from overflowing.
constexpr std::uint64_t kPlausible = 1 << 24;

std::int64_t count_of(const gguf::File& file, std::string_view key) {
    const auto value = file.get_integer(file.scoped(key)).value_or(0);
    return static_cast<std::int64_t>(
        std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

std::uint64_t plausible(const gguf::File& file, std::string_view key, std::uint64_t otherwise) {
    const auto value = file.get_integer(file.scoped(key));
    return value && *value <= kPlausible ? *value : otherwise;
}

// The number for one layer, or the sum over the layers when the file lists them one by one.
std::uint64_t kv_heads_of_all_layers(const gguf::File& file, std::uint64_t n_layer,
                                     std::uint64_t n_head) {
    const gguf::Value* value = file.find(file.scoped("attention.head_count_kv"));
    const auto* list = value ? std::get_if<gguf::Array>(value) : nullptr;
    if (!list) return n_layer * plausible(file, "attention.head_count_kv", n_head);
    std::uint64_t sum = 0;
    for (const gguf::Scalar& element : list->elements) {
        if (const auto* number = std::get_if<std::int64_t>(&element); number && *number > 0)
            sum += std::min<std::uint64_t>(static_cast<std::uint64_t>(*number), kPlausible);
        if (const auto* number = std::get_if<std::uint64_t>(&element))
            sum += std::min(*number, kPlausible);
    }
    return sum;
}

}  // namespace

std::int64_t kv_bytes_per_token(const gguf::File& file) {
    const std::uint64_t n_layer = plausible(file, "block_count", 0);
    const std::uint64_t n_head = plausible(file, "attention.head_count", 0);
    const std::uint64_t n_embd = plausible(file, "embedding_length", 0);
    const std::uint64_t head_dim = n_head == 0 ? 0 : n_embd / n_head;
    const std::uint64_t key_length = plausible(file, "attention.key_length", head_dim);
    const std::uint64_t value_length = plausible(file, "attention.value_length", head_dim);
    const std::uint64_t n_kv_heads =
        std::min(kv_heads_of_all_layers(file, n_layer, n_head), kPlausible);
    constexpr std::uint64_t kF16Bytes = 2;
    return static_cast<std::int64_t>(n_kv_heads * (key_length + value_length) * kF16Bytes);
}

std::string file_type_text(const gguf::File& file, ZeroFileType zero) {
    const auto number = file.get_integer("general.file_type");
    if (!number || (*number == 0 && zero == ZeroFileType::unknown)) return "unknown";
    return std::string(gguf::file_type_name(*number));
}

WeightsInfo weights_of(const gguf::File& file) {
    WeightsInfo info;
    info.architecture = file.architecture();
    info.chat_template = file.get_string("tokenizer.chat_template");
    info.file_type = file_type_text(file, ZeroFileType::unknown);
    info.n_parameters = file.parameter_count();
    info.n_ctx_train = count_of(file, "context_length");
    info.n_embd = count_of(file, "embedding_length");
    info.n_layer = count_of(file, "block_count");
    info.kv_bytes_per_token = kv_bytes_per_token(file);
    if (file.find(file.scoped("pooling_type"))) info.pooling_type = count_of(file, "pooling_type");
    info.has_vision = file.find(file.scoped("vision.block_count")) != nullptr;
    info.has_audio = file.find(file.scoped("audio.block_count")) != nullptr;
    return info;
}

Result<WeightsInfo> read_weights(const std::filesystem::path& gguf_path) {
    CORRAL_TRY(const gguf::File file, gguf::read(gguf_path, gguf::ReadMode::header));
    return weights_of(file);
}

}  // namespace corral::models
