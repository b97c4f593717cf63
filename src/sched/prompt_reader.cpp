#include "sched/prompt_reader.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>
#include <utility>

#include "sched/runner_process.h"

namespace corral::sched {

// One process and its answer.
struct PromptReader::Job {
    explicit Job(boost::asio::io_context& io) : over(io) {}

    void take(wire::FromRunner message) {
        if (auto* done = std::get_if<wire::Done>(&message.body)) outcome = std::move(*done);
        if (auto* failed = std::get_if<wire::Failed>(&message.body)) {
            outcome =
                fail(Error{failed->code, std::move(failed->message), {}, failed->http_status});
        }
        if (outcome) process->stop(StopMode::kill);
    }

    void end(const RunnerExit& exit) {
        if (!outcome) {
            outcome =
                fail(ErrorCode::unavailable, "the process that reads the prompt ended: {}{}{}",
                     exit.cause, exit.last_error.empty() ? "" : ": ", exit.last_error);
        }
        process.reset();
        over.cancel();
    }

    std::shared_ptr<RunnerProcess> process;
    std::optional<Result<wire::Done>> outcome;
    boost::asio::steady_timer over;  // expires when it takes too long; cancelled when it has ended
};

PromptReader::PromptReader(boost::asio::io_context& io, std::string program)
    : io_(io), program_(std::move(program)) {}

PromptReader::~PromptReader() {
    for (const auto& job : jobs_) {
        if (job->process) job->process->kill_now();
    }
}

boost::asio::awaitable<Result<wire::Done>> PromptReader::read(wire::Load model,
                                                              wire::Generate prompt) {
    const auto job = std::make_shared<Job>(io_);
    RunnerProcess::Callbacks callbacks;
    callbacks.on_message = [job](wire::FromRunner message) { job->take(std::move(message)); };
    callbacks.on_exit = [job](const RunnerExit& exit) { job->end(exit); };
    auto started = RunnerProcess::start(io_, program_, StopLimits{}, std::move(callbacks));
    if (!started) co_return fail(std::move(started).error());
    job->process = std::move(*started);
    jobs_.insert(job);
    model.vocabulary_only = true;
    auto sent = job->process->send({0, std::move(model)});
    if (sent) sent = job->process->send({1, std::move(prompt)});
    if (!sent) {
        job->outcome = fail(std::move(sent).error());
        job->process->stop(StopMode::kill);
    }
    job->over.expires_after(kPatience);
    co_await job->over.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    if (job->process) {  // its end is not waited for
        job->process->stop(StopMode::kill);
        if (!job->outcome)
            job->outcome = fail(ErrorCode::unavailable, "reading the prompt took too long");
    }
    jobs_.erase(job);
    co_return std::move(*job->outcome);
}

}  // namespace corral::sched
