// Fuzzes what other servers answer: both readers of streams, in pieces and at once, vectors, and
// error bodies. However the bytes are cut, the same is understood, and every answer ends once.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "api/remote/answer_reader.h"
#include "api/remote/failure.h"
#include "models/remote.h"

namespace {

using namespace corral;

// What an answer amounts to, as one text.
std::string summary(const std::vector<sched::Event>& events) {
    std::string text;
    std::size_t n_ends = 0;
    for (const auto& event : events) {
        if (const auto* delta = std::get_if<wire::Delta>(&event)) {
            if (n_ends > 0) std::abort();
            text += delta->content + "|" + delta->thinking + "|";
            for (const auto& call : delta->tool_calls) text += call.name + call.arguments_json;
            continue;
        }
        ++n_ends;
        const auto* failed = std::get_if<wire::Failed>(&event);
        text += failed != nullptr ? "failed: " + failed->message : "done";
    }
    if (n_ends != 1) std::abort();
    return text;
}

std::string read(std::string_view api, std::string_view bytes, std::size_t piece_bytes) {
    const auto reader = api::remote::make_answer_reader(api);
    std::vector<sched::Event> events;
    for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
        reader->read(bytes.substr(at, piece_bytes), events);
    }
    reader->finish(events);
    return summary(events);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    for (const auto api : {models::kOllamaApi, models::kOpenAiApi}) {
        if (read(api, bytes, size + 1) != read(api, bytes, 3)) std::abort();
        (void)api::remote::read_vectors(api, bytes, 1);
    }
    (void)api::remote::error_text(bytes);
    return 0;
}
