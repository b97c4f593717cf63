#include "api/remote/openai_messages.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/json/writer.h"
#include "base/base64.h"
#include "base/json_string.h"
#include "parse/media_header.h"

namespace corral::api::remote {

namespace {

// Gives ids to calls and answers that lack them.
void complete_ids(std::vector<wire::Message>& messages) {
    std::vector<wire::ToolCall> waiting;
    int n_calls = 0;
    for (auto& message : messages) {
        for (auto& call : message.tool_calls) {
            ++n_calls;
            if (call.id.empty()) call.id = fmt::format("call_{}", n_calls);
            waiting.push_back(call);
        }
        if (message.role != "tool" || waiting.empty()) continue;
        auto found = std::ranges::find_if(waiting, [&](const wire::ToolCall& call) {
            if (!message.tool_call_id.empty()) return call.id == message.tool_call_id;
            return message.tool_name.empty() || call.name == message.tool_name;
        });
        if (found == waiting.end()) continue;
        message.tool_call_id = found->id;
        waiting.erase(found);
    }
}

std::string_view subtype(parse::MediaFormat format) {
    using enum parse::MediaFormat;
    switch (format) {
        case png:
            return "png";
        case gif:
            return "gif";
        case bmp:
            return "bmp";
        case webp:
            return "webp";
        case wav:
            return "wav";
        case mp3:
            return "mp3";
        case flac:
            return "flac";
        default:
            return "jpeg";
    }
}

void append_media(std::string& out, const std::string& bytes) {
    const auto header = parse::read_media_header(bytes);
    const auto name = subtype(header ? header->format : parse::MediaFormat::jpeg);
    json::ObjectWriter part(out);
    if (header && header->is_sound()) {
        part.text("type", "input_audio");
        json::ObjectWriter(part.key("input_audio"))
            .text("data", base64_encode(bytes))
            .text("format", name)
            .end();
    } else {
        part.text("type", "image_url");
        json::ObjectWriter(part.key("image_url"))
            .text("url", fmt::format("data:image/{};base64,{}", name, base64_encode(bytes)))
            .end();
    }
    part.end();
}

void append_content(std::string& out, const wire::Message& message) {
    if (message.images.empty()) return append_json_string(out, message.content);
    out += '[';
    if (!message.content.empty()) {
        json::ObjectWriter(out).text("type", "text").text("text", message.content).end();
    }
    for (const auto& bytes : message.images) {
        if (out.back() != '[') out += ',';
        append_media(out, bytes);
    }
    out += ']';
}

void append_calls(std::string& out, const std::vector<wire::ToolCall>& calls) {
    out += '[';
    for (const auto& call : calls) {
        if (&call != &calls.front()) out += ',';
        json::ObjectWriter writer(out);
        writer.text("id", call.id).text("type", "function");
        json::ObjectWriter(writer.key("function"))
            .text("name", call.name)
            .text("arguments", call.arguments_json.empty() ? "{}" : call.arguments_json)
            .end();
        writer.end();
    }
    out += ']';
}

}  // namespace

void append_openai_messages(std::string& out, std::vector<wire::Message> messages) {
    complete_ids(messages);
    out += '[';
    for (const auto& message : messages) {
        if (&message != &messages.front()) out += ',';
        json::ObjectWriter writer(out);
        writer.text("role", message.role);
        append_content(writer.key("content"), message);
        if (message.role == "assistant") {
            writer.text_unless_empty("reasoning_content", message.thinking);
        }
        if (!message.tool_calls.empty()) append_calls(writer.key("tool_calls"), message.tool_calls);
        writer.text_unless_empty("tool_call_id", message.tool_call_id).end();
    }
    out += ']';
}

}  // namespace corral::api::remote
