#include "prompt/media_tags.h"

#include <fmt/format.h>

#include <charconv>

namespace corral::prompt {
namespace {

// A tag and where it ends.
struct FoundTag {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::size_t number = 0;
};

// The next thing that is written like a tag.
std::optional<FoundTag> next_tag(std::string_view text, std::size_t from, const TagStyle& style) {
    for (auto begin = text.find(style.before, from); begin != std::string_view::npos;
         begin = text.find(style.before, begin + 1)) {
        const std::string_view rest = text.substr(begin + style.before.size());
        std::size_t number = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
        const auto n_digits = static_cast<std::size_t>(end - rest.data());
        if (error != std::errc() || !rest.substr(n_digits).starts_with(style.after)) continue;
        return FoundTag{begin, begin + style.before.size() + n_digits + style.after.size(), number};
    }
    return std::nullopt;
}

}  // namespace

std::string TagStyle::tag(std::size_t number) const {
    return fmt::format("{}{}{}", before, number, after);
}

std::string place_tags(std::string_view text, std::size_t first, std::size_t n,
                       const TagStyle& style) {
    constexpr std::string_view kPlace = "[img]";
    std::string in_front;
    std::string placed;
    for (std::size_t i = 0; i < n; ++i) {
        const std::string tag = style.tag(first + i);
        const std::size_t place = text.find(kPlace);
        if (place == std::string_view::npos) {
            in_front += tag;
            continue;
        }
        placed.append(text.substr(0, place)).append(tag);
        text.remove_prefix(place + kPlace.size());
    }
    return in_front + placed.append(text);
}

std::string append_tags(std::string_view text, std::size_t first, std::size_t n,
                        const TagStyle& style) {
    std::string tagged(text);
    for (std::size_t i = 0; i < n; ++i) tagged += style.tag(first + i);
    return tagged;
}

std::vector<Part> split_at_tags(std::string_view text, std::size_t n, const TagStyle& style) {
    std::vector<Part> parts;
    std::vector<bool> seen(n, false);
    std::size_t done = 0;
    const auto add_text = [&](std::size_t end) {
        if (end > done) parts.push_back({std::string(text.substr(done, end - done)), {}});
    };
    for (auto tag = next_tag(text, 0, style); tag; tag = next_tag(text, tag->end, style)) {
        if (tag->number >= n || seen[tag->number]) continue;
        add_text(tag->begin);
        parts.push_back({{}, tag->number});
        seen[tag->number] = true;
        done = tag->end;
    }
    add_text(text.size());
    return parts;
}

}  // namespace corral::prompt
