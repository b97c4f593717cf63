#pragma once

// Purpose: images that a request names by their URL. Until who serves the request has fetched them
// they stand among a message's images as their URL, behind a mark that no image begins with.
//
// Source: openai-anthropic-api.md 4.4, 15.2, 15.4.

#include <optional>
#include <string>
#include <string_view>

namespace corral::api {

// Whether it begins with http:// or https://, in any case.
bool is_web_url(std::string_view url);

// What stands for the image until it is there.
std::string image_at(std::string_view url);
// The URL that stands for an image; nothing for one that is there.
std::optional<std::string_view> awaited_url(std::string_view image);

}  // namespace corral::api
