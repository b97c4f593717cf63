#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <iterator>

#include "base/duration.h"
#include "base/process.h"
#include "base/text.h"
#include "cli/chat/prompt_files.h"
#include "cli/chat/repl.h"
#include "cli/chat/session.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/pull.h"
#include "cli/timings.h"
#include "store/name.h"

namespace corral::cli {
namespace {

constexpr std::array<std::string_view, 4> kThinkLevels = {"high", "medium", "low", "max"};

bool is_think_level(std::string_view text) {
    return std::ranges::count(kThinkLevels, text) > 0;
}

Result<void> read_think(const Program& program, const Invocation& call, Session& session) {
    if (!call.has("think")) return {};
    auto text = call.text("think");
    session.think_is_chosen = true;
    if (text.empty() || text == "true") {
        session.think = true;
        // `--think high` means thinking on, and a prompt that starts with "high" (quirk Q4).
        if (call.arguments.size() > 1 && is_think_level(call.arguments[1])) {
            program.console.note(
                fmt::format("Warning: \"{0}\" is part of the prompt; for that level of thinking "
                            "write --think={0}\n",
                            call.arguments[1]));
        }
    } else if (text == "false") {
        session.think = false;
    } else if (is_think_level(text)) {
        session.think = text;
    } else {
        return fail(
            ErrorCode::invalid,
            "invalid value for --think: {} (must be true, false, high, medium, low, or max)",
            go_quote(text));
    }
    return {};
}

Result<void> read_keep_alive(const Invocation& call, Session& session) {
    if (!call.has("keepalive")) return {};
    CORRAL_TRY(auto duration, parse_go_duration(call.text("keepalive")));
    if (duration < Duration::zero()) {
        session.keep_alive = -1;
    } else {
        session.keep_alive = format_go_duration(duration);
    }
    return {};
}

Result<void> read_format(const Invocation& call, Session& session) {
    auto text = call.text("format");
    if (text.empty()) return {};
    if (text == "json") {
        session.format = text;
        return {};
    }
    session.format = Json::parse(text, nullptr, false);
    if (session.format.is_discarded()) {
        return fail(ErrorCode::invalid, "invalid --format: neither \"json\" nor a JSON schema");
    }
    return {};
}

Result<Session> session_of(const Program& program, const Invocation& call) {
    Session session;
    session.model = call.arguments[0];
    session.hide_thinking = call.is_set("hidethinking");
    session.word_wrap = !call.is_set("nowordwrap");
    session.verbose = call.is_set("verbose");
    CORRAL_CHECK(read_think(program, call, session));
    CORRAL_CHECK(read_keep_alive(call, session));
    CORRAL_CHECK(read_format(call, session));
    return session;
}

// Why a model that comes with this program is missing: the server is none of this program's.
std::string hint_at_other_server(const Program& program, const std::string& model) {
    const auto name = store::ModelName::parse(model);
    const auto& folder = program.settings.builtin_models;
    if (!name || !std::filesystem::exists(folder / "manifests" / name->manifest_path())) return {};
    return fmt::format(
        "{} comes with {}, but another program's server answers at {}. Stop that one, or set "
        "OLLAMA_HOST to a free address, such as 127.0.0.1:11435, to have one of this program "
        "there.",
        model, program_path().string(), program.api.address().url());
}

// What the server knows of the session's model. One that is not there is pulled first; the user may
// choose another name for it then.
Result<ModelFacts> find_model(const Program& program, Session& session, bool insecure) {
    auto info = program.api.post("/api/show", {{"model", session.model}});
    if (!info && info.error().http_status == 404) {
        auto pulled = pull_model(program, session.model, insecure, "run");
        if (!pulled && pulled.error().code == ErrorCode::unsupported) {
            // That the model is missing says more than that it cannot be fetched.
            auto missing = info.error();
            missing.hint = pulled.error().message;
            return fail(std::move(missing));
        }
        if (!pulled && pulled.error().hint.empty()) {
            pulled.error().hint = hint_at_other_server(program, session.model);
        }
        CORRAL_TRY(session.model, std::move(pulled));
        info = program.api.post("/api/show", {{"model", session.model}});
    }
    if (!info) return fail(info.error());
    return facts_of(std::move(*info));
}

// Standard input (unless it is a terminal) and the words after the model, with single blanks
// between.
std::string read_prompt(const Console& console, const Invocation& call) {
    std::vector<std::string> parts(call.arguments.begin() + 1, call.arguments.end());
    if (!console.in_is_terminal) {
        std::string input{std::istreambuf_iterator<char>(std::cin), {}};
        if (!input.empty()) parts.insert(parts.begin(), std::move(input));
    }
    return join(parts, " ");
}

Result<int> embed(const Program& program, const Session& session, const Invocation& call,
                  const std::string& prompt) {
    if (prompt.empty()) {
        return fail(ErrorCode::invalid,
                    "embedding models require input text. Usage: {} run {} \"your text here\"",
                    program.name, session.model);
    }
    Json request{{"model", session.model}, {"input", prompt}};
    if (!session.keep_alive.is_null()) request["keep_alive"] = session.keep_alive;
    if (call.has("truncate")) request["truncate"] = call.is_set("truncate");
    if (auto n = call.text("dimensions"); !n.empty() && std::stoll(n) > 0) {
        request["dimensions"] = std::stoll(n);
    }
    CORRAL_TRY(auto answer, program.api.post("/api/embed", request));
    const auto& embeddings = member(answer, "embeddings");
    if (embeddings.empty()) return fail(ErrorCode::internal, "no embeddings returned");
    program.console.print(compact(embeddings[0]) + "\n");
    return 0;
}

Result<int> generate(const Program& program, const Session& session, std::string prompt) {
    Json request{{"model", session.model}, {"prompt", prompt}, {"system", ""}};
    if (session.facts.sees) {
        CORRAL_TRY(auto files, take_files(program.console, std::move(prompt)));
        request["prompt"] = files.prompt;
        if (!files.base64.empty()) request["images"] = files.base64;
    }
    session.add_to(request);
    CORRAL_TRY(auto last, print_answer(program, session, "/api/generate", request));
    if (!text_of(request, "prompt").empty()) program.console.print("\n\n");
    if (session.verbose) program.console.note(timings_text(last));
    return 0;
}

Result<int> run(Program& program, const Invocation& call) {
    const auto& console = program.console;
    CORRAL_TRY(auto session, session_of(program, call));
    bool asks_nothing = call.arguments.size() == 1 && console.in_is_terminal;
    auto prompt = asks_nothing ? std::string() : read_prompt(console, call);
    CORRAL_TRY(session.facts, find_model(program, session, call.is_set("insecure")));
    choose_thinking(session);
    if (session.facts.embeds) return embed(program, session, call, prompt);
    if (asks_nothing && console.out_is_terminal) return chat(program, std::move(session));
    return generate(program, session, std::move(prompt));
}

}  // namespace

Command run_command() {
    return {
        .name = "run",
        .arguments = "MODEL [PROMPT]",
        .summary = "Run a model",
        .flags =
            {{.name = "dimensions",
              .type = FlagType::integer,
              .help = "Truncate output embeddings to this many dimensions (embedding models only)"},
             {.name = "format", .type = FlagType::text, .help = "Response format (e.g. json)"},
             {.name = "hidethinking", .help = "Hide thinking output (if provided)"},
             {.name = "insecure", .help = "Use an insecure registry"},
             {.name = "keepalive",
              .type = FlagType::text,
              .help = "Duration to keep a model loaded (e.g. 5m)"},
             {.name = "nowordwrap", .help = "Don't wrap words to the next line automatically"},
             {.name = "think",
              .type = FlagType::text,
              .help = "Enable thinking mode: true/false, or --think=high, medium, low, max",
              .bare_value = "true"},
             {.name = "truncate",
              .help = "Cut inputs that are longer than the context (embedding models only)"},
             {.name = "verbose", .help = "Show timings for response"}},
        .arity = {1, -1},
        .variables = {"OLLAMA_EDITOR", "OLLAMA_HOST", "OLLAMA_NOHISTORY"},
        .body = run};
}

}  // namespace corral::cli
