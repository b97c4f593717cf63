#pragma once

// Purpose: what request handlers work with, and the functions by which each area adds its routes.
//
// Ownership: serve() owns everything named here and outlives every handler. Threads: `store` const
// methods and `workers` may be used from any thread, the rest on the I/O thread only.

#include <boost/asio/io_context.hpp>

#include "base/settings.h"
#include "base/worker.h"
#include "http/server.h"
#include "sched/pool.h"
#include "store/store.h"

namespace corral::serve {

class Answerer;
struct Transfers;  // serve/transfers.h

struct Context {
    boost::asio::io_context& io;
    const Settings& settings;
    store::Store& store;
    sched::Pool& pool;
    Workers& workers;
    Transfers& transfers;
};

// The routes of native-api.md 8.2 to 8.10 that this version has (ollama_routes.cpp).
void add_ollama_routes(http::Router& router, Context& context, Answerer& answerer);
// /v1/… as OpenAI has them (openai_routes.cpp).
void add_openai_routes(http::Router& router, Context& context, Answerer& answerer);
// /v1/messages as Anthropic has it (anthropic_routes.cpp).
void add_anthropic_routes(http::Router& router, Context& context, Answerer& answerer);
// Banner and version (system_routes.cpp).
void add_system_routes(http::Router& router, Context& context);
// The cloud switch, accounts, web search, recommendations (cloud_routes.cpp).
void add_cloud_routes(http::Router& router, Context& context);
// /api/pull and /api/push (registry_routes.cpp).
void add_registry_routes(http::Router& router, Context& context);
// /api/blobs/:digest (blob_routes.cpp).
void add_blob_routes(http::Router& router, Context& context);

}  // namespace corral::serve
