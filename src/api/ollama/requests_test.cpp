#include "api/ollama/requests.h"

#include <gtest/gtest.h>

namespace corral::api::ollama {
namespace {

std::string chat_error(std::string_view body) {
    const auto request = decode_chat(body);
    return request ? "" : request.error().message;
}

TEST(DecodeChat, GivesUpstreamsTexts) {  // native-api.md 3.2, 5.8, 5.9
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"", "missing request body"},
        {R"({"model":5})",
         "json: cannot unmarshal number into Go struct field ChatRequest.model of type string"},
        {R"({"messages":{}})",
         "json: cannot unmarshal object into Go struct field ChatRequest.messages of type "
         "[]api.Message"},
        {R"({"messages":[{"content":[{"type":"text"}]}]})",
         "json: cannot unmarshal array into Go struct field ChatRequest.messages.content of type "
         "string"},
        {R"({"options":[]})",
         "json: cannot unmarshal array into Go struct field ChatRequest.options of type "
         "map[string]interface {}"},
        {R"({"options":{"seed":1e999}})",
         "json: cannot unmarshal number 1e999 into Go struct field ChatRequest.options of type "
         "float64"},
        {R"({"top_logprobs":1.5})",
         "json: cannot unmarshal number 1.5 into Go struct field ChatRequest.top_logprobs of type "
         "int"},
        {R"({"stream":"yes"})",
         "json: cannot unmarshal string into Go struct field ChatRequest.stream of type bool"},
        {"[1]", "json: cannot unmarshal array into Go value of type api.ChatRequest"},
        {R"({"tools":[{"function":{"name":5}}]})",
         "json: cannot unmarshal number into Go struct field ToolFunction.tools.function.name of "
         "type string"},
        {R"({"tools":[{"type":5}]})",
         "json: cannot unmarshal number into Go struct field Tool.tools.type of type string"},
        {R"({"messages":[{"tool_calls":[{"function":{"name":5}}]}]})",
         "json: cannot unmarshal number into Go struct field "
         "ChatRequest.messages.tool_calls.function.name of type string"},
        {R"({"messages":[{"tool_calls":[{"function":{"arguments":"{}"}}]}]})",
         "Value looks like object, but can't find closing '}' symbol"},
        {R"({"model":5,"think":7})",
         R"(think must be a boolean or string ("high", "medium", "low", "max", true, or false))"},
        {R"({"top_logprobs":21})", "top_logprobs must be between 0 and 20"},
        {R"({"top_logprobs":-1,"logprobs":false})", "top_logprobs must be between 0 and 20"},
    };
    for (const auto& [body, expected] : rows) EXPECT_EQ(chat_error(body), expected) << body;
}

TEST(DecodeChat, TakesNullAndNothingAsDefaults) {  // native-api.md 3.2, trap 12.6
    for (const auto* body : {"null", "{}"}) {
        const auto request = decode_chat(body);
        ASSERT_TRUE(request);
        EXPECT_TRUE(request->streams());
        EXPECT_TRUE(request->only_loads());
        EXPECT_FALSE(request->unloads());
    }
}

TEST(DecodeChat, ReadsMessages) {  // native-api.md 5.6, 5.8
    const auto request = decode_chat(R"({"model":"m","messages":[
        {"role":"USER","content":"hi","images":["aGk="]},
        {"role":"assistant","content":null,"thinking":"t","tool_calls":[
            {"id":"c1","type":"function","function":{"index":2,"name":"f",
             "arguments":{"z":1,"a":{"b":[1.0]}}}},
            {"function":{"name":"g","arguments":null}}, {"function":{"name":"h"}}]},
        {"role":"tool","content":"42","tool_name":"f","tool_call_id":"c1"},
        {"role":"critic","content":"no"}]})");
    ASSERT_TRUE(request);
    const auto& messages = request->messages;
    ASSERT_EQ(messages.size(), 4U);
    EXPECT_EQ(messages[0].role, "user");
    EXPECT_EQ(messages[0].images, std::vector<std::string>{"hi"});
    EXPECT_EQ(request->n_images(), 1U);
    EXPECT_EQ(messages[1].thinking, "t");
    ASSERT_EQ(messages[1].tool_calls.size(), 3U);
    EXPECT_EQ(messages[1].tool_calls[0],
              (wire::ToolCall{"c1", 2, "f", R"({"z":1,"a":{"b":[1]}})"}));
    EXPECT_EQ(messages[1].tool_calls[1].arguments_json, "null");
    EXPECT_EQ(messages[1].tool_calls[2].arguments_json, "{}");
    EXPECT_EQ(messages[2].tool_name, "f");
    EXPECT_EQ(messages[2].tool_call_id, "c1");
    EXPECT_EQ(messages[3].role, "critic");
}

