#include "api/remote/answer_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "models/remote.h"

namespace corral::api::remote {
namespace {

// One line for every event: "content=…", "thinking=…", "call=…", "done=…" or "failed=…".
std::string told(const std::vector<sched::Event>& events) {
    std::string text;
    for (const auto& event : events) {
        if (const auto* delta = std::get_if<wire::Delta>(&event)) {
            if (!delta->thinking.empty()) text += "thinking=" + delta->thinking + "\n";
            if (!delta->content.empty()) text += "content=" + delta->content + "\n";
            for (const auto& piece : delta->call_pieces) {
                text += fmt::format("piece={} {} {} {}\n", piece.index, piece.id, piece.name,
                                    piece.arguments);
            }
            for (const auto& call : delta->tool_calls) {
                text += fmt::format("call={} {} {} {}\n", call.index, call.id, call.name,
                                    call.arguments_json);
            }
            for (const auto& entry : delta->logprobs) {
                text += fmt::format("logprob={} {} of {}\n", entry.chosen.token,
                                    entry.chosen.logprob, entry.top.size());
            }
        } else if (const auto* done = std::get_if<wire::Done>(&event)) {
            text += fmt::format("done={} {}+{}\n",
                                done->reason == wire::DoneReason::length ? "length" : "stop",
                                done->timings.n_prompt, done->timings.n_generated);
        } else if (const auto* failed = std::get_if<wire::Failed>(&event)) {
            text += fmt::format("failed={} {}\n", failed->http_status, failed->message);
        }
    }
    return text;
}

// Every way to cut the bytes has to tell the same.
void check(std::string_view api, std::string_view bytes, std::string_view expected) {
    for (const std::size_t piece : {bytes.size() + 1, std::size_t{1}, std::size_t{7}}) {
        const auto reader = make_answer_reader(api);
        std::vector<sched::Event> events;
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            reader->read(bytes.substr(at, piece), events);
        }
        reader->finish(events);
        EXPECT_EQ(told(events), expected) << "in pieces of " << piece;
    }
}

TEST(OllamaReader, ReadsChats) {
    check(
        models::kOllamaApi,
        R"({"model":"m","message":{"role":"assistant","content":"","thinking":"hm"},"done":false})"
        "\n"
        R"({"message":{"role":"assistant","content":"Hi"},"logprobs":[{"token":"Hi","logprob":-0.5,"top_logprobs":[{"token":"a","logprob":-1}]}],"done":false})"
        "\r\n\n"
        R"({"message":{"content":"","tool_calls":[{"id":"c1","function":{"index":0,"name":"f","arguments":{"b":1,"a":[2]}}}]},"done":false})"
        "\n"
        R"({"message":{"content":""},"done":true,"done_reason":"length","prompt_eval_count":5,"eval_count":2})",
        "thinking=hm\ncontent=Hi\nlogprob=Hi -0.5 of 1\ncall=0 c1 f {\"b\":1,\"a\":[2]}\n"
        "done=length 5+2\n");
}

TEST(OllamaReader, ReadsGenerations) {
    check(models::kOllamaApi,
          "{\"response\":\"a\",\"done\":false}\n"
          "{\"response\":\"b\",\"done\":true,\"done_reason\":\"stop\"}\nrubbish",
          "content=a\ncontent=b\ndone=stop 0+0\n");
}

TEST(OllamaReader, TakesNoHalfAnswerForAWholeOne) {
    check(models::kOllamaApi, "", "failed=502 the answer ended before it was complete\n");
    check(models::kOllamaApi, "{\"response\":\"a\",\"done\":false}\n{\"response\":\"b\",\"do",
          "content=a\nfailed=502 the answer is not the JSON of Ollama's API\n");
    check(models::kOllamaApi, "{\"response\":\"a\",\"done\":false}\n",
          "content=a\nfailed=502 the answer ended before it was complete\n");
    check(models::kOllamaApi, "{\"response\":\"a\"}\n{\"error\":\"it broke\"}\n",
          "content=a\nfailed=500 it broke\n");
    check(models::kOllamaApi, "<html>\n",
          "failed=502 the answer is not the JSON of Ollama's API\n");
}

TEST(OpenAiReader, ReadsChats) {
    check(
        models::kOpenAiApi,
        ": ping\n\n"
        "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"reasoning_content\":\"hm\"}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{\"reasoning\":\"!\"}}]}\r\n\r\n"
        "event: message\n"
        "data:{\"choices\":[{\"delta\":{\"content\":\"Hi\"},\"logprobs\":{\"content\":[{\"token\":"
        "\"Hi\",\"logprob\":-0.5,\"top_logprobs\":[]}]}}]}\n\n"
        "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":2}}\n\n"
        "data: [DONE]\n\n"
        "data: {\"choices\":[{\"delta\":{\"content\":\"late\"}}]}\n\n",
        "thinking=hm\nthinking=!\ncontent=Hi\nlogprob=Hi -0.5 of 0\ndone=stop 5+2\n");
}

