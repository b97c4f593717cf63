#include <gtest/gtest.h>

#include "api/openai/responses_request.h"
#include "api/openai/responses_stream.h"
#include "api/openai/responses_tools.h"

namespace corral::api::openai {
namespace {

std::string fixed_id(std::string_view prefix) {
    return std::string(prefix) + (prefix == "rs" ? "_108" : "_234207");
}

ResponseStream stream_of(std::set<std::string, std::less<>> custom = {}) {
    return {{"resp_481516", "qwen3:8b", 1790000000, {}}, std::move(custom), fixed_id};
}

wire::Delta response_delta(std::string thinking, std::string content) {
    wire::Delta delta;
    delta.thinking = std::move(thinking);
    delta.content = std::move(content);
    return delta;
}

wire::Delta call_of(std::string name, std::string arguments) {
    wire::Delta delta;
    delta.tool_calls = {{"call_9x2k4m7p", 0, std::move(name), std::move(arguments)}};
    return delta;
}

// The frames without their response objects, which the source leaves out too.
std::string without_responses(std::string frames) {
    constexpr std::string_view kMark = R"("response":{)";
    for (auto at = frames.find(kMark); at != std::string::npos; at = frames.find(kMark, at + 1)) {
        const auto end = frames.find(R"(},"sequence_number")", at);
        frames.replace(at, end + 1 - at, R"("response":{…})");
    }
    return frames;
}

std::vector<std::string> event_names(std::string_view frames) {
    std::vector<std::string> names;
    constexpr std::string_view kMark = "event: ";
    for (auto at = frames.find(kMark); at != std::string_view::npos;
         at = frames.find(kMark, at + 1)) {
        const auto line = frames.substr(at + kMark.size());
        names.emplace_back(line.substr(0, line.find('\n')));
    }
    return names;
}

TEST(ResponseStream, IsTheGoldenTrace) {  // openai-anthropic-api.md 16.2, with the parts of 15.3
    auto stream = stream_of();
    std::string out;
    stream.piece(out, response_delta("2+2", ""));
    stream.piece(out, response_delta("", "4"));
    stream.complete(out, {}, 1790000002);
    EXPECT_EQ(without_responses(out), R"(event: response.created
data: {"response":{…},"sequence_number":0,"type":"response.created"}

event: response.in_progress
data: {"response":{…},"sequence_number":1,"type":"response.in_progress"}

event: response.output_item.added
data: {"item":{"id":"rs_108","summary":[],"type":"reasoning"},"output_index":0,"sequence_number":2,"type":"response.output_item.added"}

event: response.reasoning_summary_part.added
data: {"item_id":"rs_108","output_index":0,"part":{"text":"","type":"summary_text"},"sequence_number":3,"summary_index":0,"type":"response.reasoning_summary_part.added"}

event: response.reasoning_summary_text.delta
data: {"delta":"2+2","item_id":"rs_108","output_index":0,"sequence_number":4,"summary_index":0,"type":"response.reasoning_summary_text.delta"}

event: response.reasoning_summary_text.done
data: {"item_id":"rs_108","output_index":0,"sequence_number":5,"summary_index":0,"text":"2+2","type":"response.reasoning_summary_text.done"}

event: response.reasoning_summary_part.done
data: {"item_id":"rs_108","output_index":0,"part":{"text":"2+2","type":"summary_text"},"sequence_number":6,"summary_index":0,"type":"response.reasoning_summary_part.done"}

event: response.output_item.done
data: {"item":{"encrypted_content":"2+2","id":"rs_108","summary":[{"text":"2+2","type":"summary_text"}],"type":"reasoning"},"output_index":0,"sequence_number":7,"type":"response.output_item.done"}

event: response.output_item.added
data: {"item":{"content":[],"id":"msg_234207","role":"assistant","status":"in_progress","type":"message"},"output_index":1,"sequence_number":8,"type":"response.output_item.added"}

event: response.content_part.added
data: {"content_index":0,"item_id":"msg_234207","output_index":1,"part":{"annotations":[],"logprobs":[],"text":"","type":"output_text"},"sequence_number":9,"type":"response.content_part.added"}

event: response.output_text.delta
data: {"content_index":0,"delta":"4","item_id":"msg_234207","logprobs":[],"output_index":1,"sequence_number":10,"type":"response.output_text.delta"}

event: response.output_text.done
data: {"content_index":0,"item_id":"msg_234207","logprobs":[],"output_index":1,"sequence_number":11,"text":"4","type":"response.output_text.done"}

event: response.content_part.done
data: {"content_index":0,"item_id":"msg_234207","output_index":1,"part":{"annotations":[],"logprobs":[],"text":"4","type":"output_text"},"sequence_number":12,"type":"response.content_part.done"}

event: response.output_item.done
data: {"item":{"content":[{"annotations":[],"logprobs":[],"text":"4","type":"output_text"}],"id":"msg_234207","role":"assistant","status":"completed","type":"message"},"output_index":1,"sequence_number":13,"type":"response.output_item.done"}

event: response.completed
data: {"response":{…},"sequence_number":14,"type":"response.completed"}

)");
}

TEST(ResponseStream, ClosesTextBeforeACall) {  // 16.2b
    auto stream = stream_of();
    std::string out;
    stream.piece(out, response_delta("", "Checking."));
    stream.piece(out, call_of("get_weather", R"({"city":"Oslo"})"));
    stream.complete(out, {}, 1790000002);
    EXPECT_EQ(event_names(out),
              (std::vector<std::string>{
                  "response.created", "response.in_progress", "response.output_item.added",
                  "response.content_part.added", "response.output_text.delta",
                  "response.output_text.done", "response.content_part.done",
                  "response.output_item.done", "response.output_item.added",
                  "response.function_call_arguments.delta", "response.function_call_arguments.done",
                  "response.output_item.done", "response.completed"}));
    ASSERT_EQ(stream.output().size(), 2U);
    EXPECT_EQ(
        stream.output()[1],
        R"({"id":"fc_234207","type":"function_call","status":"completed",)"
        R"("call_id":"call_9x2k4m7p","name":"get_weather","arguments":"{\"city\":\"Oslo\"}"})");
}

wire::Delta call_piece_of(std::string name, std::string arguments) {
    wire::Delta delta;
    delta.call_pieces = {{0, "call_9x2k4m7p", std::move(name), std::move(arguments)}};
    return delta;
}

TEST(ResponseStream, TellsCallsInPieces) {  // 15.2
    auto stream = stream_of();
    std::string out;
    stream.piece(out, call_piece_of("get_weather", R"({"city":)"));
    stream.piece(out, call_piece_of("get_weather", R"( "Oslo"})"));
    stream.piece(out, call_of("get_weather", R"({"city":"Oslo"})"));
    stream.complete(out, {}, 1790000002);
    EXPECT_EQ(event_names(out),
              (std::vector<std::string>{
                  "response.created", "response.in_progress", "response.output_item.added",
                  "response.function_call_arguments.delta",
                  "response.function_call_arguments.delta", "response.function_call_arguments.done",
                  "response.output_item.done", "response.completed"}));
    ASSERT_EQ(stream.output().size(), 1U);
    EXPECT_EQ(
        stream.output()[0],
        R"({"id":"fc_234207","type":"function_call","status":"completed",)"
        R"("call_id":"call_9x2k4m7p","name":"get_weather","arguments":"{\"city\": \"Oslo\"}"})");
}

TEST(ResponseStream, ACallThatIsCutOffIsIncomplete) {
    auto stream = stream_of();
    std::string out;
    stream.piece(out, call_piece_of("get_weather", R"({"city":)"));
    wire::Done done;
    done.reason = wire::DoneReason::length;
    stream.complete(out, done, 1790000002);
    ASSERT_EQ(stream.output().size(), 1U);
    EXPECT_TRUE(stream.output()[0].contains(R"("status":"incomplete")"));
    const std::vector<std::string> items = {message_item("m", "user", "hi"), stream.output()[0]};
    const auto messages = assemble_items(items, 0);
    ASSERT_TRUE(messages) << messages.error().message;
    EXPECT_EQ(messages->size(), 1U) << "a model that reads it did not call";
}

TEST(ResponseStream, TellsTheTextOfCustomToolsWhole) {
    auto stream = stream_of({"patch"});
    std::string out;
    stream.piece(out, call_piece_of("patch", R"({"input":"x"})"));
    stream.piece(out, call_of("patch", R"({"input":"x"})"));
    EXPECT_FALSE(out.contains("function_call_arguments"));
    EXPECT_TRUE(out.contains("response.custom_tool_call_input.done"));
}

TEST(ResponseStream, IsTheGoldenObject) {  // 8.4
    auto stream = stream_of();
    std::string out;
    stream.piece(out, response_delta("2+2", "4"));
    wire::Done done;
    done.timings.n_prompt = 14;
    done.timings.n_generated = 9;
    stream.complete(out, done, 1790000002);
    EXPECT_EQ(
        stream.body(),
        R"({"id":"resp_481516","object":"response","created_at":1790000000,)"
        R"("completed_at":1790000002,"status":"completed","incomplete_details":null,)"
        R"("model":"qwen3:8b","previous_response_id":null,"instructions":null,"output":[)"
        R"({"id":"rs_108","type":"reasoning","summary":[{"type":"summary_text","text":"2+2"}],)"
        R"("encrypted_content":"2+2"},{"id":"msg_234207","type":"message","status":"completed",)"
        R"("role":"assistant","content":[{"type":"output_text","text":"4","annotations":[],)"
        R"("logprobs":[]}]}],"error":null,"tools":[],"tool_choice":"auto",)"
        R"("truncation":"disabled","parallel_tool_calls":true,"text":{"format":{"type":"text"}},)"
        R"("top_p":1,"presence_penalty":0,"frequency_penalty":0,"top_logprobs":0,)"
        R"("temperature":1,"reasoning":null,"usage":{"input_tokens":14,"output_tokens":9,)"
        R"("total_tokens":23,"input_tokens_details":{"cached_tokens":0},)"
        R"("output_tokens_details":{"reasoning_tokens":0}},"max_output_tokens":null,)"
        R"("max_tool_calls":null,"store":true,"background":false,"service_tier":"default",)"
        R"("metadata":{},"user":null,"safety_identifier":null,"prompt_cache_key":null})");
}

TEST(ResponseStream, ThinksAgainAfterText) {
    auto stream = stream_of();
    std::string out;
    for (const auto& delta : {response_delta("a", ""), response_delta("", "b"),
                              response_delta("c", ""), response_delta("", "d")})
        stream.piece(out, delta);
    stream.complete(out, {}, 1);
    ASSERT_EQ(stream.output().size(), 4U);
    for (std::size_t i = 0; i < 4; ++i)
        EXPECT_NE(stream.output()[i].find(i % 2 == 0 ? "reasoning" : "message"), std::string::npos);
}

TEST(ResponseStream, EndsWithWhatItHas) {  // 15.1
    auto failed = stream_of();
    std::string out;
    failed.piece(out, response_delta("", "half"));
    failed.fail(out, "the runner is gone");
    EXPECT_EQ(event_names(out).back(), "response.failed");
    EXPECT_NE(out.find(R"("error":{"code":"server_error","message":"the runner is gone"})"),
              std::string::npos);
    EXPECT_NE(failed.output().front().find(R"("status":"incomplete")"), std::string::npos);

    auto cancelled = stream_of();
    EXPECT_NE(cancelled.cancelled_body().find(R"("status":"cancelled")"), std::string::npos);
    out.clear();
    cancelled.cancel(out);
    EXPECT_EQ(event_names(out).back(), "response.incomplete");

    auto cut = stream_of();
    wire::Done done;
    done.reason = wire::DoneReason::length;
    out.clear();
    cut.complete(out, done, 1);
    EXPECT_EQ(event_names(out).back(), "response.completed");
    EXPECT_NE(cut.body().find(R"("status":"incomplete","incomplete_details":{"reason":)"
                              R"("max_output_tokens"})"),
              std::string::npos);
    EXPECT_EQ(cut.output().size(), 1U) << "a message, even without text";
}

TEST(ResponseStream, CallsCustomTools) {  // 15.3
    auto stream = stream_of({"patch"});
    std::string out;
    stream.piece(out, call_of("patch", R"({"input":"*** Begin"})"));
    EXPECT_EQ(stream.output().front(),
              R"({"id":"ctc_234207","type":"custom_tool_call","status":"completed",)"
              R"("call_id":"call_9x2k4m7p","name":"patch","input":"*** Begin"})");
    EXPECT_EQ(event_names(out)[3], "response.custom_tool_call_input.delta");
}

Result<ResponseRequest> decoded(std::string_view fields) {
    return decode_response(fmt::format(R"({{"model":"m",{}}})", fields), fixed_id);
}

// The conversation as one line.
std::string conversation(std::string_view items) {
    auto request = decoded(fmt::format(R"("input":{})", items));
    if (!request) return request.error().message;
    if (const auto made = request->converse({}); !made) return made.error().message;
    std::string line;
    for (const auto& message : request->native.messages) {
        line += message.role + ":" + message.content;
        if (!message.thinking.empty()) line += "{" + message.thinking + "}";
        for (const auto& image : message.images) line += "(" + image + ")";
        if (!message.tool_call_id.empty()) line += "<" + message.tool_call_id;
        if (!message.tool_name.empty()) line += "=" + message.tool_name;
        for (const auto& call : message.tool_calls)
            line += "[" + call.id + " " + call.name + call.arguments_json + "]";
        line += " ";
    }
    return line;
}

TEST(ResponseInput, BecomesAConversation) {  // 8.2, 15.3, 16.4
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"("hi")", "user:hi "},
        {R"([{"role":"developer","content":[{"type":"input_text","text":"a"},)"
         R"({"type":"input_text","text":"b"}]}])",
         "system:ab "},
        {R"([{"role":"user","content":"q"},{"type":"reasoning","encrypted_content":"T"},)"
         R"({"role":"assistant","content":"A"},)"
         R"({"type":"function_call","call_id":"c1","name":"f","arguments":"{\"x\": 1}"},)"
         R"({"type":"function_call","call_id":"c2","name":"g","arguments":""},)"
         R"({"type":"function_call_output","call_id":"c1","output":"ok"}])",
         R"(user:q assistant:A{T}[c1 f{"x":1}][c2 g{}] tool:ok<c1=f )"},
        {R"([{"role":"user","content":"q"},{"type":"function_call","call_id":"c1","name":"f"},)"
         R"({"role":"assistant","content":"note"},)"
         R"({"type":"function_call_output","call_id":"c1","output":[)"
         R"({"type":"input_text","text":"ok"}]}])",
         "user:q assistant:note[c1 f{}] tool:ok<c1=f "},
        {R"([{"type":"function_call","call_id":"c1","name":"f"},{"type":"function_call_output",)"
         R"("call_id":"c1","output":[{"type":"input_text","text":"seen"},)"
         R"({"type":"input_image","image_url":"data:image/png;base64,aGk="}]}])",
         "assistant:[c1 f{}] tool:seen(hi)<c1=f "},
        {R"([{"role":"user","content":"q"},{"type":"reasoning","summary":[{"text":"T"}]}])",
         "user:q assistant:{T} "},
        {R"([{"type":"custom_tool_call","call_id":"c","name":"p","input":"x"},)"
         R"({"type":"custom_tool_call_output","call_id":"c","output":"y"}])",
         R"(assistant:[c p{"input":"x"}] tool:y<c=p )"},
        {R"([{"type":"web_search_call"},{"type":"mcp_list_tools"},{"type":"computer_call"},)"
         R"({"type":"computer_call_output","output":{"image_url":"x"}},{"role":"user"}])",
         "user: "},
        {R"([{"content":"x"}])", "input[0]: input item missing required 'type' field"},
        {R"(5)", "input must be a string or array: 5"},
        {R"([{"role":"user","content":[{"type":"video"}]}])",
         "input[0]: content[0]: unknown content type: video"},
        {R"([{"role":"user","content":[{"type":"input_file","file_id":"f"}]}])",
         "file inputs are not currently supported"},
    };
    for (const auto& [items, expected] : rows) EXPECT_EQ(conversation(items), expected) << items;
}

