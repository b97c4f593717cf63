#include "api/openai/chat_request.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>

#include "api/common/thinking_budget.h"
#include "api/json/field.h"
#include "api/json/reader.h"
#include "api/ollama/fields.h"
#include "api/ollama/tools.h"
#include "api/openai/content.h"
#include "api/openai/functions.h"
#include "api/openai/sampling_fields.h"
#include "base/text.h"

namespace corral::api::openai {

namespace {

using json::in_field;
using json::refuse_field;

// The ways in which clients say whether to think, strongest last.
struct ThinkingFields {
    wire::Thinking think = wire::Thinking::unset;
    std::optional<bool> enable_thinking;
    std::string thinking_type;
    std::optional<std::int64_t> budget;  // of tokens, beside that type
    std::string effort;
    std::optional<std::string> reasoning_effort;  // of the object `reasoning`

    std::vector<json::Reader::Field> fields(json::Reader& reader) {
        const auto kwargs = [&](const json::Value& value) {
            reader.object(value, "map[string]interface {}",
                          {{"enable_thinking", reader.boolean(enable_thinking)}});
        };
        const auto type = [&](const json::Value& value) {
            reader.object(value, "openai.Thinking",
                          {{"type", reader.text(thinking_type)},
                           {"budget_tokens", read_thinking_budget(reader, budget)}});
        };
        const auto reasoning = [&](const json::Value& value) {
            if (value.is_null()) return;
            reasoning_effort.emplace();
            reader.object(value, "openai.Reasoning", {{"effort", reader.text(*reasoning_effort)}});
        };
        return {{"think", ollama::read_think(reader, think)},
                {"enable_thinking", reader.boolean(enable_thinking)},
                {"chat_template_kwargs", kwargs},
                {"thinking", type},
                {"reasoning_effort", reader.text(effort)},
                {"reasoning", reasoning}};
    }

