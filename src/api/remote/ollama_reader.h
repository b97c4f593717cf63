#pragma once

// Purpose: answers of Ollama's /api/chat and /api/generate: one JSON object a line. Internal to
// api/remote.

#include <string>
#include <vector>

#include "api/remote/answer_reader.h"
#include "http/line_splitter.h"

namespace corral::api::remote {

class OllamaReader final : public AnswerReader {
public:
    OllamaReader();
    void read(std::string_view bytes, std::vector<sched::Event>& events) override;
    void finish(std::vector<sched::Event>& events) override;

private:
    void take_line(std::string_view line);
    void take(http::LineSplitter::Outcome outcome);
    void end(sched::Event last);

    http::LineSplitter lines_;
    std::vector<sched::Event>* events_ = nullptr;  // of the running call
    bool ended_ = false;
};

}  // namespace corral::api::remote
