#include "api/common/tool_use.h"
#include "api/openai/chat_request.h"

namespace corral::api::openai {

namespace {

using Mode = AskedToolUse::Mode;

std::unexpected<Error> bad_choice() {
    return fail(Error{ErrorCode::invalid,
                      "invalid tool_choice: it is \"auto\", \"none\", \"required\", a function or "
                      "allowed_tools",
                      {},
                      400});
}

Result<Mode> decode_mode(const json::Value* value) {
    if (value == nullptr || !value->is_string()) return bad_choice();
    const auto text = value->text();
    if (text == "auto") return Mode::automatic;
    if (text == "none") return Mode::none;
    if (text == "required") return Mode::required;
    return bad_choice();
}

bool has_type(const json::Value& object, std::string_view type) {
    const auto* value = object.find("type");
    return value != nullptr && value->is_string() && value->text() == type;
}

// Chat completions nest what responses have beside the type.
const json::Value& body_of(const json::Value& object, std::string_view type) {
    const auto* inner = object.find(type);
    return inner != nullptr && inner->kind == json::Value::Kind::object ? *inner : object;
}

Result<std::string> decode_function(const json::Value& object) {
    for (const auto* type : {"function", "custom"}) {
        if (!has_type(object, type)) continue;
        const auto* name = body_of(object, type).find("name");
        if (name != nullptr && name->is_string()) return name->text();
    }
    return bad_choice();
}

Result<AskedToolUse> decode_allowed(const json::Value& allowed) {
    AskedToolUse asked;
    CORRAL_TRY(asked.mode, decode_mode(allowed.find("mode")));
    const auto* tools = allowed.find("tools");
    if (tools == nullptr || tools->items.empty()) return bad_choice();
    for (const auto& tool : tools->items) {
        CORRAL_TRY(auto name, decode_function(tool));
        asked.names.push_back(std::move(name));
    }
    return asked;
}

Result<AskedToolUse> decode_choice(const json::Value& choice) {
    AskedToolUse asked;
    if (choice.is_null()) return asked;
    if (choice.kind != json::Value::Kind::object) {
        CORRAL_TRY(asked.mode, decode_mode(&choice));
        return asked;
    }
    if (has_type(choice, "allowed_tools")) return decode_allowed(body_of(choice, "allowed_tools"));
    CORRAL_TRY(auto name, decode_function(choice));
    return AskedToolUse{Mode::required, {std::move(name)}};
}

}  // namespace

Result<void> apply_tool_choice(const std::string& raw, ollama::ChatRequest& request) {
    if (raw.empty()) return {};
    CORRAL_TRY(const auto choice, json::parse(raw));
    CORRAL_TRY(const auto asked, decode_choice(choice));
    return apply_tool_use(asked, request);
}

}  // namespace corral::api::openai
