#include "serve/serve.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <thread>

#include "base/log.h"
#include "base/process.h"
#include "base/system.h"
#include "corral_version.h"
#include "gguf/memory_plan.h"
#include "registry/keys.h"
#include "serve/access_log.h"
#include "serve/answerer.h"
#include "serve/api_keys.h"
#include "serve/context.h"
#include "serve/cors.h"
#include "serve/host_check.h"
#include "serve/transfers.h"
#include "serve/v1_manners.h"

namespace corral::serve {

namespace {

namespace asio = boost::asio;

// What answers have to tell their clients that they were ended.
constexpr std::int64_t kTellMs = 2'000;

// Every client, runner and blob needs descriptors; the usual soft limit of 1024 is soon used up.
void raise_descriptor_limit() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

// The server works without a key pair; only registries ask for it.
void create_key_pair(const Settings& settings) {
    const std::filesystem::path folder = settings.home / ".ollama";
    const auto created = registry::ensure_key_pair(folder);
    if (!created) {
        log_warn("cannot create a key pair", {{"error", created.error().message}});
    } else if (*created) {
        fmt::print("Couldn't find '{}'. Generating new private key.\n",
                   (folder / "id_ed25519").string());
        fmt::print("Your new public key is: \n\n{}\n\n", **created);
        (void)std::fflush(stdout);
    }
}

Result<store::Store> open_store(const Settings& settings) {
    std::vector<std::filesystem::path> folders;
    if (!settings.builtin_models.empty()) folders.push_back(settings.builtin_models);
    folders.insert(folders.end(), settings.extra_models.begin(), settings.extra_models.end());
    return store::Store::open(settings.models, std::move(folders));
}

// What a user may have meant otherwise.
void warn_about(const Settings& settings) {
    for (const std::string& variable : settings.visible_devices)
        log_warn("user overrode visible devices", {{"variable", variable}});
    if (gguf::cache_element_bytes(settings.kv_cache_type)) return;
    log_warn("models will not load: unknown type of the KV cache",
             {{"OLLAMA_KV_CACHE_TYPE", settings.kv_cache_type}});
}

void tidy_up(const Settings& settings, const store::Store& store) {
    if (const auto renamed = store.rename_old_blobs(); !renamed) {
        log_warn("cannot rename blobs of an old installation",
                 {{"error", renamed.error().message}});
    }
    if (settings.no_prune) return;
    const auto n_removed = store.prune();
    if (!n_removed) {
        log_warn("cannot remove unused blobs", {{"error", n_removed.error().message}});
    } else {
        log_info(fmt::format("total unused blobs removed: {}", *n_removed));
    }
}

std::size_t worker_threads() {
    return std::clamp(std::thread::hardware_concurrency(), 2U, 4U);
}

std::string text_of(const asio::ip::tcp::endpoint& endpoint) {
    const std::string address = endpoint.address().to_string();
    return endpoint.address().is_v6() ? fmt::format("[{}]:{}", address, endpoint.port())
                                      : fmt::format("{}:{}", address, endpoint.port());
}

// Everything that lives as long as the server runs.
class App {
public:
    App(const Settings& settings, store::Store store, CorsRules cors)
        : settings_(settings),
          store_(std::move(store)),
          workers_(worker_threads()),
          pool_(io_, settings, program_path().string()),
          server_(io_, make_router(std::move(cors))),
          signals_(io_, SIGINT, SIGTERM) {
        server_.on_exchange(log_access);
    }

    Result<void> listen() {
        CORRAL_CHECK(server_.listen(settings_.host.host, settings_.host.port));
        check_hosts_ = server_.endpoint().address().is_loopback();
        return {};
    }

    // Returns after a signal, when everything has stopped.
    void run() {
        warn_about(settings_);
        tidy_up(settings_, store_);
        log_info(fmt::format("Listening on {} (version {})", text_of(server_.endpoint()),
                             kOllamaVersion),
                 {{"corral", kVersion}});
        signals_.async_wait([this](const boost::system::error_code& code, int /*signal*/) {
            if (!code) stop();
        });
        io_.run();
        workers_.join();
    }

private:
    http::Router make_router(CorsRules cors) {
        http::Router router;
        router.add_filter(cors_filter(std::move(cors)));
        router.add_filter(host_filter(host_name(), check_hosts_));
        router.add_filter(request_id_filter());
        router.add_filter(api_key_filter(settings_.api_keys));
        router.add_filter(encoding_filter());
        router.set_unknown(refuse_unknown);
        add_system_routes(router, context_);
        add_cloud_routes(router, context_);
        add_registry_routes(router, context_);
        add_ollama_routes(router, context_, answerer_);
        add_openai_routes(router, context_, answerer_);
        add_anthropic_routes(router, context_, answerer_);
        add_blob_routes(router, context_);
        return router;
    }

    void stop() {
        log_info("stopping; a second signal stops at once");
        signals_.async_wait([this](const boost::system::error_code& code, int /*signal*/) {
            if (!code) io_.stop();
        });
        asio::co_spawn(io_, wind_down(), [this](const std::exception_ptr&) { io_.stop(); });
    }

    // Answers that are still running when the pool has ended their runners get to send the error.
    http::Task<void> wind_down() {
        using asio::experimental::awaitable_operators::operator&&;
        co_await (server_.shutdown(kShutdownGraceMs + kTellMs) && pool_.shutdown(kShutdownGraceMs));
    }

    // Members further down use those further up, and end before them.
    const Settings& settings_;
    bool check_hosts_ = false;
    asio::io_context io_{1};
    store::Store store_;
    Workers workers_;
    Transfers transfers_;
    sched::Pool pool_;
    Context context_{io_, settings_, store_, pool_, workers_, transfers_};
    Answerer answerer_{context_};
    http::Server server_;
    asio::signal_set signals_;
};

}  // namespace

Result<void> serve(const Settings& settings) {
    (void)std::signal(SIGPIPE, SIG_IGN);
    raise_descriptor_limit();
    CORRAL_TRY(CorsRules cors, CorsRules::create(settings.origins));
    create_key_pair(settings);
    CORRAL_TRY(store::Store store, open_store(settings));
    App app(settings, std::move(store), std::move(cors));
    CORRAL_CHECK(app.listen());
    app.run();
    return {};
}

}  // namespace corral::serve
