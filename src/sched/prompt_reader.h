#pragma once

// Purpose: renders and tokenizes prompts for models that are not in memory, each in a runner of its
// own that loads no weights and ends with its answer. So counting tokens neither waits for memory
// nor sends anybody's model away.
//
// Threads: the io_context's thread. Ownership: no process outlives the object. Bounds: kMostAtOnce
// processes, kPatience each. Source: openai-anthropic-api.md 15.6.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <set>
#include <string>

#include "base/result.h"
#include "wire/event.h"
#include "wire/request.h"

namespace corral::sched {

class PromptReader {
public:
    static constexpr std::size_t kMostAtOnce = 4;
    static constexpr std::chrono::seconds kPatience{60};

    // `program` is the path of the corral binary.
    PromptReader(boost::asio::io_context& io, std::string program);
    ~PromptReader();
    PromptReader(const PromptReader&) = delete;
    PromptReader& operator=(const PromptReader&) = delete;

    bool is_full() const { return jobs_.size() >= kMostAtOnce; }
    // What `prompt`, a request that only renders, comes to. Errors: what is wrong with the model's
    // file or the request; unavailable when the process dies or takes too long.
    boost::asio::awaitable<Result<wire::Done>> read(wire::Load model, wire::Generate prompt);

private:
    struct Job;

    boost::asio::io_context& io_;
    std::string program_;
    std::set<std::shared_ptr<Job>> jobs_;
};

}  // namespace corral::sched
