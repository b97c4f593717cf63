#include "api/ollama/run_settings.h"

namespace corral::api::ollama {

namespace {

constexpr std::int64_t kNoLimit = -1;

// Context shift is on for every family but this one, unless the request says.
constexpr std::string_view kUnshiftedFamily = "deepseek2";

wire::Generate common_settings(const AnswerRequest& request, const models::ModelRecord& record,
                               const wire::SamplingOptions& sampling) {
    wire::Generate generate;
    generate.sampling = sampling;
    if (sampling.num_predict == 0) generate.sampling.num_predict = kNoLimit;
    generate.thinking = effective_thinking(request.think, record);
    generate.truncate = request.truncate.value_or(true);
    generate.shift = request.shift.value_or(record.config.model_family != kUnshiftedFamily);
    generate.logprobs = request.logprobs;
    generate.top_logprobs = request.logprobs ? request.top_logprobs : 0;
    generate.render_only = request.render_only;
    return generate;
}

}  // namespace

wire::Generate run_settings(const ChatRequest& request, const models::ModelRecord& record,
                            const wire::SamplingOptions& sampling) {
    auto generate = common_settings(request, record, sampling);
    const bool is_native = record.template_choice != models::TemplateChoice::go_layer;
    if (sampling.num_predict == 0 && is_native) generate.sampling.num_predict = 1;
    generate.stream_calls = request.stream_calls;
    return generate;
}

wire::Generate run_settings(const GenerateRequest& request, const models::ModelRecord& record,
                            const wire::SamplingOptions& sampling) {
    auto generate = common_settings(request, record, sampling);
    generate.want_context = !request.raw;
    generate.echo = request.echo;
    if (request.echo && sampling.num_predict == 0) generate.sampling.num_predict = 0;
    return generate;
}

wire::Thinking effective_thinking(wire::Thinking asked, const models::ModelRecord& record) {
    if (!record.can("thinking")) return wire::Thinking::unset;
    return asked == wire::Thinking::unset ? wire::Thinking::on : asked;
}

}  // namespace corral::api::ollama
