#pragma once

// Purpose: answers of models that run on another server, as the events a runner would send, so that
// every dialect works over them.
//
// Keys: the value of the environment variable a model names goes into the Authorization header of a
// request to that model's own address, never elsewhere: redirects are not followed, and hosts that
// OLLAMA_REMOTES does not list are not asked.
// Failures: a remote that is down, refuses, falls silent for longer than a load may take
// (OLLAMA_LOAD_TIMEOUT), or dies in the middle of an answer becomes Failed (api/remote/failure.h).
//
// Threads: the I/O thread only. Source: native-api.md 9.1 and 9.3.

#include <boost/asio/io_context.hpp>
#include <memory>

#include "api/ollama/embed.h"
#include "api/ollama/requests.h"
#include "api/remote/answer_reader.h"
#include "api/remote/call.h"
#include "base/settings.h"
#include "http/async_client.h"
#include "models/resolve.h"
#include "sched/pool.h"

namespace corral::serve {

class RemoteModels {
public:
    RemoteModels(boost::asio::io_context& io, const Settings& settings);

    // Errors: 403 when the cloud is switched off; 400 when the host is not listed.
    [[nodiscard]] Result<void> check(const models::ModelRecord& record) const;

    // Sends a ChatRequest, GenerateRequest, EmbedRequest or rerank request. Errors: those of
    // `check`, a key that is not set, and what cannot be passed on.
    template <class Request>
    [[nodiscard]] Result<std::shared_ptr<sched::EventStream>> start(
        const Request& request, const models::ModelRecord& record) {
        CORRAL_CHECK(check(record));
        CORRAL_TRY(const auto call, api::remote::make_call(request, record));
        return send(call, record.config, reader_for(request, record.config));
    }

    bool switched_off() const { return switched_off_; }

private:
    using Reader = std::unique_ptr<api::remote::AnswerReader>;
    static Reader reader_for(const api::ollama::AnswerRequest& request,
                             const models::ModelConfig& config);
    static Reader reader_for(const api::ollama::EmbedRequest& request,
                             const models::ModelConfig& config);
    static Reader reader_for(const api::rerank::Request& request,
                             const models::ModelConfig& config);
    Result<std::shared_ptr<sched::EventStream>> send(const api::remote::Call& call,
                                                     const models::ModelConfig& config,
                                                     Reader reader);

    boost::asio::io_context& io_;
    const Settings& settings_;
    const bool switched_off_;
    http::AsyncClient client_;
};

}  // namespace corral::serve
