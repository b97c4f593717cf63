#include "serve/answerer.h"

#include <type_traits>
#include <utility>

#include "api/ollama/plan.h"
#include "base/process.h"
#include "models/remote.h"

namespace corral::serve {

namespace ollama = api::ollama;

namespace {

using Clock = std::chrono::steady_clock;

template <class Request>
constexpr bool kIsChat = std::is_same_v<Request, ollama::ChatRequest>;

template <class Request>
constexpr auto kNames = kIsChat<Request> ? ollama::NameRoute::chat : ollama::NameRoute::generate;

ollama::NameRoute names_of(ollama::EmbedRoute route) {
    return route == ollama::EmbedRoute::embed ? ollama::NameRoute::embed
                                              : ollama::NameRoute::embeddings;
}

Begun bare(Record record, std::string_view what) {
    Begun begun;
    begun.record = std::move(record);
    begun.bare = what;
    return begun;
}

}  // namespace

void cancel_with(http::Response& response, const std::shared_ptr<sched::EventStream>& events) {
    response.on_cancel([weak = std::weak_ptr(events)] {
        if (const auto alive = weak.lock()) alive->cancel();
    });
}

Answerer::Answerer(Context& context)
    : context_(context),
      catalog_(context.store, context.settings.go_template),
      remotes_(context.io, context.settings),
      images_(context.io, context.settings.image_hosts),
      prompts_(context.io, program_path().string()) {}

http::Task<Result<Record>> Answerer::find(ollama::NameRoute route, std::string as_sent) {
    const auto requested = ollama::parse_model(route, as_sent);
    if (!requested) co_return fail(requested.error());
    if (requested->source == ollama::Source::cloud) co_return fail(ollama::cloud_disabled(route));
    bool has_manifest = false;
    auto record = co_await context_.workers.run([&] {
        auto found = catalog_.find(requested->name);
        const auto& store = context_.store;
        has_manifest = found || store.find(store.canonical(requested->name)).has_value();
        return found;
    });
    const bool is_hidden_stub =
        record && requested->source == ollama::Source::local && (*record)->config.is_remote();
    const bool is_absent = !record && record.error().code == ErrorCode::not_found;
    if (is_absent && has_manifest && ollama::tells_incomplete(route)) {
        co_return fail(ollama::incomplete(as_sent));
    }
    if (is_absent || is_hidden_stub) {
        co_return fail(ollama::not_installed(route, as_sent, requested->name));
    }
    co_return record;
}

http::Task<Result<std::unique_ptr<sched::Lease>>> Answerer::acquire(
    sched::ModelSpec spec, std::optional<Duration> keep_alive, const models::ModelRecord& record,
    http::Response& response, sched::Pool::OnWaiting on_waiting) {
    const auto cancel = std::make_shared<sched::CancelToken>();
    response.on_cancel([cancel] { cancel->request_stop(); });
    const auto key = spec.key;
    auto lease =
        co_await context_.pool.acquire(std::move(spec), keep_alive, cancel, std::move(on_waiting));
    if (lease) loaded_details_.insert_or_assign(key, record.details());
    co_return lease;
}

template <class Request>
Result<Begun> Answerer::relay(const Request& request, Record record, http::Response& response) {
    // There is nothing to load with OpenAI's API.
    const bool only_checks =
        request.only_loads() && record->config.remote_api == models::kOpenAiApi;
    if (only_checks) {
        CORRAL_CHECK(remotes_.check(*record));
        return bare(std::move(record), request.unloads() ? "unload" : "load");
    }
    Begun begun;
    CORRAL_TRY(begun.events, remotes_.start(request, *record));
    begun.record = std::move(record);
    cancel_with(response, begun.events);
    return begun;
}

template <class Request>
http::Task<Result<Begun>> Answerer::begin(const Request& request, http::Response& response,
                                          sched::Pool::OnWaiting on_waiting) {
    const auto started = Clock::now();
    auto record = co_await find(kNames<Request>, request.model);
    if (!record) co_return fail(record.error());
    const bool unloads = request.only_loads() && request.unloads();
    const bool is_relayed = (*record)->config.is_remote() && !(kIsChat<Request> && unloads);
    if (is_relayed) co_return relay(request, std::move(*record), response);
    if (unloads) {
        context_.pool.unload((*record)->model_path.string());
        co_return bare(std::move(*record), "unload");
    }
    auto plan = ollama::plan_answer(request, **record, context_.settings);
    if (!plan) co_return fail(plan.error());
    auto lease = co_await acquire(std::move(plan->spec), request.keep_alive, **record, response,
                                  plan->generation ? std::move(on_waiting) : nullptr);
    if (!lease) co_return fail(lease.error());
    if (!plan->generation) co_return bare(std::move(*record), "load");

    Begun begun;
    begun.record = std::move(*record);
    begun.lease = std::move(*lease);
    begun.n_images = plan->n_images;
    begun.bad_format = std::move(plan->bad_format);
    if (!begun.bad_format) begun.events = begun.lease->generate(std::move(*plan->generation));
    begun.load_time = Clock::now() - started;
    if (begun.events) cancel_with(response, begun.events);
    co_return begun;
}

template http::Task<Result<Begun>> Answerer::begin(const ollama::ChatRequest&, http::Response&,
                                                   sched::Pool::OnWaiting);
template http::Task<Result<Begun>> Answerer::begin(const ollama::GenerateRequest&, http::Response&,
                                                   sched::Pool::OnWaiting);

http::Task<Result<Begun>> Answerer::begin(const ollama::EmbedRequest& request,
                                          http::Response& response) {
    const auto started = Clock::now();
    const auto names = names_of(request.route);
    auto record = co_await find(names, request.model);
    if (!record) co_return fail(record.error());
    const auto& config = (*record)->config;
    if (config.is_remote() && config.remote_api.empty()) {
        co_return fail(ollama::not_installed(names, request.model, (*record)->name));
    }
    if (config.is_remote() && request.only_loads()) {
        const auto may_run = remotes_.check(**record);
        if (!may_run) co_return fail(may_run.error());
        co_return bare(std::move(*record), "load");
    }
    Begun begun;
    if (config.is_remote()) {
        auto events = remotes_.start(request, **record);
        if (!events) co_return fail(events.error());
        begun.events = std::move(*events);
    } else {
        auto plan = ollama::plan_embed(request, **record, context_.settings);
        if (!plan) co_return fail(plan.error());
        auto lease =
            co_await acquire(std::move(plan->spec), request.keep_alive, **record, response);
        if (!lease) co_return fail(lease.error());
        begun.load_time = Clock::now() - started;
        if (request.only_loads()) co_return bare(std::move(*record), "load");
        begun.lease = std::move(*lease);
        begun.events = begun.lease->embed(std::move(plan->embed));
    }
    begun.record = std::move(*record);
    cancel_with(response, begun.events);
    co_return begun;
}

std::vector<Answerer::Running> Answerer::running() {
    std::vector<Running> running;
    std::map<std::string, models::ModelDetails> still_loaded;
    for (auto& model : context_.pool.running()) {
        const auto known = loaded_details_.find(model.key);
        auto details = known == loaded_details_.end() ? models::ModelDetails{} : known->second;
        still_loaded.emplace(model.key, details);
        running.push_back({std::move(model), std::move(details)});
    }
    loaded_details_ = std::move(still_loaded);
    return running;
}

}  // namespace corral::serve
