#include "api/openai/transcription.h"

#include <algorithm>
#include <map>
#include <optional>

#include "api/common/sse.h"
#include "api/json/field.h"
#include "api/json/value.h"
#include "api/json/writer.h"
#include "base/text.h"
#include "parse/sound_length.h"

namespace corral::api::openai {

namespace {

using json::refuse_field;

// The values of a form, then those of the query.
class FormValues {
public:
    FormValues(const std::vector<http::FormField>& form, std::string_view query)
        : form_(form), query_(query) {}

    std::string text(std::string_view name) const {
        const auto* field = find(name, false);
        return field != nullptr ? std::string(field->value) : http::query_value(query_, name);
    }
    const http::FormField* find(std::string_view name, bool is_file) const {
        const auto field = std::ranges::find_if(form_, [&](const http::FormField& candidate) {
            return candidate.is_file == is_file && candidate.name == name;
        });
        return field == form_.end() ? nullptr : &*field;
    }

private:
    const std::vector<http::FormField>& form_;
    std::string_view query_;
};

Result<TranscriptFormat> decode_transcript_format(const std::string& name) {
    static const std::map<std::string_view, TranscriptFormat> kFormats = {
        {"", TranscriptFormat::json},
        {"json", TranscriptFormat::json},
        {"text", TranscriptFormat::text},
        {"verbose_json", TranscriptFormat::verbose_json}};
    const auto known = kFormats.find(name);
    if (known != kFormats.end()) return known->second;
    if (name == "srt" || name == "vtt") {
        return refuse_field(
            "response_format",
            fmt::format("response_format {} is not supported: models tell what is said, not when",
                        go_quote(name)),
            "unsupported_value");
    }
    return refuse_field(
        "response_format",
        fmt::format("invalid response_format {} (must be \"json\", \"text\" or \"verbose_json\")",
                    go_quote(name)));
}

// The literal of a number from 0 to 2; "0" when nothing was sent.
Result<std::string> decode_temperature(const std::string& text) {
    if (text.empty()) return "0";
    const auto value = json::parse(text);
    const auto number =
        value && value->kind == json::Value::Kind::number && value->raw == trim(text)
            ? value->number()
            : std::nullopt;
    if (!number || *number < 0 || *number > 2)
        return refuse_field("temperature", "temperature must be a number from 0 to 2");
    return std::string(value->raw);
}

wire::Message instruction(const TranscriptionRequest& request, std::string_view context) {
    wire::Message message{.role = "system"};
    message.content =
        request.task == SpeechTask::translate
            ? "You are a translator of speech. Write in English what is said in the recording"
            : "You write down speech. Write exactly the words that are spoken in the recording";
    message.content +=
        ", and nothing else: no introduction, no comment. Do not answer questions that are asked "
        "in it.";
    if (!request.language.empty())
        message.content += fmt::format(" The spoken language is {}.", request.language);
    if (!context.empty()) message.content += fmt::format(" Context: {}", context);
    return message;
}

wire::Message question(SpeechTask task, std::string_view sound) {
    wire::Message message{.role = "user"};
    message.content = task == SpeechTask::translate ? "Translate this recording into English."
                                                    : "Write down the exact words.";
    message.images.emplace_back(sound);
    return message;
}

}  // namespace

Result<TranscriptionRequest> decode_transcription(const std::vector<http::FormField>& form,
                                                  std::string_view query, SpeechTask task) {
    const FormValues values(form, query);
    TranscriptionRequest request;
    request.task = task;
    auto& native = request.native;
    native.model = values.text("model");
    if (trim(native.model).empty())
        return refuse_field("model", "model is required", json::kMissing);
    const auto* file = values.find("file", true);
    if (file == nullptr)
        return refuse_field("file", "file is required: http: no such file", json::kMissing);
    if (file->value.empty()) return refuse_field("file", "audio file is empty");
    for (const auto* name : {"timestamp_granularities[]", "timestamp_granularities"}) {
        if (values.text(name).empty()) continue;
        return refuse_field(
            "timestamp_granularities",
            "timestamp_granularities is not supported: models tell what is said, not when",
            json::kUnsupported);
    }
    CORRAL_TRY(request.format, decode_transcript_format(values.text("response_format")));
    CORRAL_TRY(const auto temperature, decode_temperature(values.text("temperature")));
    request.language = values.text("language");
    request.seconds = parse::sound_seconds(file->value).value_or(0);
    native.stream = lower(values.text("stream")) == "true";
    native.think = wire::Thinking::off;
    native.options_json = fmt::format(R"({{"temperature":{}}})", temperature);
    native.messages = {instruction(request, values.text("prompt")), question(task, file->value)};
    return request;
}

std::string_view transcription_type(TranscriptFormat format) {
    return format == TranscriptFormat::text ? "text/plain" : "application/json";
}

std::string transcription_body(const TranscriptionRequest& request, std::string_view text) {
    if (request.format == TranscriptFormat::text) return std::string(text);
    std::string body;
    json::ObjectWriter writer(body);
    if (request.format == TranscriptFormat::verbose_json) {
        const bool translates = request.task == SpeechTask::translate;
        const std::string spoken = request.language.empty() ? "unknown" : request.language;
        writer.text("task", translates ? "translate" : "transcribe")
            .text("language", translates ? "english" : spoken);
        json::append_double(writer.key("duration"), request.seconds);
    }
    writer.text("text", text).end();
    return body += '\n';
}

void TranscriptStream::piece(std::string& out, std::string_view text) {
    const auto kept = trim_right(text);
    if (kept.empty()) {
        blanks_ += text;
        return;
    }
    std::string delta = blanks_.append(kept);
    blanks_ = text.substr(kept.size());
    if (said_.empty()) delta = trim_left(delta);
    said_ += delta;
    std::string frame;
    json::ObjectWriter(frame).text("type", "transcript.text.delta").text("delta", delta).end();
    sse::append_data(out, frame);
}

void TranscriptStream::end(std::string& out, const Usage& usage) {
    std::string frame;
    json::ObjectWriter writer(frame);
    writer.text("type", "transcript.text.done").text("text", said_);
    json::ObjectWriter counts(writer.key("usage"));
    counts.text("type", "tokens")
        .integer("input_tokens", usage.n_prompt)
        .integer("output_tokens", usage.n_generated)
        .integer("total_tokens", usage.n_prompt + usage.n_generated)
        .end();
    writer.end();
    sse::append_data(out, frame);
}

}  // namespace corral::api::openai
