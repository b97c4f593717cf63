#include "cli/chat/session.h"

#include <algorithm>

#include "cli/json.h"
#include "cli/term/interrupt.h"
#include "cli/term/progress.h"

namespace corral::cli {
namespace {

bool has_vision_metadata(const Json& info) {
    for (const auto& [key, value] : member(info, "model_info").items()) {
        if (key.find(".vision.") != std::string::npos) return true;
    }
    return !member(info, "projector_info").empty();
}

// Tool calls cannot be answered here; the user at least sees that the model wanted one.
std::string tool_calls_text(const Json& calls) {
    std::string out;
    for (const auto& call : calls) {
        const auto& function = member(call, "function");
        out += fmt::format("  Model called a non-existent function '{}()' with arguments: {}\n",
                           text_of(function, "name"), compact(member(function, "arguments")));
    }
    return out;
}

}  // namespace

ModelFacts facts_of(Json info) {
    ModelFacts facts;
    auto capabilities = texts_of(info, "capabilities");
    auto has = [&](std::string_view name) { return std::ranges::count(capabilities, name) > 0; };
    facts.thinks = has("thinking");
    facts.embeds = has("embedding");
    facts.sees = has("vision") || has("audio") || has_vision_metadata(info);
    facts.info = std::move(info);
    return facts;
}

void Session::add_to(Json& request) const {
    if (!format.is_null()) request["format"] = format;
    request["options"] = options;
    if (!keep_alive.is_null()) request["keep_alive"] = keep_alive;
    if (!think.is_null()) request["think"] = think;
}

AnswerStyle Session::style(const Console& console) const {
    AnswerStyle style;
    bool wraps = word_wrap && console.out_is_terminal;
    style.wrap_columns = wraps ? console.out_columns() : 0;
    style.colours = console.out_is_terminal;
    style.hide_thinking = hide_thinking;
    return style;
}

void choose_thinking(Session& session) {
    if (session.think_is_chosen) return;
    session.think = session.facts.thinks ? Json(true) : Json();
}

Result<Json> print_answer(const Program& program, const Session& session, std::string_view path,
                          const Json& request) {
    Json last = Json::object();
    std::string content;
    std::string thinking;
    Interrupt interrupt;
    AnswerPrinter printer(program.console, session.style(program.console));
    auto on_event = [&](const Json& event) {
        const auto& source = event.contains("message") ? event["message"] : event;
        auto thought = text_of(source, "thinking");
        auto said = text_of(source, event.contains("message") ? "content" : "response");
        printer.thinking(thought);
        printer.content(said);
        printer.content(tool_calls_text(member(source, "tool_calls")));
        thinking += thought;
        content += said;
        if (flag_of(event, "done")) last = event;
        return !interrupt.happened();
    };
    auto result = program.api.stream(path, request, on_event, interrupt.fd());
    if (!result) {
        printer.break_off();
        return fail(result.error());
    }
    printer.end();
    last["content"] = content;
    last["thinking"] = thinking;
    return last;
}

Result<void> load_model(const Program& program, const Session& session) {
    Json request{{"model", session.model}};
    session.add_to(request);
    request.erase("format");
    Progress progress(program.console);
    progress.add_spinner("");
    auto loaded = program.api.post("/api/generate", request);
    progress.clear();
    if (!loaded) return fail(loaded.error());
    return {};
}

}  // namespace corral::cli
