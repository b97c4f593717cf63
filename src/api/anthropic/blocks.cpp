#include "api/anthropic/blocks.h"

#include "api/common/image_url.h"
#include "base/base64.h"

namespace corral::api::anthropic {

namespace {

using Kind = json::Value::Kind;

std::unexpected<Error> bad_block(std::string message) {
    return fail(Error{ErrorCode::invalid, std::move(message), {}, 400});
}

// The texts of a list of text blocks, or a text itself.
std::string joined_texts(const json::Value* content) {
    if (content == nullptr) return {};
    if (content->is_string()) return content->text();
    std::string text;
    if (content->kind != Kind::array) return text;
    for (const auto& block : content->items) {
        if (text_member(block, "type") == "text") text += text_member(block, "text");
    }
    return text;
}

Result<std::string> document_text(const json::Value& source) {
    const auto type = text_member(source, "type");
    if (type == "text") return text_member(source, "data");
    if (type == "content") return joined_texts(source.find("content"));
    const auto media_type = text_member(source, "media_type");
    if (type != "base64" || !media_type.starts_with("text/")) {
        return bad_block(
            fmt::format("documents of type {} are not supported, please send their "
                        "text instead",
                        media_type.empty() ? type : media_type));
    }
    auto text = base64_decode(text_member(source, "data"));
    if (!text) return bad_block("invalid base64 document data: " + text.error().message);
    return text;
}

}  // namespace

std::string text_member(const json::Value& object, std::string_view key) {
    const auto* value = object.find(key);
    return value != nullptr && value->is_string() ? value->text() : std::string();
}

Result<std::string> decode_image(const json::Value& block, std::string_view missing) {
    const auto* source = block.find("source");
    if (source == nullptr || source->kind != Kind::object) return bad_block(std::string(missing));
    const auto type = text_member(*source, "type");
    const auto url = text_member(*source, "url");
    if (type == "url" && is_web_url(url)) return image_at(url);
    if (type != "base64") {
        return bad_block(
            fmt::format("invalid image source type: {}. Only base64 images are supported.", type));
    }
    auto bytes = base64_decode(text_member(*source, "data"));
    if (!bytes) return bad_block("invalid base64 image data: " + bytes.error().message);
    return bytes;
}

Result<std::string> decode_document(const json::Value& block) {
    const auto* source = block.find("source");
    if (source == nullptr || source->kind != Kind::object)
        return bad_block("invalid document source");
    CORRAL_TRY(auto text, document_text(*source));
    for (const auto* key : {"context", "title"}) {
        const auto about = text_member(block, key);
        if (!about.empty()) text.insert(0, about + "\n\n");
    }
    return text;
}

std::string decode_search_result(const json::Value& block) {
    return fmt::format("{}\n{}\n\n{}", text_member(block, "title"), text_member(block, "source"),
                       joined_texts(block.find("content")));
}

std::string decode_web_search_result(const json::Value& block) {
    const auto* content = block.find("content");
    if (content == nullptr) return {};
    if (content->kind == Kind::object)
        return "web_search_tool_result_error: " + text_member(*content, "error_code");
    std::string lines;
    for (const auto& result : content->items) {
        if (!lines.empty()) lines += '\n';
        lines += fmt::format("- {}: {}", text_member(result, "title"), text_member(result, "url"));
    }
    return lines;
}

}  // namespace corral::api::anthropic
