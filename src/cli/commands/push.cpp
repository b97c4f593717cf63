#include "base/text.h"
#include "cli/account.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/status_progress.h"
#include "store/name.h"

namespace corral::cli {
namespace {

bool is_ollamas(const store::ModelName& name) {
    return name.host().ends_with(".ollama.ai") || name.host().ends_with(".ollama.com");
}

// Only "not signed in" keeps from trying: a server that knows no accounts may still have a key that
// the registry knows.
bool must_sign_in(const Program& program) {
    const auto account = ask_account(program.api);
    if (!account || account->signed_in) return false;
    program.console.print("You need to be signed in to push models to ollama.com.\n\n" +
                          signin_link_text(account->signin_url));
    return true;
}

Error or_not_authorized(Error error) {
    const auto text = lower(error.message);
    if (text.contains("access denied") || text.contains("unauthorized")) {
        error.message =
            "you are not authorized to push to this namespace, create the model under a namespace "
            "you own";
    }
    return error;
}

std::string place_of(const store::ModelName& name) {
    if (!is_ollamas(name)) return name.full_form();
    std::string shortest = name.short_form();
    if (name.tag() == store::kDefaultTag) shortest.resize(shortest.rfind(':'));
    return "https://ollama.com/" + shortest;
}

Result<int> push(Program& program, const Invocation& call) {
    const auto& model = call.arguments[0];
    const auto name = store::ModelName::parse(model);
    if (name && is_ollamas(*name) && must_sign_in(program)) return 0;
    Json body{{"model", model}};
    if (call.is_set("insecure")) body["insecure"] = true;
    Progress progress(program.console);
    StatusProgress status(progress, BarLabel::status);
    const auto pushed = program.api.stream("/api/push", body, [&](const Json& event) {
        status.show(event);
        return true;
    });
    progress.stop();
    if (!pushed) return fail(or_not_authorized(pushed.error()));
    program.console.print(
        fmt::format("\nYou can find your model at:\n\n\t{}\n", name ? place_of(*name) : model));
    return 0;
}

}  // namespace

Command push_command() {
    return {.name = "push",
            .arguments = "MODEL",
            .summary = "Push a model to a registry",
            .flags = {{.name = "insecure", .help = "Use an insecure registry"}},
            .arity = {1, 1},
            .variables = {"OLLAMA_HOST"},
            .body = push};
}

}  // namespace corral::cli
