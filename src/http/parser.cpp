#include "http/parser.h"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include "base/text.h"
#include "http/head.h"
#include "http/uri.h"

namespace corral::http {

namespace beast = boost::beast::http;

struct RequestParser::State {
    beast::request_parser<beast::buffer_body> parser;
    std::size_t limit = 0;
    TargetParts target;
    std::string path;
};

namespace {

Error refusal(int status, std::string_view reason) {
    std::string message = fmt::format("{} {}", status, reason_phrase(status));
    if (!reason.empty()) message.append(": ").append(reason);
    return {ErrorCode::invalid, std::move(message), {}, status};
}

Error refusal_of(boost::beast::error_code code) {
    if (code == beast::error::header_limit) return refusal(431, {});
    if (code == beast::error::bad_version) return refusal(505, "unsupported protocol version");
    return refusal(400, {});
}

// Whether a line of the head ends without CR. Beast would wait for the CR for ever.
bool has_bare_line_end(std::span<const char> input) {
    const std::string_view text(input.data(), input.size());
    std::size_t begin = 0;
    for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', begin)) {
        if (end == begin || text[end - 1] != '\r') return true;
        if (end == begin + 1) return false;  // the empty line that ends the head
        begin = end + 1;
    }
    return false;
}

}  // namespace

RequestParser::RequestParser(std::size_t header_limit) : state_(std::make_unique<State>()) {
    state_->limit = header_limit;
    state_->parser.header_limit(static_cast<std::uint32_t>(header_limit));
    state_->parser.body_limit(boost::none);
}

RequestParser::~RequestParser() = default;

Result<HeadStep> RequestParser::parse_head(std::span<const char> input) {
    boost::beast::error_code code;
    HeadStep step;
    if (has_bare_line_end(input)) return fail(refusal(400, "lines must end with CR LF"));
    step.used = state_->parser.put(boost::asio::buffer(input.data(), input.size()), code);
    if (code && code != beast::error::need_more) return fail(refusal_of(code));
    step.complete = state_->parser.is_header_done();
    if (step.complete) CORRAL_CHECK(check_head());
    return step;
}

// What Beast leaves to its callers: the headers that decide where a message ends and where it goes.
Result<void> RequestParser::check_head() {
    const auto& request = state_->parser.get();
    if (request.count(beast::field::transfer_encoding) > 0 &&
        !equals_ignoring_case(header("Transfer-Encoding"), "chunked")) {
        return fail(refusal(501, "unsupported transfer encoding"));
    }
    const auto hosts = request.count(beast::field::host);
    if (hosts > 1) return fail(refusal(400, "too many Host headers"));
    if (hosts == 0 && request.version() == 11) {
        return fail(refusal(400, "missing required Host header"));
    }
    if (!header("Expect").empty() && !expects_continue()) return fail(refusal(417, {}));

    const auto parts = split_target(target());
    if (!parts) return fail(refusal(400, "malformed request target"));
    auto path = percent_decode(parts->path);
    if (!path) return fail(refusal(400, "malformed request target"));
    state_->target = *parts;
    state_->path = std::move(*path);
    return {};
}

Result<BodyStep> RequestParser::parse_body(std::span<const char> input, std::span<char> output) {
    auto& parser = state_->parser;
    auto& body = parser.get().body();
    body.data = output.data();
    body.size = output.size();
    body.more = true;
    BodyStep step;
    // Beast parses one element (a chunk header, a piece of data) per call.
    while (!parser.is_done() && body.size > 0) {
        boost::beast::error_code code;
        const auto rest = input.subspan(step.used);
        const std::size_t used = parser.put(boost::asio::buffer(rest.data(), rest.size()), code);
        step.used += used;
        if (code == beast::error::need_more && rest.size() - used > state_->limit) {
            return fail(refusal(400, "chunk header too long"));
        }
        if (code && code != beast::error::need_more && code != beast::error::need_buffer) {
            return fail(refusal_of(code));
        }
        if (used == 0) break;
    }
    step.produced = output.size() - body.size;
    step.complete = parser.is_done();
    body.data = nullptr;
    body.size = 0;
    return step;
}

std::string_view RequestParser::method() const {
    return state_->parser.get().method_string();
}
std::string_view RequestParser::target() const {
    return state_->parser.get().target();
}
std::string_view RequestParser::encoded_path() const {
    return state_->target.path;
}
std::string_view RequestParser::path() const {
    return state_->path;
}
std::string_view RequestParser::query() const {
    return state_->target.query;
}

std::string_view RequestParser::header(std::string_view name) const {
    const auto& request = state_->parser.get();
    const auto found = request.find({name.data(), name.size()});
    return found == request.end() ? std::string_view() : std::string_view(found->value());
}

std::string_view RequestParser::host() const {
    return state_->target.authority.empty() ? header("Host") : state_->target.authority;
}

bool RequestParser::http_1_0() const {
    return state_->parser.get().version() == 10;
}
bool RequestParser::keep_alive() const {
    return state_->parser.keep_alive();
}

bool RequestParser::expects_continue() const {
    return !http_1_0() && equals_ignoring_case(header("Expect"), "100-continue");
}

std::optional<std::uint64_t> RequestParser::content_length() const {
    const auto length = state_->parser.content_length();
    return length ? std::optional<std::uint64_t>(*length) : std::nullopt;
}

bool RequestParser::body_complete() const {
    return state_->parser.is_done();
}

std::optional<std::uint64_t> RequestParser::body_left() const {
    const auto left = state_->parser.content_length_remaining();
    return left ? std::optional<std::uint64_t>(*left) : std::nullopt;
}

}  // namespace corral::http
