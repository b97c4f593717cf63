#include <optional>

#include "cli/commands.h"
#include "cli/json.h"

namespace corral::cli {
namespace {

// A model that is being deleted must not stay in memory. One that cannot even be shown, for lack of
// a blob, can be deleted all the same.
void unload(const Program& program, const std::string& model) {
    auto answer = program.api.post("/api/show", {{"model", model}});
    if (answer && !text_of(*answer, "remote_model").empty()) return;
    if (answer) answer = program.api.post("/api/generate", {{"model", model}, {"keep_alive", 0}});
    if (!answer && answer.error().http_status != 404) {
        program.console.note(fmt::format("Warning: unable to stop model '{}'\n", model));
    }
}

Result<void> remove_one(const Program& program, const std::string& model) {
    unload(program, model);
    CORRAL_CHECK(program.api.remove("/api/delete", {{"model", model}}));
    program.console.print(fmt::format("deleted '{}'\n", model));
    return {};
}

// A model that cannot be removed does not keep the others (quirk Q24); its error comes with the
// others' at the end.
Result<int> remove(Program& program, const Invocation& call) {
    std::optional<Error> errors;
    for (const auto& model : call.arguments) {
        auto removed = remove_one(program, model);
        if (removed) continue;
        if (!errors) {
            errors = removed.error();
        } else {
            errors->message += "\n" + removed.error().message;
        }
    }
    if (errors) return fail(*errors);
    return 0;
}

}  // namespace

Command remove_command() {
    return {.name = "rm",
            .arguments = "MODEL [MODEL...]",
            .summary = "Remove a model",
            .arity = {1, -1},
            .variables = {"OLLAMA_HOST"},
            .body = remove};
}

}  // namespace corral::cli
