#pragma once

// Purpose: a model's projector: the part that turns images and sounds into embedding vectors, and
// says where in a prompt they go. With files.h the door to llama.cpp's mtmd.
//
// Threads: `tokenize` is called by one thread at a time, `encode` by one thread at a time; the two
// may overlap. The rest: any.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "engine/log_capture.h"
#include "engine/media/files.h"
#include "engine/media/pieces.h"
#include "prompt/media_tags.h"

namespace corral::engine {

struct ProjectorSetup {
    int n_threads = 1;
    bool use_gpu = true;
    llama_flash_attn_type flash_attention = LLAMA_FLASH_ATTN_TYPE_AUTO;
    std::int32_t min_image_tokens = -1;  // -1 = what the file says
};

// A prompt whose media have been given their places among the tokens.
struct MediaPrompt {
    Tokens tokens;  // vectors of media are represented by their piece's id
    MediaPieces pieces;
};

class Projector {
public:
    // Errors: not_found; corrupt with llama.cpp's reason, also for a projector that was made for
    // another model.
    [[nodiscard]] static Result<std::unique_ptr<Projector>> load(const std::string& path,
                                                                 const llama_model* model,
                                                                 const ProjectorSetup& setup,
                                                                 LogCapture& log);

    Senses senses() const;
    // Whether images are read with all their vectors in one batch.
    bool reads_images_whole() const;
    // Whether positions have several dimensions.
    bool has_grid_positions() const;
    std::int64_t size_bytes() const { return size_bytes_; }

    // How the runner marks media in a prompt that it renders: nobody outside can write such a tag.
    const prompt::TagStyle& tags() const { return tags_; }

    // Tokens of `parts` behind those in `front`; a start token stands first, once. `files` are the
    // media by number, all checked. Errors as in files.h.
    [[nodiscard]] Result<MediaPrompt> tokenize(const Tokens& front, llama_token start_token,
                                               const std::vector<prompt::Part>& parts,
                                               const std::vector<std::string_view>& files);

    // The vectors of a piece.
    [[nodiscard]] Result<Embeddings> encode(const mtmd_input_chunk* chunk);

private:
    Projector(mtmd::context_ptr context, std::int64_t size_bytes, std::size_t n_embd);
    [[nodiscard]] Result<mtmd::input_chunks_ptr> divide(
        const std::vector<prompt::Part>& parts, const std::vector<mtmd::bitmap_ptr>& bitmaps);
    void add_piece(MediaPrompt& prompt, const mtmd_input_chunk* chunk, std::size_t ordinal);
    llama_token id_of(const std::string& content);

    mtmd::context_ptr context_;
    std::int64_t size_bytes_;
    std::size_t n_embd_;  // of the model's input
    prompt::TagStyle tags_;
    // Contents seen so far. Ids are never used again, so forgetting a content is safe.
    std::unordered_map<std::string, llama_token> ids_;
    llama_token next_id_ = -2;  // below LLAMA_TOKEN_NULL
};

}  // namespace corral::engine
