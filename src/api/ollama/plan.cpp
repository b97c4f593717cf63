#include "api/ollama/plan.h"

#include "api/ollama/checks.h"
#include "api/ollama/fields.h"
#include "api/ollama/load_plan.h"
#include "api/ollama/options.h"
#include "api/ollama/prompts.h"
#include "api/ollama/run_settings.h"

namespace corral::api::ollama {

namespace {

// Rendering alone needs no images, and takes any bytes for one.
void drop_images(Prompt& prompt) {
    if (auto* text = std::get_if<wire::TextPrompt>(&prompt)) return text->images.clear();
    for (auto& message : std::get<wire::ChatPrompt>(prompt).messages) message.images.clear();
}

template <class Request>
Result<AnswerPlan> plan(const Request& request, const models::ModelRecord& record,
                        const Settings& settings) {
    CORRAL_CHECK(check_request(request, record));
    CORRAL_TRY(const auto merged, merge_options(record.params_json, request.options_json));
    AnswerPlan result;
    result.spec = plan_load(record, merged, settings);
    if (request.only_loads()) return result;
    CORRAL_TRY(auto prompt, make_prompt(request, record));
    result.generation = run_settings(request, record, merged.options.sampling);
    result.generation->prompt = std::move(prompt);
    result.n_images = request.n_images();
    if (request.render_only && !request.counts_only) drop_images(result.generation->prompt);
    if (auto format = decode_format(request.format_json)) {
        result.generation->format = std::move(*format);
    } else {
        result.bad_format = std::move(format).error();
    }
    return result;
}

}  // namespace

Result<AnswerPlan> plan_answer(const GenerateRequest& request, const models::ModelRecord& record,
                               const Settings& settings) {
    return plan(request, record, settings);
}

Result<AnswerPlan> plan_answer(const ChatRequest& request, const models::ModelRecord& record,
                               const Settings& settings) {
    return plan(request, record, settings);
}

}  // namespace corral::api::ollama
