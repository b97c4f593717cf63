#pragma once

// Purpose: for tests only: a server that answers commands from a script, and a Program whose output
// is kept.

#include <cstdio>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/parse.h"
#include "http/loopback_fixture.h"

namespace corral::cli {

// A temporary file as a stream that can be read again.
class KeptStream {
public:
    KeptStream() : file_(std::tmpfile()) {}
    ~KeptStream() { std::fclose(file_); }
    KeptStream(const KeptStream&) = delete;
    KeptStream& operator=(const KeptStream&) = delete;

    std::FILE* file() const { return file_; }
    std::string text() const {
        std::string text;
        std::rewind(file_);
        for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_))
            text += static_cast<char>(c);
        return text;
    }

private:
    std::FILE* file_;
};

// Each route gives its answers in order and repeats the last one.
class ScriptedServer {
public:
    struct Reply {
        int status = 200;
        std::string body;
    };

    void answer(std::string_view method, std::string_view path, std::vector<Reply> replies) {
        auto& route = routes_[std::string(path)];
        route = std::move(replies);
        router_.add(
            method, path,
            [this, &route, n = std::size_t{0}](
                http::Request& request, http::Response& response) mutable -> http::Task<void> {
                const auto body = co_await request.read_body(1 << 20);
                {
                    const std::scoped_lock lock(mutex_);
                    asked_.push_back(std::string(request.path()) + " " + body.value_or(""));
                }
                const Reply& reply = route[std::min(n++, route.size() - 1)];
                std::string text = reply.body;
                (void)co_await response.send(reply.status, "application/json", std::move(text));
            });
    }

    struct Outcome {
        int status = 1;
        std::string out;
        std::string err;  // the error's text at its end
    };
    // Runs a command as if it had been typed after the program's name.
    Outcome run(const std::vector<std::string>& words) {
        if (!server_) {
            server_ = std::make_unique<http::LoopbackServer>(std::move(router_));
            server_->start();
        }
        KeptStream out, err;
        HostAddress address;
        address.port = server_->port();
        Program program{"corral", {}, {}, ApiClient(address)};
        program.console.out = out.file();
        program.console.err = err.file();
        const Command* command = find_command(words[0]);
        const auto call = parse_flags(command->flags, std::span(words).subspan(1)).value();
        const auto status = command->body(program, call);
        return {status.value_or(1), out.text(),
                err.text() + (status ? "" : status.error().message)};
    }

    // "<path> <body>" of every request so far.
    std::vector<std::string> asked() const {
        const std::scoped_lock lock(mutex_);
        return asked_;
    }

private:
    http::Router router_;
    std::map<std::string, std::vector<Reply>> routes_;
    mutable std::mutex mutex_;
    std::vector<std::string> asked_;
    std::unique_ptr<http::LoopbackServer> server_;  // last: its thread uses the rest
};

}  // namespace corral::cli
