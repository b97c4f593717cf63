#include "api/ollama/errors.h"
#include "api/ollama/manage.h"
#include "api/ollama/model_lists.h"
#include "base/text.h"
#include "models/show.h"
#include "serve/ollama_service.h"
#include "serve/reply.h"

namespace corral::serve {

namespace ollama = api::ollama;

http::Task<void> OllamaService::tags(http::Response& response) {
    auto body = co_await context_.workers.run(
        [this] { return ollama::tags_body(*answerer_.catalog().list()); });
    co_await reply_json(response, 200, std::move(body));
}

http::Task<void> OllamaService::ps(http::Response& response) {
    std::vector<ollama::RunningEntry> entries;
    for (auto& [model, details] : answerer_.running()) {
        entries.push_back({std::move(model), std::move(details)});
    }
    co_await reply_json(response, 200, ollama::ps_body(std::move(entries)));
}

http::Task<void> OllamaService::show(http::Request& request, http::Response& response) {
    const auto asked = co_await read(request, ollama::decode_show);
    if (!asked) co_return co_await reply_error(response, asked.error());
    const auto record = co_await answerer_.find(ollama::NameRoute::show, asked->model);
    if (!record) co_return co_await reply_error(response, record.error());
    if ((*record)->config.is_remote() && answerer_.remotes().switched_off()) {
        co_return co_await reply_error(response, ollama::cloud_disabled(ollama::NameRoute::show));
    }
    auto body = co_await context_.workers.run([&]() -> Result<std::string> {
        CORRAL_TRY(auto data, models::show(**record, asked->options));
        const bool is_copilot = request.header("User-Agent").starts_with("GitHubCopilotChat/");
        if (is_copilot) data.model_info["general.basename"] = asked->model;
        return ollama::show_body(data);
    });
    if (!body) co_return co_await reply_error(response, body.error());
    co_await reply_json(response, 200, std::move(*body));
}

http::Task<void> OllamaService::copy(http::Request& request, http::Response& response) {
    const auto asked = co_await read(request, ollama::decode_copy);
    if (!asked) co_return co_await reply_error(response, asked.error());
    const auto names = ollama::parse_copy(*asked);
    if (!names) co_return co_await reply_error(response, names.error());
    const auto copied = co_await context_.workers.run([&]() -> Result<void> {
        const auto source = context_.store.canonical(names->source);
        const auto destination = context_.store.canonical(names->destination);
        if (source == destination) return {};
        return context_.store.copy(source, destination);
    });
    if (!copied && copied.error().code == ErrorCode::not_found) {
        co_return co_await reply_error(response, 404,
                                       fmt::format("model {} not found", go_quote(asked->source)));
    }
    if (!copied) co_return co_await reply_error(response, copied.error());
    co_await response.send(200, {}, {});
}

http::Task<void> OllamaService::remove(http::Request& request, http::Response& response) {
    const auto asked = co_await read(request, ollama::decode_delete);
    if (!asked) co_return co_await reply_error(response, asked.error());
    const auto requested = ollama::parse_model(ollama::NameRoute::remove, *asked);
    if (!requested) co_return co_await reply_error(response, requested.error());
    const auto removed = co_await context_.workers.run(
        [&] { return context_.store.remove(context_.store.canonical(requested->name)); });
    if (!removed && removed.error().code == ErrorCode::not_found) {
        co_return co_await reply_error(
            response, ollama::not_installed(ollama::NameRoute::remove, *asked, requested->name));
    }
    if (!removed) co_return co_await reply_error(response, removed.error());
    co_await response.send(200, {}, {});
}

}  // namespace corral::serve
