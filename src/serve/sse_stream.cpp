#include "serve/sse_stream.h"

#include "api/common/sse.h"

namespace corral::serve {

http::Task<bool> SseStream::send(std::string& frames) {
    if (!response_.started()) {
        const auto started = co_await response_.start(200, api::sse::kType);
        if (!started) co_return false;
    }
    const auto written = co_await response_.write(frames);
    frames.clear();
    co_return written.has_value();
}

http::Task<bool> SseStream::ping() {
    std::string frame = ping_;
    co_return co_await send(frame);
}

http::Task<void> SseStream::end() {
    (void)co_await response_.finish();
}

}  // namespace corral::serve
