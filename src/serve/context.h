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

struct Context {
    boost::asio::io_context& io;
    const Settings& settings;
    store::Store& store;
    sched::Pool& pool;
    Workers& workers;
};

// The routes of native-api.md 8.2 to 8.10 that this version has (ollama_routes.cpp).
void add_ollama_routes(http::Router& router, Context& context);
// Banner, version, status (system_routes.cpp).
void add_system_routes(http::Router& router, Context& context);
// /api/blobs/:digest (blob_routes.cpp).
void add_blob_routes(http::Router& router, Context& context);
// /api/pull for models that came with Corral, and an honest 501 for upstream's routes that this
// version lacks (absent_routes.cpp).
void add_absent_routes(http::Router& router, Context& context);

}  // namespace corral::serve
