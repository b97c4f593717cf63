#pragma once

// Purpose: for tests only: a Request with given contents and a Response that remembers what it was
// told, without a connection.

#include <algorithm>
#include <map>
#include <string>

#include "http/server.h"
#include "http/uri.h"

namespace corral::http {

struct FakeRequest : Request {
    FakeRequest(std::string method, std::string target, std::string body = {})
        : method_(std::move(method)),
          target_(std::move(target)),
          path_(percent_decode(split_target(target_)->path).value()),
          body_(std::move(body)) {}

    std::string_view method() const override { return method_; }
    std::string_view target() const override { return target_; }
    std::string_view path() const override { return path_; }
    std::string_view header(std::string_view name) const override {
        const auto found = headers.find(std::string(name));
        return found == headers.end() ? std::string_view() : found->second;
    }
    std::string remote_address() const override { return "127.0.0.1"; }
    std::optional<std::uint64_t> content_length() const override { return body_.size(); }
    Task<Result<std::string>> read_body(std::size_t limit) override {
        if (body_.size() > limit) co_return fail({ErrorCode::invalid, "too large", {}, 413});
        co_return body_;
    }
    Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
        const std::size_t count = body_.copy(buffer.data(), buffer.size(), read_);
        read_ += count;
        co_return count;
    }

    std::map<std::string, std::string> headers;

private:
    std::string method_, target_, path_, body_;
    std::size_t read_ = 0;
};

struct FakeResponse : Response {
    void set_header(std::string_view name, std::string_view value) override {
        headers.erase(std::string(name));
        add_header(name, value);
    }
    void add_header(std::string_view name, std::string_view value) override {
        headers.emplace(name, value);
    }
    Task<Result<void>> send(int code, std::string_view type, std::string text) override {
        (void)co_await start(code, type);
        body = std::move(text);
        co_return Result<void>();
    }
    Task<Result<void>> start(int code, std::string_view type) override {
        status = code;
        if (!type.empty()) set_header("Content-Type", type);
        co_return Result<void>();
    }
    Task<Result<void>> write(std::string_view piece) override {
        body += piece;
        co_return Result<void>();
    }
    Task<Result<void>> finish() override { co_return Result<void>(); }
    bool started() const override { return status != 0; }
    bool cancelled() const override { return false; }
    void on_cancel(std::function<void()> /*f*/) override {}

    // Several headers of one name appear with their values joined by '|' in `all`.
    std::string all(const std::string& name) const {
        std::string values;
        const auto [first, last] = headers.equal_range(name);
        for (auto entry = first; entry != last; ++entry) {
            values += (values.empty() ? "" : "|") + entry->second;
        }
        return values;
    }
    std::string one(const std::string& name) const {
        const auto found = headers.find(name);
        return found == headers.end() ? std::string() : found->second;
    }

    int status = 0;
    std::string body;
    std::multimap<std::string, std::string> headers;
};

}  // namespace corral::http
