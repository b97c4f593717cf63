#pragma once

// Purpose: messages of chat/completions as native ones.
//
// The parts of one message stay one message: texts are joined with line ends, images and sounds
// added as bytes (upstream makes a message of each part and loses what belongs to the whole).
// `developer` becomes `system`; the function name of a tool's result is looked up by its call.
// Errors are 400 with the texts of the source.
// Source: openai-anthropic-api.md 4.3, 4.4, 15.2.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json/reader.h"
#include "base/result.h"
#include "wire/request.h"

namespace corral::api::openai {

[[nodiscard]] Result<std::vector<wire::Message>> decode_messages(const json::Value& list);

// The bytes of a `data:` URL of an image; of a web address what stands for them
// (api/common/image_url.h).
[[nodiscard]] Result<std::string> decode_image_url(std::string_view url);
// What clients are told where such addresses are not fetched.
inline constexpr std::string_view kNoImageUrls =
    "image URLs are not currently supported, please use base64 encoded data instead";

// The text of a file that came inline, nothing when it is not text: other formats need programs
// that read them. Error: base64 that is none.
[[nodiscard]] Result<std::optional<std::string>> decode_text_file(std::string_view data_url);

// What Go's decoder calls a value of any type: "float64", "<nil>" of none.
std::string_view go_type_of(const json::Value* value);

// As models know it: lower case, `developer` is `system`, `function` is `tool`.
std::string native_role(std::string role);

// The name of the function that the call `id` called, or nothing.
std::string called_function(const std::vector<wire::Message>& messages, std::string_view id);

// Audio data in base64.
[[nodiscard]] Result<std::string> decode_input_audio(const json::Value* audio);

}  // namespace corral::api::openai
