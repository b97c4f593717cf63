#include "api/ollama/manage.h"

#include <gtest/gtest.h>

namespace corral::api::ollama {
namespace {

TEST(DecodeShow, FallsBackToName) {  // native-api.md 8.4, trap 12.33
    const auto request =
        decode_show(R"({"model":"","name":"n","verbose":true,"system":"s","options":{"a":1}})");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->model, "n");
    EXPECT_TRUE(request->options.verbose);
    EXPECT_EQ(request->options.system, "s");
    EXPECT_EQ(request->options.options_json, R"({"a":1})");
    EXPECT_EQ(
        decode_show(R"({"model":5})").error().message,
        "json: cannot unmarshal number into Go struct field ShowRequest.model of type string");
}

TEST(DecodeDelete, FallsBackToName) {  // native-api.md 8.10
    EXPECT_EQ(decode_delete(R"({"name":"n"})"), "n");
    EXPECT_EQ(decode_delete(R"({"name":"n","model":"m"})"), "m");
    EXPECT_EQ(decode_delete("").error().message, "missing request body");
}

TEST(ParseCopy, NamesTheBadSide) {  // native-api.md 4.5
    const auto error = [](std::string_view body) {
        return parse_copy(*decode_copy(body)).error().message;
    };
    EXPECT_EQ(error(R"({"destination":"b"})"), R"(source "" is invalid)");
    EXPECT_EQ(error(R"({"source":"a b","destination":"b"})"), R"(source "a b" is invalid)");
    EXPECT_EQ(error(R"({"source":"a"})"), R"(destination "" is invalid)");
    const auto names = parse_copy(*decode_copy(R"({"source":"a","destination":"b:c"})"));
    ASSERT_TRUE(names);
    EXPECT_EQ(names->destination.short_form(), "b:c");
}

TEST(DecodeCreate, ReadsEveryField) {  // native-api.md 8.8
    const auto request = decode_create(R"({"name":"n","stream":false,"from":"f",
        "files":{"a.gguf":"sha256:1"},"adapters":{"l":"sha256:2"},"draft_files":{"d":"sha256:3"},
        "quantization":"q4_K_M","draft_quantize":"Q8_0","template":"t","system":"s",
        "license":["one","","two"],"parameters":{"stop":["x"]},
        "messages":[{"role":"User","content":"<hi>","unknown":1}],"renderer":"r","parser":"p",
        "requires":"0.1","remote_host":"h","info":{"base_name":"b"}})");
    ASSERT_TRUE(request);
    const auto& create = request->create;
    EXPECT_FALSE(request->streams);
    EXPECT_EQ(create.model, "n");
    EXPECT_EQ(create.from, "f");
    EXPECT_TRUE(create.has_files);
    EXPECT_EQ(create.files.at("a.gguf"), "sha256:1");
    EXPECT_EQ(create.adapters.at("l"), "sha256:2");
    EXPECT_EQ(create.draft_files.at("d"), "sha256:3");
    EXPECT_EQ(create.quantize, "q4_K_M");
    EXPECT_EQ(create.draft_quantize, "Q8_0");
    EXPECT_EQ(create.licenses, (std::vector<std::string>{"one", "two"}));
    EXPECT_EQ(create.parameters_json, R"({"stop":["x"]})");
    EXPECT_EQ(create.messages_json, R"([{"role":"user","content":"\u003chi\u003e"}])");
    EXPECT_EQ(create.renderer + create.parser + create.minimum_version, "rp0.1");
    EXPECT_EQ(create.remote_host, "h");
    EXPECT_EQ(create.info_json, R"({"base_name":"b"})");
}

TEST(DecodeCreate, TellsEmptyFilesFromNone) {  // modelfile-create-templates.md 3.2
    EXPECT_TRUE(decode_create(R"({"files":{}})")->create.has_files);
    EXPECT_FALSE(decode_create(R"({"files":null})")->create.has_files);
    EXPECT_TRUE(decode_create("{}")->streams);
    EXPECT_EQ(decode_create(R"({"license":"l"})")->create.licenses, std::vector<std::string>{"l"});
}

}  // namespace
}  // namespace corral::api::ollama