TEST(OpenAiReader, PutsToolCallsTogether) {
    check(
        models::kOpenAiApi,
        R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":""}}]}}]})"
        "\n\n"
        R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\":"}}]}}]})"
        "\n\n"
        R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"1}"}},{"index":1,"id":"b","function":{"name":"g"}}]}}]})"
        "\n\n"
        R"(data: {"choices":[{"delta":{},"finish_reason":"tool_calls"}]})"
        "\n\n",
        "piece=0 a f {\"x\":\npiece=0 a f 1}\ncall=0 a f {\"x\":1}\ncall=1 b g {}\ndone=stop "
        "0+0\n");
    // Some servers leave the index out.
    check(
        models::kOpenAiApi,
        R"(data: {"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"g","arguments":"{"}},{"function":{"arguments":"}"}}]},"finish_reason":"tool_calls"}]})"
        "\n\ndata: [DONE]",
        "piece=0 a f {}\npiece=1 b g {}\ncall=0 a f {}\ncall=1 b g {}\ndone=stop 0+0\n");
    // Where they come in turns, the second one is told behind the first.
    check(
        models::kOpenAiApi,
        R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{"}},{"index":1,"id":"b","function":{"name":"g","arguments":"{"}}]}}]})"
        "\n\n"
        R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":" }"}},{"index":1,"function":{"arguments":"}"}}]},"finish_reason":"tool_calls"}]})"
        "\n\ndata: [DONE]",
        "piece=0 a f {\npiece=0 a f }\npiece=1 b g {}\ncall=0 a f { }\ncall=1 b g {}\ndone=stop "
        "0+0\n");
}

TEST(OpenAiReader, ReadsCompletions) {
    check(models::kOpenAiApi,
          "data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":null}]}\n\n"
          "data: {\"choices\":[{\"text\":\"b\",\"finish_reason\":\"length\"}]}\n\ndata: [DONE]\n\n",
          "content=a\ncontent=b\ndone=length 0+0\n");
}

TEST(OpenAiReader, TakesNoHalfAnswerForAWholeOne) {
    const std::string piece = "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n";
    check(models::kOpenAiApi, "", "failed=502 the answer ended before it was complete\n");
    check(models::kOpenAiApi, piece,
          "content=a\nfailed=502 the answer ended before it was complete\n");
    check(models::kOpenAiApi, piece + "data: [DONE]\n\n",
          "content=a\nfailed=502 the answer ended before it was complete\n");
    check(models::kOpenAiApi, piece + "data: {\"choices\":[{\"de",
          "content=a\nfailed=502 the answer is not the JSON of OpenAI's API\n");
    check(models::kOpenAiApi, piece + "data: {\"error\":{\"message\":\"it broke\"}}\n\n",
          "content=a\nfailed=500 it broke\n");
    // Half a tool call is none.
    check(
        models::kOpenAiApi,
        R"(data: {"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f"}}]}}]})"
        "\n\n",
        "failed=502 the answer ended before it was complete\n");
}

TEST(AnswerReader, HasBounds) {
    const std::string endless(kMaxLineBytes + 10, 'x');
    check(models::kOllamaApi, endless, "failed=502 a line of the answer is too long\n");
    check(models::kOpenAiApi, "data: " + endless,
          "failed=502 an event of the answer is too long\n");
}

TEST(ReadVectors, ReadsBothForms) {
    const auto ours = read_vectors(models::kOllamaApi,
                                   R"({"embeddings":[[1,2],[3,4]],"prompt_eval_count":7})", 2);
    ASSERT_TRUE(ours);
    EXPECT_EQ(ours->values, (std::vector<float>{1, 2, 3, 4}));
    EXPECT_EQ(ours->width, 2);
    EXPECT_EQ(ours->n_tokens, 7);
    const auto theirs = read_vectors(
        models::kOpenAiApi, R"({"data":[{"embedding":[0.5]}],"usage":{"prompt_tokens":3}})", 1);
    ASSERT_TRUE(theirs);
    EXPECT_EQ(theirs->values, (std::vector<float>{0.5}));
    EXPECT_EQ(theirs->n_tokens, 3);
}

TEST(ReadVectors, RefusesWhatDoesNotFit) {
    for (const char* wrong : {"", "[]", "{}", R"({"embeddings":[[1]]})",
                              R"({"embeddings":[[1],[1,2]]})", R"({"embeddings":[[1],["x"]]})",
                              R"({"embeddings":[[],[]]})", R"({"embeddings":[[1],[1],[1]]})"}) {
        EXPECT_FALSE(read_vectors(models::kOllamaApi, wrong, 2)) << wrong;
    }
}

TEST(ReadScores, PutsThemInTheOrderOfTheDocuments) {
    const auto scores = read_scores(
        R"({"results":[{"index":1,"relevance_score":2.5},{"index":0,"relevance_score":-1}],)"
        R"("usage":{"total_tokens":9}})",
        2);
    ASSERT_TRUE(scores) << scores.error().message;
    EXPECT_EQ(scores->values, (std::vector<float>{-1, 2.5}));
    EXPECT_EQ(scores->n_tokens, 9);
    for (const auto* body :
         {"{}", R"({"results":[{"index":0,"relevance_score":1}]})",
          R"({"results":[{"index":0,"relevance_score":1},{"index":0,"relevance_score":1}]})",
          R"({"results":[{"index":0,"relevance_score":1},{"index":-1,"relevance_score":1}]})",
          R"({"results":[{"index":0,"relevance_score":1},{"index":1,"relevance_score":"x"}]})"})
        EXPECT_FALSE(read_scores(body, 2)) << body;
}

}  // namespace
}  // namespace corral::api::remote
