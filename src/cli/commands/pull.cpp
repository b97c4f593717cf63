#include "cli/pull.h"

#include "base/units.h"
#include "cli/commands.h"
#include "cli/text/short_digest.h"
#include "cli/text/table.h"

namespace corral::cli {
namespace {

std::string plan_text(const PullPlan& plan) {
    std::vector<Row> rows;
    for (const auto& layer : plan.layers) {
        rows.push_back({short_digest(layer.digest), human_bytes(layer.size_bytes),
                        layer.present ? "present" : "to fetch"});
    }
    return render_table({"LAYER", "SIZE", "STATE"}, rows) +
           fmt::format("\n{}: {} to fetch of {}\n", plan.model, human_bytes(plan.fetch_bytes),
                       human_bytes(plan.total_bytes));
}

Result<int> pull(Program& program, const Invocation& call) {
    const auto& model = call.arguments[0];
    const bool insecure = call.is_set("insecure");
    if (call.is_set("dry-run")) {
        CORRAL_TRY(const auto plan, plan_pull(program, model, insecure));
        program.console.print(plan_text(plan));
        return 0;
    }
    CORRAL_CHECK(pull_model(program, model, insecure));
    return 0;
}

}  // namespace

Command pull_command() {
    return {.name = "pull",
            .arguments = "MODEL",
            .summary = "Pull a model from a registry",
            .flags = {{.name = "dry-run", .help = "Only tell what would be fetched"},
                      {.name = "insecure", .help = "Use an insecure registry"}},
            .arity = {1, 1},
            .variables = {"OLLAMA_HOST"},
            .body = pull};
}

}  // namespace corral::cli
