#include "serve/remote_models.h"

#include <algorithm>
#include <chrono>

#include "api/ollama/errors.h"
#include "api/ollama/names.h"
#include "api/remote/answer_reader.h"
#include "models/remote.h"
#include "serve/cloud_switch.h"
#include "serve/remote_stream.h"

namespace corral::serve {

namespace ollama = api::ollama;

namespace {

Error not_listed(const models::ModelConfig& config) {
    Error error{ErrorCode::invalid, "this server cannot run this remote model", {}, 400};
    if (config.remote_api.empty()) return error;
    error.message += fmt::format(": its host {} is not in the server's OLLAMA_REMOTES",
                                 models::remote_host_name(config.remote_host));
    return error;
}

// The value for the Authorization header; empty when the model names no key.
Result<std::string> authorization(const models::ModelConfig& config) {
    if (config.remote_key.empty()) return std::string();
    const auto key = models::is_key_variable(config.remote_key)
                         ? Settings::remote_key(config.remote_key)
                         : std::string();
    const bool is_plain = std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7F; });
    if (key.empty() || !is_plain) {
        return ollama::refuse(500, ErrorCode::invalid,
                              fmt::format("the key of this remote model is not set: the server has "
                                          "no usable environment variable {}",
                                          config.remote_key));
    }
    return "Bearer " + key;
}

std::int64_t silence_limit_s(Duration load_timeout) {
    if (load_timeout == kForever) return 0;
    return std::max<std::int64_t>(
        1, std::chrono::duration_cast<std::chrono::seconds>(load_timeout).count());
}

}  // namespace

RemoteModels::RemoteModels(boost::asio::io_context& io, const Settings& settings)
    : io_(io),
      settings_(settings),
      switched_off_(read_cloud_switch(settings) != CloudSwitch::unset),
      client_(io) {}

Result<void> RemoteModels::check(const models::ModelRecord& record) const {
    if (switched_off_) return fail(ollama::cloud_disabled(ollama::NameRoute::chat));
    if (!models::is_listed_remote(record.config.remote_host, settings_.remotes)) {
        return fail(not_listed(record.config));
    }
    return {};
}

RemoteModels::Reader RemoteModels::reader_for(const ollama::AnswerRequest& /*request*/,
                                              const models::ModelConfig& config) {
    return api::remote::make_answer_reader(config.remote_api);
}

RemoteModels::Reader RemoteModels::reader_for(const ollama::EmbedRequest& request,
                                              const models::ModelConfig& config) {
    return api::remote::make_vectors_reader(config.remote_api, request.texts.size());
}

RemoteModels::Reader RemoteModels::reader_for(const api::rerank::Request& request,
                                              const models::ModelConfig& /*config*/) {
    return api::remote::make_scores_reader(request.documents.size());
}

Result<std::shared_ptr<sched::EventStream>> RemoteModels::send(const api::remote::Call& call,
                                                               const models::ModelConfig& config,
                                                               Reader reader) {
    CORRAL_TRY(const auto key, authorization(config));
    http::ClientRequest request;
    request.method = "POST";
    request.url = config.remote_host + call.path;
    request.headers = {{"Content-Type", "application/json"}};
    if (!key.empty()) request.headers.emplace_back("Authorization", key);
    request.body = call.body;
    request.silence_timeout_s = silence_limit_s(settings_.load_timeout);
    auto stream = std::make_shared<RemoteStream>(io_, config, std::move(reader));
    stream->start(client_, std::move(request));
    return stream;
}

}  // namespace corral::serve
