#include "cli/create/create_request.h"

#include "cli/json.h"

namespace corral::cli {
namespace {

void put_digests(Json& request, std::string_view key, const NamedDigests& digests) {
    if (!digests.empty()) request[std::string(key)] = digests;
}

Json messages_json(const std::vector<models::StoredMessage>& messages) {
    Json list = Json::array();
    for (const auto& message : messages) {
        list.push_back({{"role", message.role}, {"content", message.content}});
    }
    return list;
}

}  // namespace

Json create_request(const std::string& model, const models::Modelfile& modelfile,
                    const CreateSources& sources, const Quantization& quantization) {
    Json request{{"model", model}};
    put_text(request, "quantize", quantization.model);
    put_text(request, "draft_quantize", quantization.draft);
    put_text(request, "from", sources.from);
    put_digests(request, "files", sources.files);
    put_digests(request, "draft_files", sources.drafts);
    put_digests(request, "adapters", sources.adapters);
    put_text(request, "template", modelfile.template_text);
    if (!modelfile.licenses.empty()) request["license"] = modelfile.licenses;
    put_text(request, "system", modelfile.system);
    if (!modelfile.parameters_json.empty()) {
        request["parameters"] = Json::parse(modelfile.parameters_json, nullptr, false);
    }
    if (!modelfile.messages.empty()) request["messages"] = messages_json(modelfile.messages);
    put_text(request, "renderer", modelfile.renderer);
    put_text(request, "parser", modelfile.parser);
    put_text(request, "requires", modelfile.minimum_version);
    return request;
}

}  // namespace corral::cli
