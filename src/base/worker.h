#pragma once

// Purpose: blocking work (hashing, directory walks, fsync) off the server's one I/O thread.
//
// Threads: `run` is awaited on the caller's executor, `f` runs on a thread of the pool and must not
// touch state of the I/O thread. The pool is owned by serve/ and joined at shutdown.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <type_traits>

namespace corral {

class Workers {
public:
    explicit Workers(std::size_t n_threads) : pool_(n_threads) {}

    // Runs f() on a pool thread and gives its value (not void) back on the caller's executor.
    template <class F>
    boost::asio::awaitable<std::invoke_result_t<F>> run(F f) {
        co_return co_await boost::asio::co_spawn(
            pool_,
            [](F g) -> boost::asio::awaitable<std::invoke_result_t<F>> {
                co_return g();
            }(std::move(f)),
            boost::asio::use_awaitable);
    }

    void join() { pool_.join(); }

private:
    boost::asio::thread_pool pool_;
};

}  // namespace corral