TEST(ResponseInput, FollowsWhatCameBefore) {
    auto request = decoded(R"("input":"and?","instructions":"be kind")");
    ASSERT_TRUE(request);
    ASSERT_TRUE(request->converse({message_item("msg_1", "user", "hi")}));
    const auto& messages = request->native.messages;
    ASSERT_EQ(messages.size(), 3U);
    EXPECT_EQ(messages[0].role, "system");
    EXPECT_EQ(messages[1].content, "hi");
    EXPECT_EQ(messages[2].content, "and?");
}

TEST(ResponseRequest, TakesWhatItCan) {
    const auto request =
        decoded(R"("text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"}}},)"
                R"("max_output_tokens":5,"reasoning":{"effort":"none"},"metadata":{"a":"b"})");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->native.format_json, R"({"type":"object"})");
    EXPECT_EQ(request->native.options_json, R"({"temperature":1,"num_predict":5})");
    EXPECT_EQ(request->native.think, wire::Thinking::off);
    EXPECT_EQ(request->echo.metadata, R"({"a":"b"})");
    EXPECT_EQ(request->echo.reasoning, R"({"effort":"none"})");
    EXPECT_EQ(decoded(R"("text":{"format":{"type":"json_object"}})")->native.format_json,
              R"("json")");
    for (const auto* refused : {R"("background":true)", R"("conversation":"c")",
                                R"("prompt":{"id":"p"})", R"("top_logprobs":21)"})
        EXPECT_FALSE(decoded(refused)) << refused;
}

