#include "cli/model_view.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/json.h"

namespace corral::cli {
namespace {

const Json kInfo = Json::parse(R"({
    "license": "Example Model License v1\n\nCopyright 2026 Example Labs\nmore",
    "parameters": "num_ctx                        8192\nstop                           \"<|eot|>\"",
    "details": {"family": "llama", "parameter_size": "8.0B", "quantization_level": "Q4_K_M"},
    "capabilities": ["completion", "tools"],
    "model_info": {"general.architecture": "llama", "llama.context_length": 131072,
                   "llama.embedding_length": 4096, "a.list": [1,2,3,4,5,6], "a.none": null}
})");

TEST(ModelView, ShowsItsSections) {
    EXPECT_EQ(model_view(kInfo, false),
              "  Model\n"
              "    architecture        llama     \n"
              "    parameters          8.0B      \n"
              "    context length      131072    \n"
              "    embedding length    4096      \n"
              "    quantization        Q4_K_M    \n"
              "\n"
              "  Capabilities\n"
              "    completion    \n"
              "    tools         \n"
              "\n"
              "  Parameters\n"
              "    num_ctx    8192         \n"
              "    stop       \"<|eot|>\"    \n"
              "\n"
              "  License\n"
              "    Example Model License v1       \n"
              "    Copyright 2026 Example Labs    \n"
              "    ...                            \n"
              "\n");
}

TEST(ModelView, AddsMetadataWhenVerbose) {
    EXPECT_THAT(model_view(kInfo, true),
                testing::HasSubstr("  Metadata\n"
                                   "    a.list                    [1 2 3 ...+3 more]    \n"
                                   "    a.none                    <nil>                 \n"
                                   "    general.architecture      llama                 \n"));
}

TEST(ModelView, FallsBackToDetailsWithoutMetadata) {
    auto info =
        Json::parse(R"({"details":{"family":"f","parameter_size":"1B","quantization_level":""}})");
    EXPECT_EQ(model_view(info, false),
              "  Model\n"
              "    architecture    f     \n"
              "    parameters      1B    \n"
              "    quantization          \n"
              "\n");
}

TEST(MetadataText, CutsLists) {
    EXPECT_EQ(metadata_text(Json::parse("[]")), "[]");
    EXPECT_EQ(metadata_text(Json::parse(R"(["a very long first item","b"])")),
              "[a very long first item ...+1 more]");
    EXPECT_EQ(metadata_text(Json::parse("8e9")), "8e+09");
    EXPECT_EQ(metadata_text(Json(true)), "true");
}

}  // namespace
}  // namespace corral::cli
