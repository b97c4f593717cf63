#include "engine/media/prompt.h"

#include <algorithm>

namespace corral::engine {
namespace {

using prompt::Part;

[[nodiscard]] Result<MediaPrompt> tokenize_parts(const Model& model,
                                                 const std::vector<std::int32_t>& context,
                                                 std::vector<Part> parts,
                                                 const std::vector<std::string_view>& files) {
    std::vector<std::string_view> used;
    for (Part& part : parts) {
        if (!part.media) continue;
        used.push_back(files[*part.media]);
        part.media = used.size() - 1;
    }
    CORRAL_CHECK(check_media(used, model.projector->senses()));
    return model.projector->tokenize(Tokens(context.begin(), context.end()),
                                     model.vocabulary->start_token(), parts, used);
}

// The text of a completion marks the places of its images itself; a conversation has them behind
// what was said.
void tag_message(wire::Message& message, const std::vector<std::string>& images, bool is_completion,
                 const prompt::TagStyle& style, std::vector<std::string_view>& files) {
    const auto place = is_completion ? prompt::place_tags : prompt::append_tags;
    message.content = place(message.content, files.size(), images.size(), style);
    files.insert(files.end(), images.begin(), images.end());
}

wire::Message without_images(const wire::Message& message) {
    return {message.role,       message.content,   message.thinking,    {},
            message.tool_calls, message.tool_name, message.tool_call_id};
}

}  // namespace

Result<TaggedMessages> tag_media(const Model& model, const wire::ChatPrompt& chat) {
    TaggedMessages tagged;
    for (const wire::Message& message : chat.messages) {
        tagged.messages.push_back(without_images(message));
        if (message.images.empty()) continue;
        if (model.projector == nullptr && chat.completion) return fail(no_media_in_texts());
        if (model.projector == nullptr) {
            return fail(Error{
                ErrorCode::unsupported, "image input is not supported by this model", {}, 500});
        }
        tag_message(tagged.messages.back(), message.images, chat.completion,
                    model.projector->tags(), tagged.files);
    }
    return tagged;
}

std::int64_t count_tags(std::string_view text, std::size_t n_files, const prompt::TagStyle& style) {
    return std::ranges::count_if(prompt::split_at_tags(text, n_files, style),
                                 [](const Part& part) { return part.media.has_value(); });
}

Result<MediaPrompt> tokenize_media(const Model& model, const wire::ChatPrompt& chat,
                                   std::string_view text,
                                   const std::vector<std::string_view>& files) {
    return tokenize_parts(model, chat.context,
                          prompt::split_at_tags(text, files.size(), model.projector->tags()),
                          files);
}

Result<MediaPrompt> tokenize_media(const Model& model, const wire::TextPrompt& text) {
    if (model.projector == nullptr) return fail(no_media_in_texts());
    const std::vector<std::string_view> files(text.images.begin(), text.images.end());
    const prompt::TagStyle style;
    if (count_tags(text.text, files.size(), style) != std::ssize(files)) {
        return fail(media_error(
            fmt::format("Failed to tokenize prompt: it has to say where its {} images stand, "
                        "with {} and so on",
                        files.size(), style.tag(0))));
    }
    return tokenize_parts(model, text.context,
                          prompt::split_at_tags(text.text, files.size(), style), files);
}

Result<void> check_batch(const MediaPieces& pieces, std::int64_t n_batch) {
    for (const MediaPiece& piece : pieces.all()) {
        const auto n = static_cast<std::int64_t>(piece.n_tokens);
        if (!piece.whole || n <= n_batch) continue;
        return fail(media_error(
            fmt::format("an image needs {} tokens at once, more than num_batch ({})", n, n_batch)));
    }
    return {};
}

}  // namespace corral::engine
