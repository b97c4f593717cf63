#include "cli/pull.h"

#include <optional>

#include "cli/json.h"
#include "cli/status_progress.h"
#include "cli/term/confirm.h"
#include "store/name.h"

namespace corral::cli {
namespace {

Json pull_request(const std::string& model, bool insecure) {
    Json body{{"model", model}};
    if (insecure) body["insecure"] = true;
    return body;
}

// Whether a model of that name may exist in the cloud although the registry has none.
bool may_be_in_the_cloud(const std::string& model, const Error& error) {
    const auto name = store::ModelName::parse(model);
    const auto last_part = model.substr(model.rfind('/') + 1);
    return name && name->host() == store::kDefaultHost && !last_part.contains(':') &&
           error.message.contains("file does not exist");
}

bool is_in_the_cloud(const Program& program, const std::string& cloud_model) {
    return program.api.post("/api/show", {{"model", cloud_model}}).has_value();
}

Error with_cloud_hint(const Program& program, const std::string& cloud_model,
                      std::string_view command, Error error) {
    error.message += fmt::format("\n\n\"{0}\" is available as a cloud model. Try:\n    {1} {2} {0}",
                                 cloud_model, program.name, command);
    return error;
}

PullPlan plan_of(const Json& event) {
    PullPlan plan{.model = text_of(event, "model"),
                  .digest = text_of(event, "digest"),
                  .total_bytes = integer_of(event, "total"),
                  .fetch_bytes = integer_of(event, "fetch"),
                  .layers = {}};
    if (plan.digest.starts_with("sha256:")) plan.digest.erase(0, 7);
    for (const auto& layer : member(event, "layers")) {
        plan.layers.push_back(
            {text_of(layer, "digest"), integer_of(layer, "size"), flag_of(layer, "present")});
    }
    return plan;
}

}  // namespace

Result<std::string> pull_model(const Program& program, const std::string& model, bool insecure,
                               std::string_view command) {
    Progress progress(program.console);
    StatusProgress status(progress, BarLabel::short_digest);
    auto pulled =
        program.api.stream("/api/pull", pull_request(model, insecure), [&](const Json& event) {
            status.show(event);
            return true;
        });
    if (pulled) return model;
    Error error = std::move(pulled).error();
    const std::string cloud_model = model + ":cloud";
    if (insecure || !may_be_in_the_cloud(model, error) || !is_in_the_cloud(program, cloud_model)) {
        return fail(std::move(error));
    }
    if (!program.console.in_is_terminal || !program.console.out_is_terminal) {
        return fail(with_cloud_hint(program, cloud_model, command, std::move(error)));
    }
    progress.clear();
    const auto question = fmt::format("Did you mean \"{}\"?", cloud_model);
    if (confirm(program.console, question) != Choice::yes) return fail(std::move(error));
    return pull_model(program, cloud_model, insecure, command);
}

Result<PullPlan> plan_pull(const Program& program, const std::string& model, bool insecure) {
    auto body = pull_request(model, insecure);
    body["dry_run"] = true;
    std::optional<PullPlan> plan;
    // A server that knows no dry runs starts to pull. Leaving at its first word stops it.
    const auto asked = program.api.stream("/api/pull", body, [&](const Json& event) {
        if (text_of(event, "status") == "dry run") plan = plan_of(event);
        return false;
    });
    if (plan) return *plan;
    if (!asked && asked.error().code != ErrorCode::cancelled) return fail(asked.error());
    return fail(ErrorCode::unsupported, "this server cannot tell what a pull would fetch");
}

}  // namespace corral::cli
