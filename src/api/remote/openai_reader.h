#pragma once

// Purpose: answers of OpenAI's chat/completions and completions: server-sent events. Internal to
// api/remote.
//
// Tool calls are told in pieces, as they come, and once more when they are complete.
// Usage comes in an event of its own after the last piece, so Done waits for [DONE] or the end of
// the stream.

#include <string>
#include <vector>

#include "api/json/value.h"
#include "api/remote/answer_reader.h"
#include "api/remote/sse_splitter.h"
#include "parse/compact_json.h"

namespace corral::api::remote {

class OpenAiReader final : public AnswerReader {
public:
    OpenAiReader();
    void read(std::string_view bytes, std::vector<sched::Event>& events) override;
    void finish(std::vector<sched::Event>& events) override;

private:
    void take_data(std::string_view data);
    void take(SseSplitter::Outcome outcome);
    void take_choice(const json::Value& choice);
    void take_usage(const json::Value& usage);
    void take_call_piece(const json::Value& piece, wire::Delta& delta);
    struct Call : wire::ToolCall {
        parse::CompactJson told;  // its arguments as they were told
        std::size_t n_told = 0;   // of their bytes
    };
    void tell_more(Call& call, wire::Delta& delta) const;
    Call* call_for(const json::Value& piece);
    void tell_calls();
    void complete();
    void end(sched::Event last);

    SseSplitter events_in_;
    std::vector<sched::Event>* events_ = nullptr;  // of the running call
    std::vector<Call> calls_;                      // not complete yet
    std::size_t call_bytes_ = 0;
    wire::Done done_;
    bool has_finished_ = false;  // a finish_reason came
    bool ended_ = false;
};

}  // namespace corral::api::remote
