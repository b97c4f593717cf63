#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <optional>
#include <thread>
#include <utility>

#include "base/guarded.h"
#include "base/log.h"
#include "base/process.h"
#include "engine/devices.h"
#include "engine/engine.h"
#include "runner/event_writer.h"
#include "runner/frame_reader.h"
#include "runner/runner.h"
#include "runner/sandbox.h"

namespace corral::runner {
namespace {

constexpr float kProgressStep = 0.01F;

// Messages read ahead, so that a server that goes away is noticed at any time, also while a model
// loads.
class Mailbox {
public:
    void put(wire::ToRunner message) {
        messages_.lock()->push_back(std::move(message));
        changed_.notify_one();
    }
    wire::ToRunner take() {
        auto held = messages_.lock();
        held.wait(changed_, [&held] { return !held->empty(); });
        wire::ToRunner message = std::move(held->front());
        held->pop_front();
        return message;
    }

private:
    Guarded<std::deque<wire::ToRunner>> messages_;
    std::condition_variable changed_;
};

// Reads on a thread of its own. A runner without a server has nobody to work for and nothing to
// save: it ends on the spot, whatever it is doing.
class Reader {
public:
    Reader(int fd, Mailbox& mailbox) : fd_(fd), thread_([this, &mailbox] { run(mailbox); }) {}
    ~Reader() {
        finishing_ = true;
        shutdown(fd_, SHUT_RD);
        thread_.join();
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

private:
    void run(Mailbox& mailbox) {
        FrameReader frames(fd_);
        while (true) {
            Result<wire::ToRunner> message = frames.read();
            if (finishing_) return;
            if (!message) leave(message.error());
            mailbox.put(std::move(*message));
        }
    }

    [[noreturn]] static void leave(const Error& error) {
        const bool closed = error.code == ErrorCode::unavailable;
        if (!closed) log_error("runner stops", {{"error", error.message}});
        std::_Exit(closed ? 0 : 1);
    }

    int fd_;
    std::atomic<bool> finishing_ = false;
    std::thread thread_;
};

void send_failure(EventWriter& writer, const Error& error) {
    writer.send({0, wire::Failed{error.code, error.message, error.http_status}});
}

std::unique_ptr<engine::Engine> load(const wire::Load& request, EventWriter& writer) {
    float reported = -1;
    const auto on_progress = [&](float progress) {
        if (progress >= reported + kProgressStep) {
            reported = progress;
            writer.send({0, wire::Loading{progress}});
        }
        return true;
    };
    auto sink = [&writer](wire::FromRunner event) { writer.send(std::move(event)); };
    auto engine = engine::Engine::load(request, std::move(sink), on_progress);
    if (engine) return std::move(*engine);
    send_failure(writer, engine.error());
    return nullptr;
}

// Returns after Drain, when everything is answered.
void serve(engine::Engine& engine, Mailbox& mailbox) {
    while (true) {
        wire::ToRunner message = mailbox.take();
        if (auto* generate = std::get_if<wire::Generate>(&message.body)) {
            engine.submit(message.id, std::move(*generate));
        } else if (auto* embed = std::get_if<wire::Embed>(&message.body)) {
            engine.submit(message.id, std::move(*embed));
        } else if (std::holds_alternative<wire::Cancel>(message.body)) {
            engine.cancel(message.id);
        } else if (std::holds_alternative<wire::Drain>(message.body)) {
            return engine.drain();
        } else {
            log_error("a runner loads one model only");
        }
    }
}

int run_until_drained(int fd, Mailbox& mailbox) {
    EventWriter writer(fd);
    const wire::ToRunner first = mailbox.take();
    if (std::holds_alternative<wire::Discover>(first.body)) {
        writer.send({0, wire::Devices{engine::list_devices()}});
        return 0;
    }
    const auto* request = std::get_if<wire::Load>(&first.body);
    if (request == nullptr) {
        send_failure(
            writer,
            {ErrorCode::internal, "the first message to a runner must be Load or Discover", {}, 0});
        return 1;
    }
    const std::unique_ptr<engine::Engine> engine = load(*request, writer);
    if (engine == nullptr) return 1;
    writer.send({0, engine->info()});
    serve(*engine, mailbox);
    return 0;
}

}  // namespace

int run(int fd) {
    name_process("corral runner");
    enter_sandbox();
    Mailbox mailbox;
    const Reader reader(fd, mailbox);
    return run_until_drained(fd, mailbox);
}

}  // namespace corral::runner
