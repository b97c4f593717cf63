#pragma once

// Purpose: from a request to the events of its answer: what every dialect does between decoding
// what it was sent and writing what comes.
//
// The request types are those of api/ollama, which every dialect's decoder fills. A model of our
// own is loaded and leased; one that runs on another server is asked there; both yield the same
// events. A client that goes away cancels what was begun.
//
// Ownership: one for the whole server, which outlives every handler. Threads: the I/O thread;
// blocking file work goes through Context::workers.
// Source: native-api.md 6 and 8.

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/ollama/embed.h"
#include "api/ollama/names.h"
#include "api/ollama/requests.h"
#include "api/rerank/rerank.h"
#include "api/tokens/tokens.h"
#include "http/server.h"
#include "models/resolve.h"
#include "sched/pool.h"
#include "sched/prompt_reader.h"
#include "serve/context.h"
#include "serve/image_fetcher.h"
#include "serve/remote_models.h"

namespace corral::serve {

using Record = std::shared_ptr<const models::ModelRecord>;

// What was begun for a request.
struct Begun {
    Record record;
    std::unique_ptr<sched::Lease> lease;  // keeps the model in memory; null when it runs elsewhere
    std::shared_ptr<sched::EventStream> events;  // null when nothing is to be generated
    std::string_view bare;                       // then what was done: "load", "unload" or nothing
    std::optional<Error> bad_format;  // told only once the model is loaded (native-api.md 5.4)
    std::size_t n_images = 0;
    std::chrono::nanoseconds load_time{};  // until the model was there

    bool is_relayed() const { return lease == nullptr && events != nullptr; }
};

class Answerer {
public:
    explicit Answerer(Context& context);

    // The installed model that a request names, with the errors of its route.
    http::Task<Result<Record>> find(api::ollama::NameRoute route, std::string as_sent);

    // Of a ChatRequest or GenerateRequest. `on_waiting` is told the request's place while it waits.
    template <class Request>
    http::Task<Result<Begun>> begin(const Request& request, http::Response& response,
                                    sched::Pool::OnWaiting on_waiting = {});

    // Loads an embedding model and gives the events of an embed.
    http::Task<Result<Begun>> begin(const api::ollama::EmbedRequest& request,
                                    http::Response& response);

    // Loads a reranker and gives the scores of the documents, as an embed's events
    // (answerer_rerank.cpp).
    http::Task<Result<Begun>> begin(const api::rerank::Request& request, http::Response& response);

    // Loads a model and gives a Done with the tokens, or the text of tokens (answerer_count.cpp).
    http::Task<Result<Begun>> begin(const api::tokens::Request& request, http::Response& response);

    // Tokens of the prompt of a request that only counts (answerer_count.cpp). A model that is not
    // in memory is not loaded for that, unless there are images to count.
    http::Task<Result<std::int64_t>> count_tokens(const api::ollama::ChatRequest& request,
                                                  http::Response& response);

    // Puts the images into a request that it names by their URLs; `refusal` is what a client is
    // told where that is not done.
    http::Task<Result<void>> fetch_images(api::ollama::ChatRequest& request,
                                          std::string_view refusal) {
        return images_.fetch(request.messages, refusal);
    }

    // A lease on the runner of `spec`, given up when the client goes away.
    http::Task<Result<std::unique_ptr<sched::Lease>>> acquire(
        sched::ModelSpec spec, std::optional<Duration> keep_alive,
        const models::ModelRecord& record, http::Response& response,
        sched::Pool::OnWaiting on_waiting = {});

    models::Catalog& catalog() { return catalog_; }
    const RemoteModels& remotes() const { return remotes_; }
    // The models in memory with what `ps` tells about them.
    struct Running {
        sched::RunningModel model;
        models::ModelDetails details;
    };
    std::vector<Running> running();

private:
    bool is_in_memory(const sched::ModelSpec& spec) const;
    template <class Request>
    Result<Begun> relay(const Request& request, Record record, http::Response& response);

    Context& context_;
    models::Catalog catalog_;
    RemoteModels remotes_;
    ImageFetcher images_;
    sched::PromptReader prompts_;  // of models that are not in memory
    std::map<std::string, models::ModelDetails> loaded_details_;  // by the key of their runner
};

// Ends the events when the client goes away.
void cancel_with(http::Response& response, const std::shared_ptr<sched::EventStream>& events);

}  // namespace corral::serve
