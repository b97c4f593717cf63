#include "engine/media/projector.h"

#include <exception>
#include <filesystem>
#include <optional>
#include <random>
#include <span>

#include "base/log.h"
#include "gguf/gguf.h"

namespace corral::engine {
namespace {

constexpr std::size_t kMaxRememberedContents = 4096;

std::string secret() {
    std::random_device random;
    std::string hex;
    for (int i = 0; i < 4; ++i) hex += fmt::format("{:08x}", random());
    return hex;
}

mtmd_context_params context_params(const ProjectorSetup& setup) {
    mtmd_context_params params = mtmd_context_params_default();
    params.use_gpu = setup.use_gpu;
    params.print_timings = false;
    params.n_threads = setup.n_threads;
    params.flash_attn_type = setup.flash_attention;
    params.image_min_tokens = setup.min_image_tokens;
    return params;
}

// The tokens of a text chunk; nothing for media.
std::optional<std::span<const llama_token>> text_of(const mtmd_input_chunk* chunk) {
    if (mtmd_input_chunk_get_type(chunk) != MTMD_INPUT_CHUNK_TYPE_TEXT) return std::nullopt;
    std::size_t n = 0;
    const llama_token* tokens = mtmd_input_chunk_get_tokens_text(chunk, &n);
    return std::span(tokens, n);
}

llama_token first_token(const Tokens& front, const mtmd_input_chunks* chunks) {
    if (!front.empty()) return front.front();
    const bool is_empty = mtmd_input_chunks_size(chunks) == 0;
    const auto text = is_empty ? std::nullopt : text_of(mtmd_input_chunks_get(chunks, 0));
    return text && !text->empty() ? text->front() : LLAMA_TOKEN_NULL;
}

}  // namespace

Projector::Projector(mtmd::context_ptr context, std::int64_t size_bytes, std::size_t n_embd)
    : context_(std::move(context)),
      size_bytes_(size_bytes),
      n_embd_(n_embd),
      tags_{"<__media_" + secret() + "_", "__>"} {}

Result<std::unique_ptr<Projector>> Projector::load(const std::string& path,
                                                   const llama_model* model,
                                                   const ProjectorSetup& setup, LogCapture& log) {
    CORRAL_TRY(const gguf::File header, gguf::read(path, gguf::ReadMode::header));
    static_cast<void>(header);
    mtmd::context_ptr context(mtmd_init_from_file(path.c_str(), model, context_params(setup)));
    if (context == nullptr) {
        return fail(ErrorCode::corrupt, "failed to load the projector: {}", log.errors());
    }
    std::error_code ignored;
    const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path, ignored));
    const auto n_embd = static_cast<std::size_t>(llama_model_n_embd_inp(model));
    return std::unique_ptr<Projector>(new Projector(std::move(context), size, n_embd));
}

Senses Projector::senses() const {
    return {mtmd_support_vision(context_.get()), mtmd_support_audio(context_.get())};
}

bool Projector::reads_images_whole() const {
    return mtmd_support_vision(context_.get()) &&
           mtmd_decode_use_non_causal(context_.get(), nullptr);
}

bool Projector::has_grid_positions() const {
    return mtmd_decode_use_mrope(context_.get());
}

