#pragma once

// Purpose: the generations running on one runner, and the streams through which handlers read their
// events.
//
// Threads: the io_context's thread. Ownership: handlers own their streams, the RunnerStreams only
// refers to them; it is shared by the pool and the leases, and outlives the process it stands for.

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "sched/event_queue.h"
#include "sched/pool.h"
#include "wire/request.h"

namespace corral::sched {

class Stream;

class RunnerStreams : public std::enable_shared_from_this<RunnerStreams> {
public:
    using Send = std::function<Result<void>(wire::ToRunner message)>;
    RunnerStreams(boost::asio::io_context& io, Send send);

    // Generate or Embed.
    std::unique_ptr<EventStream> open(wire::ToRunner::Body request);
    // An event of request `id`; nothing happens when nobody reads that one any more.
    void deliver(std::uint64_t id, Event event);
    // The runner is gone or is to be left alone: all streams, also those opened later, end with
    // this.
    void close(wire::Failed failure);
    bool closed() const { return closed_.has_value(); }

private:
    friend class Stream;
    void forget(std::uint64_t id, bool tell_runner);

    boost::asio::io_context& io_;
    Send send_;
    std::map<std::uint64_t, Stream*> open_;
    std::uint64_t next_id_ = 1;
    std::optional<wire::Failed> closed_;
};

}  // namespace corral::sched
