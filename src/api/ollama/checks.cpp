#include "api/ollama/checks.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "api/json/field.h"
#include "api/ollama/errors.h"
#include "base/text.h"

namespace corral::api::ollama {

namespace {

Result<void> check_thinking(const AnswerRequest& request, const models::ModelRecord& record) {
    const bool asked =
        request.think != wire::Thinking::unset && request.think != wire::Thinking::off;
    if (asked && !request.may_drop_thinking && !record.can("thinking")) {
        return fail(ErrorCode::unsupported, "{} does not support thinking",
                    go_quote(request.model));
    }
    return {};
}

// `verb` is what a model without `completion` does not support.
Result<void> check_capabilities(const AnswerRequest& request, const models::ModelRecord& record,
                                std::string_view verb, const std::vector<std::string>& wanted) {
    std::vector<std::string> missing;
    for (const auto& capability : wanted) {
        if (!record.can(capability)) missing.push_back(capability);
    }
    if (missing.empty()) return {};
    if (std::ranges::find(missing, "completion") != missing.end()) {
        return fail(ErrorCode::unsupported, "{} does not support {}", go_quote(request.model),
                    verb);
    }
    Error error{ErrorCode::unsupported,
                fmt::format("{} does not support {}", record.name.full_form(), join(missing, "\n")),
                {},
                0};
    error.field = missing.front() == "insert" ? "suffix" : missing.front();
    error.problem = json::kUnsupported;
    return fail(std::move(error));
}

}  // namespace

Result<void> check_retired(const models::ModelRecord& record) {
    const auto& families = record.config.model_families;
    const bool is_mllama = families && std::ranges::find(*families, "mllama") != families->end();
    if (is_mllama && !record.projector_paths.empty()) {
        return refuse(500, ErrorCode::unsupported,
                      "'llama3.2-vision' is no longer compatible with your version of Ollama and "
                      "has been replaced by a newer version. To re-download, run 'ollama pull "
                      "llama3.2-vision'");
    }
    return {};
}

Result<void> check_request(const GenerateRequest& request, const models::ModelRecord& record) {
    if (record.can("image")) {
        return fail(ErrorCode::unsupported, "image generation models are not currently supported");
    }
    const bool has_context = request.context && !request.context->empty();
    if (request.raw && (!request.template_text.empty() || !request.system.empty() || has_context)) {
        return fail(ErrorCode::invalid, "raw mode does not support template, system, or context");
    }
    CORRAL_CHECK(check_thinking(request, record));
    CORRAL_CHECK(check_retired(record));
    std::vector<std::string> wanted = {"completion"};
    if (!request.suffix.empty()) wanted.emplace_back("insert");
    return check_capabilities(request, record, "generate", wanted);
}

Result<void> check_request(const ChatRequest& request, const models::ModelRecord& record) {
    CORRAL_CHECK(check_thinking(request, record));
    CORRAL_CHECK(check_retired(record));
    std::vector<std::string> wanted = {"completion"};
    if (!request.tools_json.empty()) wanted.emplace_back("tools");
    return check_capabilities(request, record, "chat", wanted);
}

}  // namespace corral::api::ollama