TEST(ResponseRequest, ChoosesTools) {  // 15.5
    const auto request =
        decoded(R"("tools":[{"type":"function","name":"f"},{"type":"custom","name":"g"}],)"
                R"("tool_choice":{"type":"custom","name":"g"},"parallel_tool_calls":false)");
    ASSERT_TRUE(request) << request.error().message;
    EXPECT_EQ(request->native.tool_use.choice, wire::ToolChoice::required);
    EXPECT_EQ(request->native.tool_use.allowed, std::vector<std::string>{"g"});
    EXPECT_TRUE(request->native.tool_use.one_call);
    EXPECT_EQ(request->echo.tool_choice, R"({"type":"custom","name":"g"})");
    EXPECT_EQ(request->echo.parallel_tool_calls, "false");
    EXPECT_FALSE(decoded(R"("tool_choice":"required")")) << "there are no tools";
}

TEST(ResponseTools, ComeInManyForms) {  // 8.3
    const auto body = json::parse(
        R"([{"type":"function","name":"f","parameters":{"type":"object","properties":{}}},)"
        R"({"type":"namespace","name":"ns","tools":[{"type":"function","name":"g"},)"
        R"({"type":"function","name":"ns.h"}]},{"type":"web_search"},)"
        R"({"type":"custom","name":"patch","description":"d"}])");
    ASSERT_TRUE(body);
    const auto tools = decode_response_tools(*body);
    ASSERT_TRUE(tools) << tools.error().message;
    for (const auto* name :
         {R"("name":"f")", R"("name":"ns.g")", R"("name":"ns.h")", R"("name":"patch")"})
        EXPECT_NE(tools->native_json.find(name), std::string::npos) << name;
    EXPECT_EQ(tools->native_json.find("web_search"), std::string::npos);
    EXPECT_TRUE(tools->custom.contains("patch"));
    const auto strict = json::parse(
        R"([{"type":"function","name":"f","strict":true,"parameters":{"minProperties":1}}])");
    EXPECT_EQ(decode_response_tools(*strict)->native_json,
              R"([{"type":"function","function":{"name":"f","parameters":{"minProperties":1},)"
              R"("strict":true}}])");
    EXPECT_TRUE(tools->echo_json.starts_with(
        R"([{"type":"function","name":"f","description":null,"strict":null,"parameters":)"));
}

}  // namespace
}  // namespace corral::api::openai
