#pragma once

// Purpose: the blocks of a message that bring something to read: images and documents, in messages
// and in the results of tools. Source: openai-anthropic-api.md 10.3, 15.4.

#include <string>
#include <string_view>

#include "api/json/value.h"
#include "base/result.h"

namespace corral::api::anthropic {

// The text of a member, or empty when it is none.
std::string text_member(const json::Value& object, std::string_view key);

// The bytes of an image block, or what stands for them (api/common/image_url.h). Errors: 400;
// `missing` is the text for a block without a source.
[[nodiscard]] Result<std::string> decode_image(const json::Value& block, std::string_view missing);

// What clients are told where URLs of images are not fetched.
inline constexpr std::string_view kNoImageUrls =
    "invalid image source type: url. Only base64 images are supported.";

// A document's title and text. Errors: 400, for what is not text.
[[nodiscard]] Result<std::string> decode_document(const json::Value& block);

// A search result's title, source and text.
std::string decode_search_result(const json::Value& block);

// One line for each result of a web search, or its error.
std::string decode_web_search_result(const json::Value& block);

}  // namespace corral::api::anthropic
