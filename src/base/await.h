#pragma once

// Purpose: the completion token our coroutines await with: failures come back as a value (an error
// code in a tuple), never as an exception.
//
//   auto [code, n] = co_await socket.async_read_some(buffer, kAwait);

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace corral {

inline constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

}  // namespace corral
