#include <algorithm>
#include <optional>

#include "base/units.h"
#include "cli/commands.h"
#include "cli/json.h"
#include "cli/pull.h"

namespace corral::cli {
namespace {

struct Installed {
    std::string name;
    std::string digest;
};

// The models that run here, all or those that are named.
Result<std::vector<Installed>> installed_models(const Program& program, const Invocation& call) {
    CORRAL_TRY(const auto tags, program.api.get("/api/tags"));
    std::vector<Installed> models;
    for (const auto& model : member(tags, "models")) {
        const auto name = text_of(model, "name");
        const auto is_meant = [&](const std::string& word) {
            return name == word || name == word + ":latest";
        };
        const bool chosen = call.arguments.empty() || std::ranges::any_of(call.arguments, is_meant);
        if (chosen && text_of(model, "remote_model").empty())
            models.push_back({name, text_of(model, "digest")});
    }
    return models;
}

// What a newer manifest would fetch; nothing when there is none, or no such model in the registry.
Result<std::optional<PullPlan>> newer_manifest(const Program& program, const Installed& model,
                                               bool insecure) {
    auto plan = plan_pull(program, model.name, insecure);
    if (!plan) {
        if (plan.error().message.contains("file does not exist")) return std::nullopt;
        return fail(plan.error());
    }
    const bool is_newer =
        plan->digest.empty() ? plan->fetch_bytes > 0 : plan->digest != model.digest;
    if (!is_newer) return std::nullopt;
    return std::move(*plan);
}

Result<void> update_one(const Program& program, const Installed& model, const Invocation& call) {
    const bool insecure = call.is_set("insecure");
    CORRAL_TRY(const auto plan, newer_manifest(program, model, insecure));
    if (!plan) return {};
    if (!call.is_set("check")) {
        CORRAL_CHECK(pull_model(program, model.name, insecure));
        return {};
    }
    program.console.print(
        fmt::format("{}: newer, {} to fetch\n", model.name, human_bytes(plan->fetch_bytes)));
    return {};
}

Result<int> update(Program& program, const Invocation& call) {
    CORRAL_TRY(const auto models, installed_models(program, call));
    std::optional<Error> errors;
    for (const auto& model : models) {
        auto updated = update_one(program, model, call);
        if (updated) continue;
        // No other model will fare better.
        if (updated.error().code == ErrorCode::unsupported) return fail(updated.error());
        const auto text = fmt::format("{}: {}", model.name, updated.error().message);
        if (!errors) {
            errors = updated.error();
            errors->message = text;
        } else {
            errors->message += "\n" + text;
        }
    }
    if (errors) return fail(*errors);
    return 0;
}

}  // namespace

Command update_command() {
    return {.name = "update",
            .arguments = "[MODEL...]",
            .summary = "Pull newer versions of installed models",
            .flags = {{.name = "check", .help = "Only name models with a newer version"},
                      {.name = "insecure", .help = "Use an insecure registry"}},
            .arity = {0, -1},
            .variables = {"OLLAMA_HOST"},
            .body = update};
}

}  // namespace corral::cli
