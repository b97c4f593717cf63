#include "api/openai/responses_request.h"

#include "api/json/field.h"
#include "api/json/reader.h"
#include "api/json/writer.h"
#include "api/ollama/fields.h"
#include "api/openai/chat_request.h"
#include "api/openai/responses_tools.h"
#include "api/openai/sampling_fields.h"

namespace corral::api::openai {

namespace {

using Kind = json::Value::Kind;

using json::in_field;

std::unexpected<Error> refuse_unsupported(std::string_view key) {
    return json::refuse_field(key, fmt::format("{} is not supported", key), json::kUnsupported);
}

// The JSON of a member, compact; what stands there stays when it is absent or null.
void echo(const json::Value& body, std::string_view key, std::string& target) {
    const auto* value = body.find(key);
    if (value == nullptr || value->is_null()) return;
    target.clear();
    json::append_value(target, *value);
}

// `text.format`: what constrains the answer, and its echo.
Result<void> read_text(const json::Value& text, ResponseRequest& request) {
    const auto* format = text.find("format");
    const auto* type = format == nullptr ? nullptr : format->find("type");
    std::string out;
    json::ObjectWriter writer(out);
    json::ObjectWriter inner(writer.key("format"));
    inner.text("type", type != nullptr && type->is_string() ? type->text() : "text");
    for (const auto* key : {"name", "schema", "strict"}) {
        const auto* value = format == nullptr ? nullptr : format->find(key);
        if (value != nullptr) json::append_value(inner.key(key), *value);
    }
    inner.end();
    if (const auto* verbosity = text.find("verbosity"); verbosity && verbosity->is_string())
        writer.text("verbosity", verbosity->text());
    writer.end();
    request.echo.text = out;
    if (type == nullptr || !type->is_string()) return {};
    CORRAL_CHECK(in_field("text.format.type", check_format_type(type->text())));
    if (type->text() == "json_object") request.native.format_json = "\"json\"";
    if (type->text() != "json_schema") return {};
    if (const auto* schema = format->find("schema"); schema && !schema->is_null())
        request.native.format_json = std::string(schema->raw);
    return {};
}

// A stream has both keys, a whole answer those that were sent.
void echo_reasoning(const json::Value& reasoning, bool streams, std::string& target) {
    std::string out;
    json::ObjectWriter writer(out);
    bool any = false;
    for (const auto* key : {"effort", "summary"}) {
        const auto* value = reasoning.find(key);
        const bool is_sent = value != nullptr && !value->is_null();
        any |= is_sent;
        if (is_sent) {
            json::append_value(writer.key(key), *value);
        } else if (streams) {
            writer.json(key, "null");
        }
    }
    writer.end();
    if (any) target = out;
}

Result<void> read_instructions(const json::Value& instructions, const MakeId& make_id,
                               ResponseRequest& request) {
    if (instructions.is_null()) return {};
    if (instructions.is_string()) {
        if (const auto text = instructions.text(); !text.empty())
            request.instructions.push_back(message_item(make_id("msg"), "system", text));
        return {};
    }
    CORRAL_TRY(request.instructions, decode_items(instructions, make_id));
    return {};
}

Result<void> refuse_absent(const json::Value& body) {
    for (const auto* key : {"conversation", "prompt"}) {
        const auto* value = body.find(key);
        if (value != nullptr && !value->is_null()) return refuse_unsupported(key);
    }
    const auto* background = body.find("background");
    if (background != nullptr && background->boolean()) return refuse_unsupported("background");
    return {};
}

void echo_all(const json::Value& body, ResponseEcho& echoes) {
    const std::pair<std::string_view, std::string*> members[] = {
        {"previous_response_id", &echoes.previous_response_id},
        {"instructions", &echoes.instructions},
        {"tool_choice", &echoes.tool_choice},
        {"truncation", &echoes.truncation},
        {"parallel_tool_calls", &echoes.parallel_tool_calls},
        {"top_p", &echoes.top_p},
        {"top_logprobs", &echoes.top_logprobs},
        {"temperature", &echoes.temperature},
        {"max_output_tokens", &echoes.max_output_tokens},
        {"max_tool_calls", &echoes.max_tool_calls},
        {"store", &echoes.store},
        {"metadata", &echoes.metadata},
        {"user", &echoes.user},
        {"safety_identifier", &echoes.safety_identifier},
        {"prompt_cache_key", &echoes.prompt_cache_key}};
    for (const auto& [key, target] : members) echo(body, key, *target);
}

// What of `include` and `truncation` says how to generate.
Result<void> read_manners(const json::Value& body, ollama::ChatRequest& native) {
    if (const auto* include = body.find("include")) {
        for (const auto& item : include->items) {
            if (item.is_string() && item.text() == "message.output_text.logprobs")
                native.logprobs = true;
        }
    }
    if (native.top_logprobs > 0) native.logprobs = true;
    const auto* truncation = body.find("truncation");
    if (truncation == nullptr || truncation->is_null()) return {};
    const auto asked = truncation->is_string() ? truncation->text() : std::string();
    if (asked != "auto" && asked != "disabled")
        return json::refuse_field("truncation", "truncation is \"auto\" or \"disabled\"");
    native.truncate = asked == "auto";
    return {};
}

}  // namespace

Result<ResponseRequest> decode_response(std::string_view body, const MakeId& make_id,
                                        Precedence precedence) {
    CORRAL_TRY(const auto value, parse_body(body));
    ResponseRequest request;
    auto& native = request.native;
    native.stream = false;
    SamplingFields sampling(SamplingFields::Presets{{"temperature", "1"}}, precedence);
    json::Value input, tools, text, instructions;
    std::string effort, tool_choice;
    std::optional<bool> parallel_tool_calls;
    json::Reader reader("ResponsesRequest");
    const auto keep = [](json::Value& target) {
        return [&target](const json::Value& sent) { target = sent; };
    };
    const auto read_list = [&](const json::Value& sent) {
        if (!sent.is_null() && sent.kind != Kind::array)
            return reader.mismatch(sent, "[]openai.ResponsesTool");
        tools = sent;
    };
    const auto read_object = [&](const json::Value& sent) {
        reader.object(sent, "openai.ResponsesText", {});
        text = sent;
    };
    const auto read_reasoning = [&](const json::Value& sent) {
        reader.object(sent, "openai.ResponsesReasoning", {{"effort", reader.text(effort)}});
        echo_reasoning(sent, native.streams(), request.echo.reasoning);
    };
    if (const auto* stream = value.find("stream")) reader.boolean(native.stream)(*stream);
    auto fields = sampling.fields(reader);
    fields.insert(fields.end(), {{"model", reader.text(native.model)},
                                 {"input", keep(input)},
                                 {"instructions", keep(instructions)},
                                 {"stream", reader.boolean(native.stream)},
                                 {"tools", read_list},
                                 {"text", read_object},
                                 {"reasoning", read_reasoning},
                                 {"think", ollama::read_think(reader, native.think)},
                                 {"tool_choice", ollama::read_raw(tool_choice)},
                                 {"parallel_tool_calls", reader.boolean(parallel_tool_calls)},
                                 {"previous_response_id", reader.text(request.previous_id)},
                                 {"store", reader.boolean(request.store)},
                                 {"keep_alive", ollama::read_keep_alive(reader, native.keep_alive)},
                                 {"top_logprobs", reader.integer(native.top_logprobs)}});
    reader.object(value, "openai.ResponsesRequest", fields);
    CORRAL_CHECK(reader.finish());
    CORRAL_CHECK(refuse_absent(value));
    if (!native.stream) native.stream = false;
    CORRAL_CHECK(check_range("top_logprobs", native.top_logprobs, 0, kMaxTopLogprobs));
    CORRAL_TRY(auto decoded, in_field("tools", decode_response_tools(tools)));
    native.tools_json = std::move(decoded.native_json);
    request.custom_tools = std::move(decoded.custom);
    echo_all(value, request.echo);
    request.echo.tools = std::move(decoded.echo_json);
    CORRAL_CHECK(read_text(text, request));
    CORRAL_CHECK(read_manners(value, native));
    CORRAL_TRY(request.items, in_field("input", decode_items(input, make_id)));
    CORRAL_CHECK(in_field("instructions", read_instructions(instructions, make_id, request)));
    CORRAL_TRY(const auto asked, in_field("reasoning.effort", decode_effort(effort)));
    if (asked != wire::Thinking::unset) native.think = asked;
    CORRAL_CHECK(in_field("tool_choice", apply_tool_choice(tool_choice, native)));
    native.stream_calls = native.streams();
    native.tool_use.one_call = !parallel_tool_calls.value_or(true);
    native.options_json = sampling.options_json();
    return request;
}

Result<void> ResponseRequest::converse(const std::vector<std::string>& past) {
    std::vector<std::string> all = instructions;
    all.insert(all.end(), past.begin(), past.end());
    const auto n_past = all.size();
    all.insert(all.end(), items.begin(), items.end());
    CORRAL_TRY(native.messages, assemble_items(all, n_past));
    return {};
}

}  // namespace corral::api::openai
