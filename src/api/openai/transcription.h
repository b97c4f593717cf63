#pragma once

// Purpose: POST /v1/audio/transcriptions and /v1/audio/translations: a sound as a native chat
// request that asks for the words in it, and the answer as OpenAI's API gives it.
//
// Beyond upstream: translations, `verbose_json`, `stream` and `temperature`. What needs to know
// when a word was spoken (`srt`, `vtt`, timestamps) is refused: the models tell words, not times.
// Errors are 400 with the texts of the source.
// Source: openai-anthropic-api.md 9, 15.6, 15.7.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "api/ollama/requests.h"
#include "api/openai/usage.h"
#include "base/result.h"
#include "http/form.h"

namespace corral::api::openai {

enum class SpeechTask : std::uint8_t { transcribe, translate };
enum class TranscriptFormat : std::uint8_t { json, text, verbose_json };

struct TranscriptionRequest {
    ollama::ChatRequest native;
    SpeechTask task = SpeechTask::transcribe;
    TranscriptFormat format = TranscriptFormat::json;
    std::string language;  // as sent; empty when nothing was
    double seconds = 0;    // how long the sound is; 0 when its file does not say

    bool streams() const { return native.streams(); }
};

// The form's fields, and for those it lacks the query's.
[[nodiscard]] Result<TranscriptionRequest> decode_transcription(
    const std::vector<http::FormField>& form, std::string_view query, SpeechTask task);

// The body of a whole answer, in the request's format. `text` is trimmed.
std::string transcription_body(const TranscriptionRequest& request, std::string_view text);
std::string_view transcription_type(TranscriptFormat format);  // Content-Type

// A stream's frames, `transcript.text.delta` and at the end `transcript.text.done`. The pieces
// joined are the trimmed text: blanks are held back until more follows.
class TranscriptStream {
public:
    void piece(std::string& out, std::string_view text);
    void end(std::string& out, const Usage& usage);

private:
    std::string said_;
    std::string blanks_;  // behind it
};

}  // namespace corral::api::openai
