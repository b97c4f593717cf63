#include <cstdlib>

#include "base/process.h"
#include "cli/account.h"
#include "cli/commands.h"
#include "cli/json.h"

namespace corral::cli {
namespace {

// The desktop's own program knows the user's browser. That there is none is no failure: the address
// is printed, too.
void open_in_browser(const std::string& url) {
    const bool has_desktop =
        std::getenv("DISPLAY") != nullptr || std::getenv("WAYLAND_DISPLAY") != nullptr;
    if (!has_desktop || !url.starts_with("https://")) return;
    (void)spawn_background("/usr/bin/xdg-open", {url}, "/dev/null");
}

Result<int> sign_in(Program& program, const Invocation&) {
    CORRAL_TRY(const auto account, ask_account(program.api));
    if (account.signed_in) {
        program.console.print(
            fmt::format("You are already signed in as user '{}'\n\n", account.name));
        return 0;
    }
    program.console.print("You need to be signed in to Ollama to run Cloud models.\n\n");
    open_in_browser(account.signin_url);
    program.console.print(signin_link_text(account.signin_url));
    return 0;
}

Result<int> sign_out(Program& program, const Invocation&) {
    const auto answer = program.api.post("/api/signout", Json::object());
    if (!answer && answer.error().http_status != 401) return fail(answer.error());
    program.console.print(answer ? "You have signed out of ollama.com\n\n"
                                 : "You are not signed in to ollama.com\n\n");
    return 0;
}

}  // namespace

Command signin_command(std::string_view name) {
    return {.name = name,
            .summary = "Sign in to ollama.com",
            .arity = {0, 0},
            .hidden = name != "signin",
            .body = sign_in};
}

Command signout_command(std::string_view name) {
    return {.name = name,
            .summary = "Sign out from ollama.com",
            .arity = {0, 0},
            .hidden = name != "signout",
            .body = sign_out};
}

}  // namespace corral::cli
