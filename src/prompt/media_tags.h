#pragma once

// Purpose: where in a prompt's text its images and sounds stand.
//
// Until the text is tokenized, a tag such as `[img-3]` stands for the medium of that number. Tags
// that a user could write himself are part of the native API (native-api.md 7.2, scheduler-runtime
// .md 13.3); for prompts that the runner renders, the tags hold a secret.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace corral::prompt {

// What tags look like: `before`, the number, `after`.
struct TagStyle {
    std::string before = "[img-";
    std::string after = "]";

    std::string tag(std::size_t number) const;
};

// The text with tags for `n` media, numbered from `first`: they replace `[img]`, from left to
// right; when no place is left, they go in front.
std::string place_tags(std::string_view text, std::size_t first, std::size_t n,
                       const TagStyle& style = {});

// Media without a place all stand behind the text.
std::string append_tags(std::string_view text, std::size_t first, std::size_t n,
                        const TagStyle& style);

struct Part {
    std::string text;
    std::optional<std::size_t> media;  // the number of a medium; then there is no text
};
// Cuts the text at the first tag of each number below `n`; other tags are text. No part is empty.
std::vector<Part> split_at_tags(std::string_view text, std::size_t n, const TagStyle& style = {});

}  // namespace corral::prompt
