#include "api/ollama/names.h"

#include <gtest/gtest.h>

#include "api/ollama/errors.h"

namespace corral::api::ollama {
namespace {

TEST(SplitSource, TakesSuffixesOff) {  // native-api.md 4.3
    struct Row {
        std::string_view sent;
        std::string_view name;
        Source source;
    };
    const Row rows[] = {
        {"qwen3", "qwen3", Source::unspecified},
        {"  qwen3 ", "qwen3", Source::unspecified},
        {"gpt-oss:20b:cloud", "gpt-oss:20b", Source::cloud},
        {"gpt-oss:20b-cloud", "gpt-oss:20b", Source::cloud},
        {"gpt-oss:20b-CLOUD", "gpt-oss:20b", Source::cloud},
        {"qwen3:cloud", "qwen3", Source::cloud},
        {"qwen3:8b:local", "qwen3:8b", Source::local},
        {"qwen3:LOCAL", "qwen3", Source::local},
        {"my-cloud-model", "my-cloud-model", Source::unspecified},
        {"host:80/a-cloud", "host:80/a-cloud", Source::unspecified},
        {" ", "", Source::unspecified},
    };
    for (const auto& row : rows) {
        const auto split = split_source(row.sent);
        ASSERT_TRUE(split) << row.sent;
        EXPECT_EQ(split->name, row.name);
        EXPECT_EQ(split->source, row.source) << row.sent;
    }
    EXPECT_EQ(split_source(" a:local:cloud ").error().message,
              R"(use either :local or :cloud, not both: "a:local:cloud")");
}

TEST(ParseModel, GivesEachRoutesError) {  // native-api.md 4.5
    using enum NameRoute;
    struct Row {
        NameRoute route;
        std::string_view sent;
        int status;
        std::string_view message;
    };
    const Row rows[] = {
        {generate, "", 404, "model '' not found"},
        {generate, "  ", 404, "model '  ' not found"},
        {generate, "a b", 400, "invalid model name"},
        {chat, "", 400, "model is required"},
        {chat, "foo:", 400, "invalid model name"},
        {show, "", 400, "model is required"},
        {show, ":tag", 400, "invalid model name"},
        {remove, " ", 400, "model is required"},
        {remove, "a//b", 400, R"(name "a//b" is invalid)"},
    };
    for (const auto& row : rows) {
        const auto parsed = parse_model(row.route, row.sent);
        ASSERT_FALSE(parsed) << row.sent;
        EXPECT_EQ(parsed.error().message, row.message);
        EXPECT_EQ(http_status(parsed.error()), row.status) << row.sent;
    }
}

TEST(ParseModel, UsesTheStubNameToDeleteCloudModels) {  // native-api.md 4.3
    const auto name = [](std::string_view sent) {
        return parse_model(NameRoute::remove, sent)->name.short_form();
    };
    EXPECT_EQ(name("x:20b:cloud"), "x:20b-cloud");
    EXPECT_EQ(name("x:cloud"), "x:cloud");
    EXPECT_EQ(name("x:20b:local"), "x:20b");
}

TEST(NotInstalled, QuotesAsTheRouteDoes) {  // native-api.md 4.5, trap 12.8
    const auto name = *store::ModelName::parse("foo");
    EXPECT_EQ(not_installed(NameRoute::chat, "foo", name).message, "model 'foo' not found");
    EXPECT_EQ(not_installed(NameRoute::show, "foo", name).message, "model 'foo:latest' not found");
    EXPECT_EQ(http_status(not_installed(NameRoute::remove, "foo", name)), 404);
    EXPECT_TRUE(incomplete("foo").message.starts_with("model 'foo' not found"));
}

TEST(Errors, HaveStatusAndBody) {  // native-api.md 1.4, 1.5
    EXPECT_EQ(error_body(R"(a "b" <c>)"), R"({"error":"a \"b\" \u003cc\u003e"})");
    EXPECT_EQ(http_status(Error{ErrorCode::invalid, "", "", 413}), 413);
    EXPECT_EQ(http_status(Error{ErrorCode::busy}), 503);
    EXPECT_EQ(http_status(Error{ErrorCode::cancelled}), 499);
    EXPECT_EQ(http_status(cloud_disabled(NameRoute::show)), 403);
}

}  // namespace
}  // namespace corral::api::ollama
