#include "sched/supervisor.h"

#include "base/log.h"

namespace corral::sched {

Supervisor::Supervisor(boost::asio::io_context& io, std::string program, StopLimits limits,
                       Observer& observer)
    : io_(io), program_(std::move(program)), limits_(limits), observer_(observer) {}

Supervisor::~Supervisor() {
    for (auto& [id, process] : processes_) process->kill_now();
}

Result<void> Supervisor::start(RunnerId id, const wire::Load& load) {
    RunnerProcess::Callbacks callbacks;
    callbacks.on_message = [this, id](wire::FromRunner message) {
        observer_.on_message(id, std::move(message));
    };
    callbacks.on_output = [this, id](const std::string& last_error) {
        observer_.on_output(id, last_error);
    };
    callbacks.on_exit = [this, id](const RunnerExit& exit) { exited(id, exit); };
    CORRAL_TRY(auto process, RunnerProcess::start(io_, program_, limits_, std::move(callbacks)));
    log_info("starting runner", {{"runner", id},
                                 {"pid", process->pid()},
                                 {"model", load.model_path},
                                 {"num_ctx", load.options.num_ctx},
                                 {"parallel", load.n_parallel}});
    auto sent = process->send({0, load});
    if (!sent)
        process->kill_now();
    else
        processes_.emplace(id, std::move(process));
    return sent;
}

Result<void> Supervisor::send(RunnerId id, const wire::ToRunner& message) {
    RunnerProcess* process = find(id);
    return process != nullptr ? process->send(message) : Result<void>{};
}

void Supervisor::stop(RunnerId id, StopMode mode) {
    if (RunnerProcess* process = find(id)) process->stop(mode);
}

void Supervisor::forget_errors(RunnerId id) {
    if (RunnerProcess* process = find(id)) process->forget_errors();
}

pid_t Supervisor::pid(RunnerId id) const {
    const RunnerProcess* process = find(id);
    return process != nullptr ? process->pid() : 0;
}

RunnerProcess* Supervisor::find(RunnerId id) const {
    auto found = processes_.find(id);
    return found == processes_.end() ? nullptr : found->second.get();
}

void Supervisor::exited(RunnerId id, const RunnerExit& exit) {
    const pid_t process_id = pid(id);
    processes_.erase(id);
    if (exit.asked_for)
        log_debug("runner ended", {{"runner", id}, {"pid", process_id}});
    else
        log_warn("runner ended unexpectedly", {{"runner", id},
                                               {"pid", process_id},
                                               {"cause", exit.cause},
                                               {"error", exit.last_error}});
    observer_.on_exit(id, exit);
}

}  // namespace corral::sched
