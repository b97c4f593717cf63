#include <array>

#include "cli/commands.h"
#include "cli/json.h"
#include "cli/model_view.h"

namespace corral::cli {
namespace {

constexpr std::array<std::string_view, 5> kFields = {"license", "modelfile", "parameters", "system",
                                                     "template"};

// The one field asked for by a flag, or nothing for the whole view.
Result<std::string_view> chosen_field(const Invocation& call) {
    std::string_view chosen;
    for (auto field : kFields) {
        if (!call.is_set(field)) continue;
        if (!chosen.empty()) {
            return fail(ErrorCode::invalid,
                        "only one of '--license', '--modelfile', '--parameters', '--system', or "
                        "'--template' can be specified");
        }
        chosen = field;
    }
    return chosen;
}

Result<int> show(Program& program, const Invocation& call) {
    CORRAL_TRY(auto field, chosen_field(call));
    bool verbose = call.is_set("verbose");
    Json request{{"model", call.arguments[0]}};
    if (verbose) request["verbose"] = true;
    CORRAL_TRY(auto info, program.api.post("/api/show", request));
    if (field.empty()) {
        program.console.print(model_view(info, verbose));
        return 0;
    }
    // Scripts rely on these two coming without a final newline (quirk Q18).
    bool bare = field == "system" || field == "template";
    program.console.print(text_of(info, field) + (bare ? "" : "\n"));
    return 0;
}

}  // namespace

Command show_command() {
    return {
        .name = "show",
        .arguments = "MODEL",
        .summary = "Show information for a model",
        .flags = {{.name = "license", .help = "Show license of a model"},
                  {.name = "modelfile", .help = "Show Modelfile of a model"},
                  {.name = "parameters", .help = "Show parameters of a model"},
                  {.name = "system", .help = "Show system message of a model"},
                  {.name = "template", .help = "Show template of a model"},
                  {.name = "verbose", .letter = 'v', .help = "Show detailed model information"}},
        .arity = {1, 1},
        .variables = {"OLLAMA_HOST"},
        .body = show};
}

}  // namespace corral::cli
