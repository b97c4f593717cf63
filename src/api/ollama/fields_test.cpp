#include "api/ollama/fields.h"

#include <gtest/gtest.h>

namespace corral::api::ollama {
namespace {

using namespace std::chrono_literals;

template <class Decode>
std::string error_of(Decode decode, std::string_view json) {
    const auto decoded = decode(*json::parse(json));
    return decoded ? "" : decoded.error().message;
}

TEST(KeepAlive, Decodes) {  // native-api.md 5.1
    const std::pair<std::string_view, std::optional<Duration>> rows[] = {
        {"null", std::nullopt},
        {"0", 0ns},
        {"-0.0", 0ns},
        {"0.5", 500ms},
        {"10", 10s},
        {"-1", kForever},
        {"-0.001", kForever},
        {"1e300", 0ns},
        {R"("0")", 0ns},
        {R"("0s")", 0ns},
        {R"("5m")", 5min},
        {R"("1h30m")", 90min},
        {R"("-1s")", kForever},
        {R"("-1m")", kForever},
    };
    for (const auto& [json, expected] : rows) {
        const auto decoded = decode_keep_alive(*json::parse(json));
        ASSERT_TRUE(decoded) << json;
        EXPECT_EQ(*decoded, expected) << json;
    }
}

TEST(KeepAlive, RejectsWithUpstreamsTexts) {  // native-api.md 5.1
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"("10")", R"(time: missing unit in duration "10")"},
        {R"("-1")", R"(time: missing unit in duration "-1")"},
        {R"("")", R"(time: invalid duration "")"},
        {R"("abc")", R"(time: invalid duration "abc")"},
        {R"("5 m")", R"(time: unknown unit " m" in duration "5 m")"},
        {"true", "Unsupported type: 'bool'"},
        {"[]", "Unsupported type: '[]interface {}'"},
        {"{}", "Unsupported type: 'map[string]interface {}'"},
    };
    for (const auto& [json, expected] : rows)
        EXPECT_EQ(error_of(decode_keep_alive, json), expected);
}

TEST(Think, Decodes) {  // native-api.md 5.2
    using enum wire::Thinking;
    const std::pair<std::string_view, wire::Thinking> rows[] = {
        {"null", unset},         {"true", on},        {"false", off},   {R"("low")", low},
        {R"("medium")", medium}, {R"("high")", high}, {R"("max")", max}};
    for (const auto& [json, expected] : rows) EXPECT_EQ(decode_think(*json::parse(json)), expected);
}

TEST(Think, RejectsWithUpstreamsTexts) {  // native-api.md 5.2
    constexpr std::string_view kWrongKind =
        R"(think must be a boolean or string ("high", "medium", "low", "max", true, or false))";
    const std::pair<std::string_view, std::string_view> rows[] = {
        {R"("High")",
         R"(invalid think value: "High" (must be "high", "medium", "low", "max", true, or false))"},
        {R"("")",
         R"(invalid think value: "" (must be "high", "medium", "low", "max", true, or false))"},
        {"1", kWrongKind},
        {"[]", kWrongKind},
        {"{}", kWrongKind},
    };
    for (const auto& [json, expected] : rows) EXPECT_EQ(error_of(decode_think, json), expected);
}

TEST(Format, Decodes) {  // native-api.md 5.4
    using Kind = wire::Format::Kind;
    EXPECT_EQ(decode_format("")->kind, Kind::none);
    EXPECT_EQ(decode_format("null")->kind, Kind::none);
    EXPECT_EQ(decode_format(R"("")")->kind, Kind::none);
    EXPECT_EQ(decode_format(R"("json")")->kind, Kind::json);
    EXPECT_EQ(decode_format(R"({"type":"object"})")->schema_json, R"({"type":"object"})");
}

TEST(Format, RejectsWithStatus500) {  // native-api.md 5.4
    const auto xml = decode_format(R"("xml")");
    ASSERT_FALSE(xml);
    EXPECT_EQ(xml.error().message,
              R"(invalid format: "\"xml\""; expected "json" or a valid JSON Schema object)");
    EXPECT_EQ(xml.error().http_status, 500);
    for (const auto* raw : {"5", "[1]", "true"}) EXPECT_FALSE(decode_format(raw)) << raw;
}

TEST(Images, AreStrictBase64) {  // native-api.md 5.3
    const auto images = [](std::string_view json) -> Result<std::vector<std::string>> {
        std::vector<std::string> target;
        json::Reader reader("GenerateRequest");
        const auto value = json::parse(json);
        reader.object(*value, "api.GenerateRequest", {{"images", read_images(reader, target)}});
        CORRAL_CHECK(reader.finish());
        return target;
    };
    EXPECT_EQ(images(R"({"images":["aGk=","aG\nk="]})"), (std::vector<std::string>{"hi", "hi"}));
    EXPECT_TRUE(images(R"({"images":null})")->empty());
    EXPECT_EQ(images(R"({"images":["data:image/png;base64,aGk="]})").error().message,
              "illegal base64 data at input byte 4");
    EXPECT_FALSE(images(R"({"images":["aGk"]})"));
    EXPECT_FALSE(images(R"({"images":["a-_="]})"));
    EXPECT_EQ(images(R"({"images":[5]})").error().message,
              "json: cannot unmarshal number into Go struct field GenerateRequest.images of type "
              "api.ImageData");
}

}  // namespace
}  // namespace corral::api::ollama