TEST(DecodeChat, NormalisesTools) {  // native-api.md 5.7
    const auto tools = [](std::string_view list) {
        return decode_chat(fmt::format(R"({{"tools":{}}})", list))->tools_json;
    };
    EXPECT_EQ(tools("[]"), "");
    EXPECT_EQ(tools("null"), "");
    EXPECT_EQ(
        tools(R"([{"type":"function","function":{"name":"f"}}])"),
        R"([{"type":"function","function":{"name":"f","parameters":{"type":"","properties":null}}}])");
    EXPECT_EQ(tools(R"([{"function":{"parameters":{"additionalProperties":false,"required":["z"],
            "properties":{"z":{"type":["string"],"default":"x","enum":["b","a"],
                               "description":"d"},
                          "a":{"anyOf":[{"type":"null"}],"type":["integer","null"]},
                          "l":{"type":"array","items":{"type":"object","minItems":1}},
                          "o":{"properties":{"q":{"type":"boolean"}},"required":["q"]}},
            "type":"object","$defs":{"k":1}},"name":"f","description":"what"},
            "type":"function"}])"),
              R"([{"type":"function","function":{"name":"f","description":"what","parameters":)"
              R"({"type":"object","$defs":{"k":1},"required":["z"],"properties":{)"
              R"("z":{"type":"string","description":"d","enum":["b","a"]},)"
              R"("a":{"anyOf":[{"type":"null"}],"type":["integer","null"]},)"
              R"("l":{"type":"array","items":{"minItems":1,"type":"object"}},)"
              R"("o":{"properties":{"q":{"type":"boolean"}},"required":["q"]}}}}}])");
}

TEST(DecodeGenerate, ReadsEveryField) {  // native-api.md 8.5
    const auto request = decode_generate(R"({"model":"m","prompt":"p","suffix":"s","system":"y",
        "template":"t","context":[1,2],"stream":false,"raw":true,"format": {"type" : "object"} ,
        "keep_alive":0,"images":["aGk="],"options":{"seed":7},"think":"low","truncate":false,
        "shift":true,"logprobs":true,"top_logprobs":3,"_debug_render_only":true,"messages":5})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->prompt, "p");
    EXPECT_EQ(request->suffix, "s");
    EXPECT_EQ(request->system, "y");
    EXPECT_EQ(request->template_text, "t");
    EXPECT_EQ(request->context, (std::vector<std::int64_t>{1, 2}));
    EXPECT_FALSE(request->streams());
    EXPECT_TRUE(request->raw);
    EXPECT_EQ(request->format_json, R"({"type" : "object"})");
    EXPECT_TRUE(request->unloads());
    EXPECT_EQ(request->images, std::vector<std::string>{"hi"});
    EXPECT_EQ(request->options_json, R"({"seed":7})");
    EXPECT_EQ(request->think, wire::Thinking::low);
    EXPECT_EQ(request->truncate, false);
    EXPECT_EQ(request->shift, true);
    EXPECT_TRUE(request->logprobs);
    EXPECT_EQ(request->top_logprobs, 3);
    EXPECT_TRUE(request->render_only);
}

TEST(DecodeGenerate, TellsAnEmptyContextFromNone) {  // trap 12.27
    EXPECT_TRUE(decode_generate(R"({"context":[]})")->context.has_value());
    EXPECT_FALSE(decode_generate(R"({"context":null})")->context.has_value());
}

}  // namespace
}  // namespace corral::api::ollama
