// Uploads and probes of /api/blobs/:digest (native-api.md 8.13).

#include <vector>

#include "base/log.h"
#include "serve/context.h"
#include "serve/reply.h"

namespace corral::serve {

namespace {

// Large enough that a hand-over to a worker costs nothing beside hashing.
constexpr std::size_t kPieceBytes = 1 << 20;

std::optional<store::Digest> digest_of(const http::Request& request) {
    return store::Digest::parse(request.parameters.at("digest"));
}

http::Task<void> probe(const store::Store& store, http::Request& request,
                       http::Response& response) {
    const auto digest = digest_of(request);
    if (!digest) {
        co_await reply_error(response, 400, "invalid digest format");
    } else if (!store.has_blob(*digest)) {
        co_await reply_error(response, 404, fmt::format("blob \"{}\" not found", digest->text()));
    } else {
        (void)co_await response.send(200, "", "");
    }
}

// Fills the buffer as far as the body reaches.
http::Task<Result<std::size_t>> read_piece(http::Request& request, std::span<char> buffer) {
    std::size_t held = 0;
    while (held < buffer.size()) {
        auto count = co_await request.read_some(buffer.subspan(held));
        if (!count) co_return fail(std::move(count).error());
        if (*count == 0) break;
        held += *count;
    }
    co_return held;
}

// The body into the store; whatever goes wrong, nothing of it stays behind. The writer is used by
// one worker at a time.
http::Task<Result<std::string>> receive(Context& context, http::Request& request) {
    auto writer = context.store.create_blob();
    if (!writer) co_return fail(std::move(writer).error());
    std::vector<char> buffer(kPieceBytes);
    while (true) {
        auto count = co_await read_piece(request, buffer);
        if (!count) co_return fail(std::move(count).error());
        if (*count == 0) break;
        const std::span<const char> piece(buffer.data(), *count);
        auto written = co_await context.workers.run([&] { return writer->write(piece); });
        if (!written) co_return fail(std::move(written).error());
    }
    co_return co_await context.workers.run([&]() -> Result<std::string> {
        CORRAL_TRY(const store::Layer stored, writer->commit());
        return stored.digest.text();
    });
}

http::Task<void> upload(Context& context, http::Request& request, http::Response& response) {
    const auto digest = digest_of(request);
    if (!digest) {
        co_await reply_error(response, 400, "invalid digest format");
        co_return;
    }
    if (context.store.has_blob(*digest)) {
        (void)co_await response.send(200, "", "");
        co_return;
    }
    auto stored = co_await receive(context, request);
    if (!stored) {
        if (stored.error().code != ErrorCode::cancelled) {
            log_warn("blob upload failed",
                     {{"digest", digest->text()}, {"error", stored.error().message}});
        }
        co_await reply_error(response, std::move(stored).error());
        co_return;
    }
    // Compared as text, so other spellings of the digest mismatch although the blob is stored.
    const std::string& expected = request.parameters.at("digest");
    if (*stored != expected) {
        co_await reply_error(
            response, 400,
            fmt::format("digest mismatch, expected \"{}\", got \"{}\"", expected, *stored));
        co_return;
    }
    (void)co_await response.send(201, "", "");
}

}  // namespace

void add_blob_routes(http::Router& router, Context& context) {
    router.add("POST", "/api/blobs/:digest",
               [&context](http::Request& request, http::Response& response) {
                   return upload(context, request, response);
               });
    router.add("HEAD", "/api/blobs/:digest",
               [&context](http::Request& request, http::Response& response) {
                   return probe(context.store, request, response);
               });
}

}  // namespace corral::serve
