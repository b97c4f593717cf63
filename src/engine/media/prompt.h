#pragma once

// Purpose: the way of images and sounds into a prompt: tags in messages, then pieces among tokens.
//
// Errors: a model without a projector answers as native-api.md 7.9 says, a conversation otherwise
// than a text; those of files.h; a text that does not mention an image it came with is
// `Failed to tokenize prompt`.

#include <string_view>
#include <vector>

#include "engine/model.h"
#include "wire/request.h"

namespace corral::engine {

// A conversation whose media have become tags in its text. Views into the request.
struct TaggedMessages {
    std::vector<wire::Message> messages;  // without images
    std::vector<std::string_view> files;  // by the number of their tag
};
[[nodiscard]] Result<TaggedMessages> tag_media(const Model& model, const wire::ChatPrompt& chat);

// Tags in `text` of media below `n_files`.
std::int64_t count_tags(std::string_view text, std::size_t n_files, const prompt::TagStyle& style);

// The prompt of a conversation, of which `text` is what was rendered. Media that the template, or
// the context's length, left out are left out.
[[nodiscard]] Result<MediaPrompt> tokenize_media(const Model& model, const wire::ChatPrompt& chat,
                                                 std::string_view text,
                                                 const std::vector<std::string_view>& files);

// The prompt of a text with `[img-N]` tags.
[[nodiscard]] Result<MediaPrompt> tokenize_media(const Model& model, const wire::TextPrompt& text);

// An error when there is a piece that has to be read whole and is larger than a batch.
[[nodiscard]] Result<void> check_batch(const MediaPieces& pieces, std::int64_t n_batch);

}  // namespace corral::engine