    Result<wire::Thinking> decide() const {
        const auto* field = reasoning_effort ? "reasoning.effort" : "reasoning_effort";
        CORRAL_TRY(const auto asked,
                   in_field(field, decode_effort(reasoning_effort.value_or(effort))));
        if (asked != wire::Thinking::unset) return asked;
        if (think != wire::Thinking::unset) return think;
        if (!thinking_type.empty()) {
            return thinking_type == "disabled" ? wire::Thinking::off : wire::Thinking::on;
        }
        if (enable_thinking) return *enable_thinking ? wire::Thinking::on : wire::Thinking::off;
        return wire::Thinking::unset;
    }
};

json::Reader::Read read_response_format(json::Reader& reader, std::string& format_json) {
    return [&reader, &format_json](const json::Value& value) {
        std::string type, schema;
        const auto read_schema = [&](const json::Value& inner) {
            reader.object(inner, "openai.JsonSchema", {{"schema", ollama::read_raw(schema)}});
        };
        reader.object(value, "openai.ResponseFormat",
                      {{"type", reader.text(type)}, {"json_schema", read_schema}});
        const auto kind = lower(trim(type));
        if (kind == "json_object") format_json = "\"json\"";
        if (kind == "json_schema" && schema != "null") format_json = schema;
        if (const auto known = check_format_type(kind); !known)
            reader.reject(json::in_field("type", known).error());
    };
}

// What `{"type":"custom","custom":{…}}` holds; null of other tools.
const json::Value* custom_part(const json::Value& tool) {
    const auto* type = tool.find("type");
    const bool is_custom = type != nullptr && type->is_string() && type->text() == "custom";
    return is_custom ? tool.find("custom") : nullptr;
}

// Tools with functions in the place of custom ones, whose names are noted.
Result<std::string> without_custom(const json::Value& tools, ToolNames& custom) {
    std::string list;
    for (std::size_t i = 0; i < tools.items.size(); ++i) {
        const auto& tool = tools.items[i];
        list += list.empty() ? "[" : ",";
        const auto* inner = custom_part(tool);
        if (inner == nullptr) {
            list += tool.raw;
            continue;
        }
        const auto* name = inner->find("name");
        const auto text = name != nullptr && name->is_string() ? name->text() : std::string();
        auto function = in_field("custom", custom_function(text, *inner));
        CORRAL_TRY(const auto made, json::in_element(i, std::move(function)));
        custom.insert(text);
        list += R"({"type":"function","function":)" + made + "}";
    }
    return list.empty() ? list : list + "]";
}

json::Reader::Read read_chat_tools(json::Reader& reader, std::string& tools_json,
                                   ToolNames& custom) {
    return [&reader, &tools_json, &custom](const json::Value& value) {
        custom.clear();
        const auto read = ollama::read_tools(reader, tools_json, ollama::Schemas::whole);
        if (std::ranges::none_of(value.items, custom_part)) return read(value);
        auto list = without_custom(value, custom);
        auto functions = list ? json::parse(*list) : fail(std::move(list).error());
        if (!functions) return reader.reject(std::move(functions).error());
        read(*functions);
    };
}

Result<void> read_functions(const LegacyFunctions& legacy, std::string& tools_json) {
    CORRAL_TRY(const auto list, legacy.as_tools());
    CORRAL_TRY(const auto tools, json::parse(list));
    json::Reader reader("ChatCompletionRequest");
    ollama::read_tools(reader, tools_json, ollama::Schemas::whole)(tools);
    auto read = reader.finish();
    if (!read) read.error().field = "functions";
    return read;
}

constexpr std::string_view kEmptyList = "empty_array";

Error no_body() {
    return {ErrorCode::invalid, "EOF", {}, 400};
}

}  // namespace

Result<void> check_range(std::string_view field, std::int64_t value, std::int64_t least,
                         std::int64_t most) {
    if (value >= least && value <= most) return {};
    return refuse_field(field, fmt::format("{} must be between {} and {}", field, least, most),
                        value < least ? "integer_below_min_value" : "integer_above_max_value");
}

Result<void> check_format_type(std::string_view type) {
    for (const auto* known : {"", "text", "json_object", "json_schema"}) {
        if (type == known) return {};
    }
    return refuse_field({}, fmt::format("a format of type {} is not supported, only \"text\", "
                                        "\"json_object\" and \"json_schema\"",
                                        go_quote(type)));
}

Result<json::Value> parse_body(std::string_view body) {
    auto value = json::parse(body);
    if (!value && value.error().message == "missing request body") return fail(no_body());
    return value;
}

Result<wire::Thinking> decode_effort(std::string_view effort) {
    static const std::map<std::string_view, wire::Thinking> kEfforts = {
        {"", wire::Thinking::unset},        {"none", wire::Thinking::off},
        {"minimal", wire::Thinking::low},   {"low", wire::Thinking::low},
        {"medium", wire::Thinking::medium}, {"high", wire::Thinking::high},
        {"xhigh", wire::Thinking::max},     {"ultra", wire::Thinking::max},
        {"max", wire::Thinking::max}};
    const auto known = kEfforts.find(effort);
    if (known != kEfforts.end()) return known->second;
    return refuse_field(
        {}, fmt::format("invalid reasoning value: {} (must be \"minimal\", \"low\", \"medium\", "
                        "\"high\", \"xhigh\", \"ultra\", \"max\", or \"none\")",
                        go_quote(effort)));
}

std::vector<ollama::ChatRequest> ChatRequest::choices() const {
    std::vector<ollama::ChatRequest> requests(static_cast<std::size_t>(n), native);
    for (std::int64_t i = 1; seed && i < n; ++i) {
        auto& options = requests[static_cast<std::size_t>(i)].options_json;
        options.pop_back();
        options += fmt::format(R"(,"seed":{}}})", *seed + i);
    }
    return requests;
}

Result<ChatRequest> decode_chat(std::string_view body, Precedence precedence) {
    CORRAL_TRY(const auto value, parse_body(body));
    ChatRequest request;
    auto& native = request.native;
    native.stream = false;
    SamplingFields sampling({{"temperature", "1"}, {"top_p", "1"}}, precedence);
    ThinkingFields thinking;
    json::Value messages;
    std::string tool_choice;
    LegacyFunctions legacy;
    std::vector<std::string> modalities;
    std::optional<bool> parallel_tool_calls;
    json::Reader reader("ChatCompletionRequest");
    const auto read_messages = [&](const json::Value& list) {
        if (!list.is_null() && list.kind != json::Value::Kind::array)
            return reader.mismatch(list, "[]openai.Message");
        messages = list;
    };
    const auto read_stream_options = [&](const json::Value& options) {
        reader.object(options, "openai.StreamOptions",
                      {{"include_usage", reader.boolean(request.include_usage)}});
    };
    auto fields = sampling.fields(reader);
    std::ranges::copy(thinking.fields(reader), std::back_inserter(fields));
    fields.insert(fields.end(),
                  {{"model", reader.text(native.model)},
                   {"messages", read_messages},
                   {"stream", reader.boolean(native.stream)},
                   {"stream_options", read_stream_options},
                   {"format", ollama::read_raw(native.format_json)},
                   {"response_format", read_response_format(reader, native.format_json)},
                   {"tools", read_chat_tools(reader, native.tools_json, request.custom_tools)},
                   {"tool_choice", ollama::read_raw(tool_choice)},
                   {"functions", ollama::read_raw(legacy.functions)},
                   {"function_call", ollama::read_raw(legacy.function_call)},
                   {"parallel_tool_calls", reader.boolean(parallel_tool_calls)},
                   {"keep_alive", ollama::read_keep_alive(reader, native.keep_alive)},
                   {"truncate", reader.boolean(native.truncate)},
                   {"shift", reader.boolean(native.shift)},
                   {"logprobs", reader.boolean(native.logprobs)},
                   {"top_logprobs", reader.integer(native.top_logprobs)},
                   {"n", reader.integer(request.n)},
                   {"modalities", reader.texts(modalities)},
                   {"_debug_render_only", reader.boolean(native.render_only)}});
    reader.object(value, "openai.ChatCompletionRequest", fields);
    CORRAL_CHECK(reader.finish());
    if (!native.stream) native.stream = false;
    if (messages.items.empty())
        return refuse_field("messages", "[] is too short - 'messages'",
                            messages.is_null() ? json::kMissing : kEmptyList);
    CORRAL_CHECK(check_range("top_logprobs", native.top_logprobs, 0, kMaxTopLogprobs));
    CORRAL_CHECK(check_range("n", request.n, 1, kMaxChoices));
    if (std::ranges::find(modalities, "audio") != modalities.end())
        return refuse_field("modalities", "audio output is not supported", "unsupported_value");
    CORRAL_TRY(native.messages, in_field("messages", decode_messages(messages)));
    CORRAL_TRY(native.think, thinking.decide());
    request.has_functions = native.tools_json.empty() && legacy.are_given();
    if (request.has_functions) {
        CORRAL_CHECK(read_functions(legacy, native.tools_json));
        CORRAL_TRY(tool_choice, legacy.as_tool_choice());
    }
    const auto* choice_field = request.has_functions ? "function_call" : "tool_choice";
    CORRAL_CHECK(in_field(choice_field, apply_tool_choice(tool_choice, native)));
    native.stream_calls = native.streams() && !request.has_functions;
    native.tool_use.one_call = request.has_functions || !parallel_tool_calls.value_or(true);
    if (thinking.budget) sampling.add("num_think", *thinking.budget);
    native.options_json = sampling.options_json();
    request.seed = sampling.seed();
    return request;
}

}  // namespace corral::api::openai
