#include "api/anthropic/request.h"

#include <gtest/gtest.h>

#include "api/anthropic/blocks.h"

namespace corral::api::anthropic {
namespace {

std::string body_with(std::string_view more) {
    return fmt::format(
        R"({{"model":"m","max_tokens":9,"messages":[{{"role":"user","content":"hi"}}]{}}})", more);
}
std::string with_messages(std::string_view list) {
    return fmt::format(R"({{"model":"m","max_tokens":9,"messages":{}}})", list);
}
MessagesRequest decoded(const std::string& body) {
    auto request = decode_request(body);
    EXPECT_TRUE(request) << (request ? "" : request.error().message);
    return request ? std::move(*request) : MessagesRequest{};
}
std::string error_of(const std::string& body) {
    const auto request = decode_request(body);
    return request ? "none" : request.error().message;
}
// `role:content(thinking)[images]{calls}` of each message, results with their call and tool.
std::string summary(const MessagesRequest& request) {
    std::string out;
    for (const auto& message : request.native.messages) {
        if (!out.empty()) out += " | ";
        out += message.role + ":" + message.content;
        if (!message.thinking.empty()) out += "(" + message.thinking + ")";
        for (const auto& image : message.images) out += "[" + image + "]";
        for (const auto& call : message.tool_calls)
            out += "{" + call.id + " " + call.name + call.arguments_json + "}";
        if (!message.tool_call_id.empty())
            out += "<" + message.tool_call_id + " " + message.tool_name + ">";
    }
    return out;
}

TEST(MessagesRequest, IsCheckedInOrder) {  // openai-anthropic-api.md 10.1
    EXPECT_EQ(error_of(""), "EOF");
    EXPECT_EQ(error_of("{"), "unexpected EOF");
    EXPECT_EQ(error_of("{}"), "model is required");
    EXPECT_EQ(error_of(R"({"model":"m"})"), "max_tokens is required and must be positive");
    EXPECT_EQ(error_of(R"({"model":"m","max_tokens":1})"), "messages is required");
    EXPECT_EQ(error_of(R"({"model":"m","max_tokens":"x"})"),
              "json: cannot unmarshal string into Go struct field MessagesRequest.max_tokens of "
              "type int");
    EXPECT_TRUE(decode_count(R"({"model":"m","messages":[{"role":"user","content":"x"}]})"));
}

TEST(MessagesRequest, HasOptions) {  // 10.2
    const auto request = decoded(body_with(
        R"(,"temperature":0.5,"top_k":3,"stop_sequences":["a"],"stream":true,"metadata":{})"));
    EXPECT_EQ(request.native.options_json,
              R"({"temperature":0.5,"top_k":3,"num_predict":9,"stop":["a"]})");
    EXPECT_TRUE(request.native.streams());
    EXPECT_EQ(request.stop_sequences, std::vector<std::string>{"a"});
    EXPECT_FALSE(decoded(body_with("")).native.streams());
}

TEST(MessagesRequest, LimitsThoughts) {  // 15.4
    EXPECT_EQ(decoded(body_with(R"(,"thinking":{"type":"enabled","budget_tokens":1024})"))
                  .native.options_json,
              R"({"num_predict":9,"num_think":1024})");
    EXPECT_EQ(error_of(body_with(R"(,"thinking":{"type":"enabled","budget_tokens":-1})")),
              "thinking.budget_tokens must not be negative");
}

TEST(MessagesRequest, ThinksAsAsked) {
    const auto think = [](std::string_view more) { return decoded(body_with(more)).native.think; };
    EXPECT_EQ(think(""), wire::Thinking::unset);
    EXPECT_EQ(think(R"(,"thinking":{"type":"enabled","budget_tokens":1024})"), wire::Thinking::on);
    EXPECT_EQ(think(R"(,"thinking":{"type":"disabled"},"output_config":{"effort":"high"})"),
              wire::Thinking::off);
    EXPECT_EQ(think(R"(,"thinking":{"type":"adaptive"},"output_config":{"effort":" XHigh "})"),
              wire::Thinking::high);
    EXPECT_EQ(think(R"(,"output_config":{"effort":"some"})"), wire::Thinking::unset);
    const auto begun = decoded(
        with_messages(R"([{"role":"user","content":"x"},{"role":"assistant","content":"Well,"}])"));
    EXPECT_EQ(begun.native.think, wire::Thinking::off);
}

TEST(MessagesRequest, HasTheConversation) {  // 10.3, 16.4
    EXPECT_EQ(summary(decoded(body_with(R"(,"system":"S")"))), "system:S | user:hi");
    EXPECT_EQ(
        summary(decoded(body_with(
            R"(,"system":[{"type":"text","text":"S","cache_control":{}},{"type":"text","text":"T"}])"))),
        "system:ST | user:hi");
    EXPECT_EQ(
        summary(decoded(with_messages(
            R"([{"role":"User","content":[{"type":"text","text":"a"},{"type":"text","text":"b"},)"
            R"({"type":"image","source":{"type":"base64","media_type":"x","data":"aGk="}}]},)"
            R"({"role":"assistant","content":[{"type":"thinking","thinking":"T","signature":"s"},)"
            R"({"type":"redacted_thinking","data":"x"},{"type":"text","text":"c"},)"
            R"({"type":"tool_use","id":"c1","name":"f","input":{"b":1,"a":2}}]},)"
            R"({"role":"user","content":[{"type":"text","text":"thanks"},)"
            R"({"type":"tool_result","tool_use_id":"c1","content":"sunny"}]}])"))),
        R"(user:ab[hi] | assistant:c(T){c1 f{"b":1,"a":2}} | tool:sunny<c1 f> | user:thanks)");
    EXPECT_EQ(
        summary(decoded(with_messages(
            R"([{"role":"user","content":[{"type":"tool_result","tool_use_id":"c1",)"
            R"("is_error":true,"content":[{"type":"text","text":"a"},{"type":"text","text":"b"},)"
            R"({"type":"image","source":{"type":"base64","data":"aGk="}}]}]}])"))),
        "tool:Error: ab[hi]<c1 >");
    EXPECT_EQ(
        summary(decoded(with_messages(
            R"([{"role":"user","content":[{"type":"document","title":"T","source":)"
            R"({"type":"text","media_type":"text/plain","data":"D"}}]},{"role":"user","content":null}])"))),
        "user:T\n\nD");
}

TEST(MessagesRequest, RefusesWhatItCannotRead) {
    const auto error = [](std::string_view block) {
        return error_of(with_messages(fmt::format(R"([{{"role":"user","content":[{}]}}])", block)));
    };
    EXPECT_EQ(error(R"({"type":"image"})"), "invalid image source");
    EXPECT_EQ(error(R"({"type":"image","source":{"type":"url","url":"ftp://x"}})"), kNoImageUrls);
    EXPECT_EQ(error(R"({"type":"image","source":{"type":"url","url":"http://x"}})"), "none");
    EXPECT_TRUE(error(R"({"type":"image","source":{"type":"base64","data":"%"}})")
                    .starts_with("invalid base64 image data: "));
    EXPECT_EQ(error(R"({"type":"tool_use","name":"f"})"),
              "tool_use block missing required 'id' field");
    EXPECT_EQ(error(R"({"type":"tool_use","id":"f"})"),
              "tool_use block missing required 'name' field");
    EXPECT_EQ(error(R"({"type":"tool_result","tool_use_id":"a","content":[{"type":"image"}]})"),
              "invalid tool_result image source");
    EXPECT_TRUE(error(R"({"type":"document","source":{"type":"base64",)"
                      R"("media_type":"application/pdf","data":"aGk="}})")
                    .starts_with("documents of type application/pdf are not supported"));
    EXPECT_EQ(error_of(with_messages(R"([{"role":"user"}])")), "unexpected end of JSON input");
    EXPECT_EQ(error_of(body_with(R"(,"thread":{"type":"create"})")),
              "message threads are not supported, please send the whole conversation instead");
    EXPECT_EQ(error_of(body_with(R"(,"thread":null)")), "none");
}

TEST(MessagesRequest, OffersTools) {  // 10.4, 15.5
    constexpr std::string_view kTools =
        R"(,"tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":)"
        R"({"a":{"type":"integer"}}}},{"type":"web_search_20250305","name":"web_search"},)"
        R"({"type":"nothing_20250124","name":"nothing"}])";
    const auto with_choice = [&](std::string_view choice) {
        return body_with(std::string(kTools) + (choice.empty() ? "" : ",\"tool_choice\":") +
                         std::string(choice));
    };
    const auto request = decoded(with_choice(""));
    EXPECT_EQ(request.native.tools_json,
              R"([{"type":"function","function":{"name":"f","description":"d","parameters":)"
              R"({"type":"object","properties":{"a":{"type":"integer"}}}}},)"
              R"({"type":"function","function":{"name":"nothing","parameters":)"
              R"({"type":"object","properties":{}}}}])");
    EXPECT_EQ(decoded(with_choice(R"({"type":"none"})")).native.tools_json, "");
    EXPECT_EQ(decoded(with_choice(R"({"type":"any"})")).native.tool_use,
              (wire::ToolUse{wire::ToolChoice::required, {}, false}));
    EXPECT_EQ(decoded(with_choice(R"({"type":"tool","name":"f","disable_parallel_tool_use":true})"))
                  .native.tool_use,
              (wire::ToolUse{wire::ToolChoice::required, {"f"}, true}));
    EXPECT_EQ(error_of(with_choice(R"({"type":"tool","name":"g"})")),
              R"(tool_choice names "g", which is not among the tools)");
    EXPECT_TRUE(error_of(with_choice(R"({"type":"x"})")).starts_with("invalid tool_choice"));
    EXPECT_EQ(decoded(body_with(R"(,"tools":[{"name":"f","strict":true,"input_schema":)"
                                R"({"type":"object","additionalProperties":false}}])"))
                  .native.tools_json,
              R"([{"type":"function","function":{"name":"f","parameters":{"type":"object",)"
              R"("additionalProperties":false},"strict":true}}])");
    EXPECT_TRUE(error_of(body_with(R"(,"tools":[{"name":"f","input_schema":7}])"))
                    .starts_with(R"(invalid input_schema for tool "f": )"));
}

TEST(KnownTools, ComeWithTheirSchemas) {  // 15.4
    const auto tools = [](std::string_view tool) {
        return decoded(body_with(fmt::format(R"(,"tools":[{}])", tool))).native.tools_json;
    };
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"({"type":"bash_20250124","name":"bash"})", R"("command":{"type":"string")"},
        {R"({"type":"text_editor_20250728","name":"edit"})", R"("enum":["view","create")"},
        {R"({"type":"memory_20250818","name":"memory"})", R"("rename"])"},
        {R"({"type":"computer_20250124","name":"computer"})", R"("enum":["screenshot")"},
        {R"({"type":"bash_20250124","name":"b","input_schema":{"type":"object","properties":)"
         R"({"mine":{"type":"string"}}}})",
         R"("mine")"},
    };
    for (const auto& [tool, part] : rows)
        EXPECT_NE(tools(tool).find(part), std::string::npos) << tools(tool);
}

}  // namespace
}  // namespace corral::api::anthropic
