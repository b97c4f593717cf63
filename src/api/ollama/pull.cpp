#include "api/ollama/pull.h"

#include <optional>

#include "api/json/reader.h"
#include "api/json/writer.h"

namespace corral::api::ollama {

Result<PullRequest> decode_pull(std::string_view body) {
    CORRAL_TRY(const auto value, json::parse(body));
    std::string model;
    std::string alias;
    std::optional<bool> stream;
    json::Reader reader("PullRequest");
    reader.object(value, "api.PullRequest",
                  {{"model", reader.text(model)},
                   {"name", reader.text(alias)},
                   {"stream", reader.boolean(stream)}});
    CORRAL_CHECK(reader.finish());
    const auto name = store::ModelName::parse(model.empty() ? alias : model);
    if (!name) return fail(ErrorCode::invalid, "invalid model name");
    return PullRequest{*name, stream.value_or(true)};
}

std::string status_body(std::string_view status) {
    std::string body;
    json::ObjectWriter(body).text("status", status).end();
    return body;
}

}  // namespace corral::api::ollama