// mtmd's helpers allocate by what files claim, and let it show as an exception.
Result<MediaPrompt> Projector::tokenize(const Tokens& front, llama_token start_token,
                                        const std::vector<prompt::Part>& parts,
                                        const std::vector<std::string_view>& files) try {
    std::vector<mtmd::bitmap_ptr> bitmaps;
    for (std::string_view file : files) {
        CORRAL_TRY(mtmd::bitmap_ptr bitmap, decode_media(context_.get(), file));
        bitmaps.push_back(std::move(bitmap));
    }
    CORRAL_TRY(const mtmd::input_chunks_ptr chunks, divide(parts, bitmaps));
    MediaPrompt prompt;
    if (start_token != LLAMA_TOKEN_NULL && first_token(front, chunks.get()) != start_token)
        prompt.tokens.push_back(start_token);
    prompt.tokens.insert(prompt.tokens.end(), front.begin(), front.end());
    std::string medium;  // that the last piece was of
    std::size_t ordinal = 0;
    for (std::size_t i = 0; i < mtmd_input_chunks_size(chunks.get()); ++i) {
        const mtmd_input_chunk* chunk = mtmd_input_chunks_get(chunks.get(), i);
        if (const auto text = text_of(chunk)) {
            prompt.tokens.insert(prompt.tokens.end(), text->begin(), text->end());
            continue;
        }
        const std::string of = mtmd_input_chunk_get_id(chunk);
        ordinal = of == medium ? ordinal + 1 : 0;
        medium = of;
        add_piece(prompt, chunk, ordinal);
    }
    return prompt;
} catch (const std::exception& error) {
    log_error("an image or sound cannot be read", {{"error", error.what()}});
    return fail(media_error("Failed to load image or audio file"));
}

Result<mtmd::input_chunks_ptr> Projector::divide(const std::vector<prompt::Part>& parts,
                                                 const std::vector<mtmd::bitmap_ptr>& bitmaps) {
    std::vector<mtmd_input_text> texts(parts.size());
    std::vector<mtmd_input_part> inputs(parts.size());
    std::vector<const mtmd_input_part*> pointers;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const prompt::Part& part = parts[i];
        texts[i] = {part.text.data(), part.text.size(), false, true};
        if (part.media) {
            inputs[i] = {nullptr, bitmaps[*part.media].get()};
        } else {
            inputs[i] = {&texts[i], nullptr};
        }
        pointers.push_back(&inputs[i]);
    }
    mtmd::input_chunks_ptr chunks(mtmd_input_chunks_init());
    const std::int32_t status = mtmd_tokenize_from_parts(context_.get(), chunks.get(),
                                                         pointers.data(), pointers.size(), false);
    if (status != 0) return fail(media_error("Failed to tokenize prompt"));
    return chunks;
}

void Projector::add_piece(MediaPrompt& prompt, const mtmd_input_chunk* chunk, std::size_t ordinal) {
    MediaPiece piece;
    piece.begin = prompt.tokens.size();
    piece.n_tokens = mtmd_input_chunk_get_n_tokens(chunk);
    piece.n_positions = mtmd_input_chunk_get_n_pos(chunk);
    piece.whole = mtmd_decode_use_non_causal(context_.get(), chunk);
    piece.id =
        id_of(fmt::format("{} {} {}", mtmd_input_chunk_get_id(chunk), ordinal, piece.n_tokens));
    piece.chunk = std::shared_ptr<const mtmd_input_chunk>(
        mtmd_input_chunk_copy(chunk), [](const mtmd_input_chunk* copy) {
            mtmd_input_chunk_free(const_cast<mtmd_input_chunk*>(copy));
        });
    prompt.tokens.resize(prompt.tokens.size() + piece.n_tokens, piece.id);
    prompt.pieces.add(std::move(piece));
}

llama_token Projector::id_of(const std::string& content) {
    if (ids_.size() >= kMaxRememberedContents && !ids_.contains(content)) ids_.clear();
    const auto [found, is_new] = ids_.try_emplace(content, next_id_);
    if (is_new) --next_id_;
    return found->second;
}

Result<Embeddings> Projector::encode(const mtmd_input_chunk* chunk) {
    if (mtmd_encode_chunk(context_.get(), chunk) != 0) {
        return fail(ErrorCode::internal, "the projector failed to encode an image or sound");
    }
    const float* values = mtmd_get_output_embd(context_.get());
    const std::size_t n = mtmd_input_chunk_get_n_tokens(chunk) * n_embd_;
    return std::make_shared<const std::vector<float>>(values, values + n);
}

}  // namespace corral::engine
