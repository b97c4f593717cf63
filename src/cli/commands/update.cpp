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

// The models that run here.
Result<std::vector<Installed>> installed_models(const Program& program) {
    CORRAL_TRY(const auto tags, program.api.get("/api/tags"));
    std::vector<Installed> models;
    for (const auto& model : member(tags, "models")) {
        if (text_of(model, "remote_model").empty())
            models.push_back({text_of(model, "name"), text_of(model, "digest")});
    }
    return models;
}

// Those that are named, or all.
Result<std::vector<Installed>> chosen_models(const Program& program,
                                             const std::vector<std::string>& words) {
    CORRAL_TRY(auto installed, installed_models(program));
    if (words.empty()) return installed;
    std::vector<Installed> chosen;
    for (const std::string& word : words) {
        const auto found = std::ranges::find_if(installed, [&](const Installed& model) {
            return model.name == word || model.name == word + ":latest";
        });
        if (found == installed.end())
            return fail(ErrorCode::not_found, "model '{}' not found", word);
        chosen.push_back(*found);
    }
    return chosen;
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

// Whether there was something newer.
Result<bool> update_one(const Program& program, const Installed& model, const Invocation& call) {
    const bool insecure = call.is_set("insecure");
    CORRAL_TRY(const auto plan, newer_manifest(program, model, insecure));
    if (!plan) return false;
    if (!call.is_set("check")) {
        CORRAL_CHECK(pull_model(program, model.name, insecure));
        return true;
    }
    program.console.print(
        fmt::format("{}: newer, {} to fetch\n", model.name, human_bytes(plan->fetch_bytes)));
    return true;
}

Result<int> update(Program& program, const Invocation& call) {
    CORRAL_TRY(const auto models, chosen_models(program, call.arguments));
    std::optional<Error> errors;
    bool any_newer = false;
    for (const auto& model : models) {
        auto updated = update_one(program, model, call);
        any_newer = any_newer || updated.value_or(false);
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
    if (!any_newer) program.console.print("nothing newer\n");
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
