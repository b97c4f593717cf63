#include "engine/chat_template.h"

#include <algorithm>
#include <array>
#include <exception>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "chat-auto-parser.h"
#include "engine/grammar.h"

namespace corral::engine {
namespace {

Error template_error(std::string_view what) {
    return {ErrorCode::invalid, fmt::format("the model's chat template failed: {}", what), {}, 400};
}

common_chat_msg to_chat_message(const wire::Message& message) {
    common_chat_msg chat;
    chat.role = message.role;
    chat.content = message.content;
    chat.tool_name = message.tool_name;
    chat.tool_call_id = message.tool_call_id;
    for (const wire::ToolCall& call : message.tool_calls) {
        chat.tool_calls.push_back({call.name, call.arguments_json, call.id});
    }
    return chat;
}

bool mentions_thinking(const std::string& source) {
    return std::ranges::any_of(std::array{"think", "reason", "channel"}, [&](const char* word) {
        return contains_ignoring_case(source, word);
    });
}

// Whether llama.cpp finds out about the template by analysis, rather than from code of its own for
// this family of models, which may also rewrite the messages.
bool is_analysed(const common_chat_templates* templates) {
    if (!common_chat_templates_source(templates, "tool_use").empty()) return false;
    try {
        const std::string source = common_chat_templates_source(templates);
        const common_chat_template parsed(source, {}, {});
        autoparser::generation_params params;
        params.messages = common_json::array({common_json{{"role", "user"}, {"content", "Hello"}}});
        return !common_chat_try_specialized_template(parsed, source, params);
    } catch (const std::exception&) {
        return false;
    }
}

bool supports_parallel_calls(const common_chat_templates* templates) {
    const auto capabilities = common_chat_templates_get_caps(templates);
    const auto found = capabilities.find("supports_parallel_tool_calls");
    return found != capabilities.end() && found->second;
}

// An assistant message at the end is continued rather than answered (native-api.md 7.9).
void continue_last_message(common_chat_templates_inputs& inputs) {
    if (inputs.messages.empty()) return;
    const common_chat_msg& last = inputs.messages.back();
    if (last.role != "assistant" || !last.tool_calls.empty()) return;
    inputs.continue_final_message = COMMON_CHAT_CONTINUATION_AUTO;
    inputs.add_generation_prompt = false;
}

// A tool may come without parameters, or with parameters without properties, which llama.cpp's
// grammar of tool calls refuses.
std::vector<common_chat_tool> to_chat_tools(const std::string& tools_json) {
    auto tools = common_chat_tools_parse_oaicompat(common_json::parse(tools_json));
    for (common_chat_tool& tool : tools) {
        auto parameters = common_json::parse(tool.parameters);
        if (parameters.contains("properties") && parameters.at("properties").is_object()) continue;
        parameters["type"] = "object";
        parameters["properties"] = common_json::object();
        tool.parameters = parameters.dump();
    }
    return tools;
}

common_chat_templates_inputs to_inputs(const ChatTemplate::Request& request) {
    common_chat_templates_inputs inputs;
    for (const wire::Message& message : request.messages) {
        inputs.messages.push_back(to_chat_message(message));
    }
    if (!request.tools_json.empty()) {
        inputs.tools = to_chat_tools(request.tools_json);
    }
    if (request.format.kind == wire::Format::Kind::json)
        inputs.json_schema = R"({"type":"object"})";
    if (request.format.kind == wire::Format::Kind::schema) {
        inputs.json_schema = request.format.schema_json;
        if (common_json::parse(inputs.json_schema).empty())
            inputs.json_schema = R"({"type":"object"})";
    }
    inputs.reasoning_format = COMMON_REASONING_FORMAT_DEEPSEEK;
    inputs.enable_thinking = request.thinking != wire::Thinking::off;
    if (request.thinking != wire::Thinking::unset) {
        inputs.chat_template_kwargs["enable_thinking"] = inputs.enable_thinking ? "true" : "false";
    }
    if (const std::string_view effort = wire::level_name(request.thinking); !effort.empty()) {
        inputs.chat_template_kwargs["reasoning_effort"] = fmt::format("\"{}\"", effort);
    }
    continue_last_message(inputs);
    return inputs;
}

common_chat_params with_prompt(common_chat_params rendered, const std::string& prompt) {
    rendered.prompt = prompt;
    return rendered;
}

}  // namespace

// llama.cpp's Jinja throws std::exception and its own types; a template must never end the runner.
Result<ChatTemplate> ChatTemplate::create(const llama_model* model,
                                          const std::string& override_source) {
    try {
        return ChatTemplate(common_chat_templates_init(model, override_source), model);
    } catch (const std::exception& error) {
        return fail(template_error(error.what()));
    } catch (...) {
        return fail(template_error("it cannot be read"));
    }
}

ChatTemplate::ChatTemplate(common_chat_templates_ptr templates, const llama_model* model)
    : templates_(std::move(templates)),
      prompts_(PromptTemplate::create(templates_.get(), model)),
      knows_thinking_(mentions_thinking(common_chat_templates_source(templates_.get()))),
      is_analysed_(is_analysed(templates_.get())),
      supports_parallel_calls_(supports_parallel_calls(templates_.get())) {}

// Whether the answer will be nothing but text, so that there is nothing to find out: no tools, no
// format, and a template that has never heard of thinking.
bool ChatTemplate::is_plain(const Request& request) const {
    return request.tools_json.empty() && request.format.kind == wire::Format::Kind::none &&
           !knows_thinking_;
}

common_chat_templates_inputs ChatTemplate::inputs_of(const Request& request) const {
    common_chat_templates_inputs inputs = to_inputs(request);
    inputs.parallel_tool_calls = supports_parallel_calls_ && !request.tool_use.one_call;
    if (request.tool_use.choice == wire::ToolChoice::required)
        inputs.tool_choice = COMMON_CHAT_TOOL_CHOICE_REQUIRED;
    return inputs;
}

Result<common_chat_params> ChatTemplate::render(const Request& request) const {
    try {
        common_chat_templates_inputs inputs = inputs_of(request);
        const bool continues = inputs.continue_final_message != COMMON_CHAT_CONTINUATION_NONE;
        if (!continues && is_plain(request)) return render_plain(std::move(inputs));
        if (!continues && is_analysed_) return render_by_form(request, inputs);
        return render_at_once(request, inputs);
    } catch (const std::exception& error) {
        return fail(template_error(error.what()));
    } catch (...) {
        return fail(template_error("it stopped for an unknown reason"));
    }
}

common_chat_params ChatTemplate::render_plain(common_chat_templates_inputs inputs) const {
    common_chat_params rendered;
    if (prompts_) {
        rendered.prompt = prompts_->prompt(inputs);
        return rendered;
    }
    inputs.force_pure_content = true;
    rendered = common_chat_templates_apply(templates_.get(), inputs);
    rendered.parser.clear();
    return rendered;
}

Result<common_chat_params> ChatTemplate::render_at_once(
    const Request& request, const common_chat_templates_inputs& inputs) const {
    if (inputs.tools.empty()) return common_chat_templates_apply(templates_.get(), inputs);
    CORRAL_TRY(const ArgumentSchemas schemas, argument_schemas(request.tools_json));
    common_chat_params rendered = apply_bound(inputs, schemas);
    if (schemas.leaves_out) {
        common_chat_templates_inputs shown = inputs;
        shown.tool_choice = COMMON_CHAT_TOOL_CHOICE_NONE;  // no grammar of all that is shown
        rendered.prompt = common_chat_templates_apply(templates_.get(), shown).prompt;
    }
    return rendered;
}

Result<common_chat_params> ChatTemplate::render_by_form(
    const Request& request, const common_chat_templates_inputs& inputs) const {
    AnswerForms::Form form{request.tools_json,      request.format.schema_json,
                           request.format.kind,     request.thinking,
                           request.tool_use.choice, request.tool_use.one_call};
    if (prompts_) {
        const std::string prompt = prompts_->prompt(inputs);
        if (const auto* known = forms_.find(form, prompt)) return with_prompt(*known, prompt);
    }
    common_chat_templates_inputs text_only = inputs;
    text_only.force_pure_content = true;
    const common_chat_params text = common_chat_templates_apply(templates_.get(), text_only);
    if (const auto* known = forms_.find_by_end(form, text.generation_prompt))
        return with_prompt(*known, text.prompt);
    CORRAL_TRY(const ArgumentSchemas schemas, argument_schemas(request.tools_json));
    const common_chat_params rendered = apply_bound(inputs, schemas);
    forms_.keep(std::move(form), text.generation_prompt, rendered);
    return with_prompt(rendered, text.prompt);
}

// Its prompt shows the tools as they bind.
common_chat_params ChatTemplate::apply_bound(common_chat_templates_inputs inputs,
                                             const ArgumentSchemas& schemas) const {
    if (!inputs.tools.empty()) inputs.tools = to_chat_tools(schemas.plain_json);
    common_chat_params rendered = common_chat_templates_apply(templates_.get(), inputs);
    if (!rendered.grammar.empty() && !schemas.strict_json.empty())
        rendered.grammar = strict_grammar(std::move(inputs), schemas);
    return rendered;
}

std::string ChatTemplate::strict_grammar(common_chat_templates_inputs inputs,
                                         const ArgumentSchemas& schemas) const {
    const auto grammar_with = [&](const std::string& tools_json) {
        inputs.tools = to_chat_tools(tools_json);
        return common_chat_templates_apply(templates_.get(), inputs).grammar;
    };
    std::string grammar = grammar_with(schemas.strict_json);
    const bool has_values = std::ranges::all_of(schemas.stand_ins, [&](const auto& value) {
        return grammar.contains("\"\\\"" + value.text + "\\\"\"");
    });
    // In a notation of arguments one by one, the texts that stand for values would be any text.
    return has_values ? with_stand_ins(std::move(grammar), schemas.stand_ins)
                      : grammar_with(schemas.without_rules());
}

}  // namespace corral::engine
