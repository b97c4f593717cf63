#include "models/weights.h"

#include <algorithm>
#include <limits>
#include <span>

namespace corral::models {

namespace {

std::int64_t count_of(const gguf::File& file, std::string_view key) {
    const auto value = file.get_integer(file.scoped(key)).value_or(0);
    return static_cast<std::int64_t>(
        std::min<std::uint64_t>(value, std::numeric_limits<std::int64_t>::max()));
}

// How models call the tokens before, behind and between two texts, as llama.cpp knows them.
using Spellings = std::span<const std::string_view>;
constexpr std::string_view kFillBefore[] = {"<|fim_prefix|>",  "<fim-prefix>", "<fim_prefix>",
                                            "<｜fim▁begin｜>", "<PRE>",        "▁<PRE>",
                                            "<|code_prefix|>", "<|prefix|>"};
constexpr std::string_view kFillBehind[] = {"<|fim_suffix|>",  "<fim-suffix>", "<fim_suffix>",
                                            "<｜fim▁hole｜>",  "<SUF>",        "▁<SUF>",
                                            "<|code_suffix|>", "<|suffix|>"};
constexpr std::string_view kFillBetween[] = {"<|fim_middle|>",  "<fim-middle>", "<fim_middle>",
                                             "<｜fim▁end｜>",   "<MID>",        "▁<MID>",
                                             "<|code_middle|>", "<|middle|>"};

// By the file's own word, or by the texts of its tokens.
bool has_fill_tokens(const gguf::File& file) {
    const auto has_token = [&file](const char* key, const char* old_key, Spellings spellings) {
        if (file.find(key) != nullptr || file.find(old_key) != nullptr) return true;
        const gguf::Value* value = file.find("tokenizer.ggml.tokens");
        const auto* tokens = value != nullptr ? std::get_if<gguf::Array>(value) : nullptr;
        return tokens != nullptr && std::ranges::any_of(tokens->elements, [&](const auto& token) {
                   const auto* text = std::get_if<std::string>(&token);
                   return text != nullptr && text->size() > 4 &&
                          std::ranges::find(spellings, *text) != spellings.end();
               });
    };
    return has_token("tokenizer.ggml.fim_pre_token_id", "tokenizer.ggml.prefix_token_id",
                     kFillBefore) &&
           has_token("tokenizer.ggml.fim_suf_token_id", "tokenizer.ggml.suffix_token_id",
                     kFillBehind) &&
           has_token("tokenizer.ggml.fim_mid_token_id", "tokenizer.ggml.middle_token_id",
                     kFillBetween);
}

}  // namespace

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
    info.shape = gguf::model_shape(file);
    if (file.find(file.scoped("pooling_type"))) info.pooling_type = count_of(file, "pooling_type");
    info.has_vision = file.find(file.scoped("vision.block_count")) != nullptr;
    info.has_audio = file.find(file.scoped("audio.block_count")) != nullptr;
    info.can_fill = has_fill_tokens(file);
    return info;
}

Result<WeightsInfo> read_weights(const std::filesystem::path& gguf_path) {
    CORRAL_TRY(const gguf::File file, gguf::read(gguf_path, gguf::ReadMode::vocabulary));
    return weights_of(file);
}

}  // namespace corral::models
