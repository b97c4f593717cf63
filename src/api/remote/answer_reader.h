#pragma once

// Purpose: what a remote answers, byte by byte, as the events a runner would send.
//
// The pieces may be cut anywhere. Of a tool call only the whole is told. An answer is complete only
// if the remote said so: one that merely ends becomes Failed, so that no half answer passes for a
// whole one. After Done or Failed a reader takes no notice of what follows.
//
// Bounds: kMaxLineBytes a line, kMaxVectorsBytes all vectors, kMaxToolCalls calls,
// kMaxToolCallBytes of names and arguments. Source: native-api.md 8.5, 8.6; OpenAI's reference of
// chat/completions and completions; the HTML standard's server-sent events.

#include <cstddef>
#include <memory>
#include <string_view>
#include <vector>

#include "sched/event_queue.h"

namespace corral::api::remote {

inline constexpr std::size_t kMaxLineBytes = std::size_t{16} << 20;
inline constexpr std::size_t kMaxVectorsBytes = std::size_t{64} << 20;
inline constexpr std::size_t kMaxToolCalls = 1024;
inline constexpr std::size_t kMaxToolCallBytes = std::size_t{16} << 20;

class AnswerReader {
public:
    virtual ~AnswerReader() = default;
    // Appends the events that the next bytes of the answer complete.
    virtual void read(std::string_view bytes, std::vector<sched::Event>& events) = 0;
    // The answer has ended.
    virtual void finish(std::vector<sched::Event>& events) = 0;
};

// For ModelConfig::remote_api.
std::unique_ptr<AnswerReader> make_answer_reader(std::string_view remote_api);

// For the whole answer to an embedding request, which becomes Embedded or Failed at its end.
std::unique_ptr<AnswerReader> make_vectors_reader(std::string_view remote_api, std::size_t n_texts);

// The same for a rerank request: one score for each document, in the order of the documents.
std::unique_ptr<AnswerReader> make_scores_reader(std::size_t n_documents);

// Such answers. Errors: corrupt.
[[nodiscard]] Result<wire::Embedded> read_scores(std::string_view body, std::size_t n_documents);
[[nodiscard]] Result<wire::Embedded> read_vectors(std::string_view remote_api,
                                                  std::string_view body, std::size_t n_texts);

}  // namespace corral::api::remote
