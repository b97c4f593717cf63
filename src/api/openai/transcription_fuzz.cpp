// Feeds forms to the reader of transcriptions: the first line is the Content-Type, the second the
// query, the rest the body. What is taken must have an answer in its format.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "api/json/value.h"
#include "api/openai/transcription.h"

namespace {

// The text up to the next line's end, which is taken off with it.
std::string_view take_line(std::string_view& text) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace corral;
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::string_view body = text;
    const auto type = take_line(body);
    const auto query = take_line(body);
    const auto form = http::read_multipart(type, body);
    if (!form) return 0;
    for (const auto task :
         {api::openai::SpeechTask::transcribe, api::openai::SpeechTask::translate}) {
        const auto request = api::openai::decode_transcription(*form, query, task);
        if (!request && request.error().message.empty()) std::abort();
        if (!request) continue;
        const auto answer = api::openai::transcription_body(*request, "said");
        const bool is_json = request->format != api::openai::TranscriptFormat::text;
        if (is_json && !api::json::parse(answer)) std::abort();
    }
    return 0;
}
