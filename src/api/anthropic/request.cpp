#include "api/anthropic/request.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

#include "api/anthropic/blocks.h"
#include "api/anthropic/errors.h"
#include "api/anthropic/messages.h"
#include "api/anthropic/tools.h"
#include "api/common/thinking_budget.h"
#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/errors.h"
#include "api/ollama/fields.h"
#include "base/text.h"

namespace corral::api::anthropic {

namespace {

enum class Use { answer, count };

std::unexpected<Error> refuse_request(std::string message) {
    return ollama::refuse(400, ErrorCode::invalid, std::move(message));
}

// Everything a body may say, as far as it counts.
struct Body {
    std::string model;
    std::int64_t max_tokens = 0;
    std::optional<bool> stream;
    json::Value messages, system, tools, tool_choice, thread;
    std::string thinking, effort, format_json;
    std::optional<std::int64_t> thinking_budget;
    std::map<std::string, std::string> numbers;  // by the native option's name
    std::vector<std::string> stop_sequences;
};

json::Reader::Read keep(json::Value& target) {
    return [&target](const json::Value& value) { target = value; };
}

json::Reader::Read keep_list(json::Reader& reader, json::Value& target, std::string_view type) {
    return [&reader, &target, type](const json::Value& value) {
        if (!value.is_null() && value.kind != json::Value::Kind::array)
            return reader.mismatch(value, type);
        target = value;
    };
}

// `{"type":"json_schema","schema":{…}}`.
json::Reader::Read read_format(std::string& format_json) {
    return [&format_json](const json::Value& value) {
        const auto* schema = value.find("schema");
        const bool is_schema = schema != nullptr && schema->kind == json::Value::Kind::object;
        if (is_schema && text_member(value, "type") == "json_schema") format_json = schema->raw;
    };
}

Result<Body> read_body(const json::Value& value) {
    Body body;
    json::Reader reader("MessagesRequest");
    const auto read_thinking = [&](const json::Value& inner) {
        reader.object(inner, "anthropic.ThinkingConfig",
                      {{"type", reader.text(body.thinking)},
                       {"budget_tokens", read_thinking_budget(reader, body.thinking_budget)}});
    };
    const auto read_output = [&](const json::Value& inner) {
        reader.object(
            inner, "anthropic.OutputConfig",
            {{"effort", reader.text(body.effort)}, {"format", read_format(body.format_json)}});
    };
    reader.object(value, "anthropic.MessagesRequest",
                  {{"model", reader.text(body.model)},
                   {"max_tokens", reader.integer(body.max_tokens)},
                   {"messages", keep_list(reader, body.messages, "[]anthropic.MessageParam")},
                   {"system", keep(body.system)},
                   {"stream", reader.boolean(body.stream)},
                   {"temperature", reader.number(body.numbers["temperature"])},
                   {"top_p", reader.number(body.numbers["top_p"])},
                   {"top_k", reader.number(body.numbers["top_k"])},
                   {"stop_sequences", reader.texts(body.stop_sequences)},
                   {"tools", keep_list(reader, body.tools, "[]anthropic.Tool")},
                   {"tool_choice", keep(body.tool_choice)},
                   {"thread", keep(body.thread)},
                   {"thinking", read_thinking},
                   {"output_format", read_format(body.format_json)},
                   {"output_config", read_output}});
    CORRAL_CHECK(reader.finish());
    return body;
}

Result<void> check_body(const Body& body, Use use) {
    if (trim(body.model).empty()) return refuse_request("model is required");
    if (use == Use::answer && body.max_tokens <= 0)
        return refuse_request("max_tokens is required and must be positive");
    if (body.messages.items.empty()) return refuse_request("messages is required");
    // Taken for a whole conversation, what continues one would be answered without its beginning.
    if (!body.thread.is_null()) return fail(no_threads());
    return {};
}

wire::Thinking asked_thinking(const Body& body) {
    if (body.thinking == "enabled") return wire::Thinking::on;
    if (body.thinking == "disabled") return wire::Thinking::off;
    static const std::map<std::string, wire::Thinking, std::less<>> kEfforts = {
        {"low", wire::Thinking::low},
        {"medium", wire::Thinking::medium},
        {"high", wire::Thinking::high},
        {"xhigh", wire::Thinking::high},
        {"max", wire::Thinking::max}};
    const auto known = kEfforts.find(lower(trim(body.effort)));
    return known == kEfforts.end() ? wire::Thinking::unset : known->second;
}

std::string options_of(const Body& body, Use use) {
    std::string out;
    json::ObjectWriter writer(out);
    for (const auto& [option, literal] : body.numbers) {
        if (!literal.empty()) writer.json(option, literal);
    }
    if (use == Use::answer) writer.integer("num_predict", body.max_tokens);
    if (body.thinking_budget) writer.integer("num_think", *body.thinking_budget);
    writer.strings_unless_empty("stop", body.stop_sequences).end();
    return out;
}

Result<std::vector<wire::Message>> conversation_of(const Body& body) {
    CORRAL_TRY(auto messages, decode_messages(body.messages));
    // An answer to nothing would be empty, and look like one.
    if (messages.empty())
        return refuse_request("messages: they hold nothing that a model can read");
    auto system = decode_system(body.system);
    if (!system.empty())
        messages.insert(messages.begin(), {.role = "system", .content = std::move(system)});
    return messages;
}

bool goes_on(const std::vector<wire::Message>& messages) {
    return !messages.empty() && messages.back().role == "assistant" &&
           messages.back().tool_calls.empty();
}

Result<MessagesRequest> decode(std::string_view text, Use use) {
    const auto value = json::parse(text);
    if (!value && value.error().message == "missing request body") return refuse_request("EOF");
    if (!value) return fail(value.error());
    CORRAL_TRY(auto body, read_body(*value));
    CORRAL_CHECK(check_body(body, use));
    MessagesRequest request;
    auto& native = request.native;
    CORRAL_TRY(native.messages, conversation_of(body));
    CORRAL_TRY(native.tools_json, decode_tools(body.tools));
    CORRAL_CHECK(apply_tool_choice(body.tool_choice, native));
    native.think = asked_thinking(body);
    native.may_drop_thinking = true;
    if (native.think == wire::Thinking::unset && goes_on(native.messages))
        native.think = wire::Thinking::off;
    native.options_json = options_of(body, use);
    native.format_json = std::move(body.format_json);
    native.stream = body.stream.value_or(false);
    native.stream_calls = native.streams();
    native.model = std::move(body.model);
    request.stop_sequences = std::move(body.stop_sequences);
    return request;
}

}  // namespace

Result<MessagesRequest> decode_request(std::string_view body) {
    return decode(body, Use::answer);
}

Result<MessagesRequest> decode_count(std::string_view body) {
    CORRAL_TRY(auto request, decode(body, Use::count));
    request.native.only_count();
    return request;
}

}  // namespace corral::api::anthropic
