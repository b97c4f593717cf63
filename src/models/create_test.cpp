#include "models/create.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "gguf/gguf_builder.h"
#include "models/remote.h"
#include "models/resolve.h"
#include "models/show.h"
#include "store/scratch_folder.h"

namespace corral::models {
namespace {

using gguf::GgufBuilder;
using testing::ElementsAre;
using testing::HasSubstr;

// The file upstream's tests use: an architecture and nothing else.
std::string empty_model() {
    return GgufBuilder().text("general.architecture", "test").build();
}

class CreateTest : public testing::Test {
protected:
    std::string upload(std::string_view bytes) {
        return store_.write_blob("", bytes)->digest.text();
    }

    Result<void> run(const CreateRequest& request) {
        statuses_.clear();
        return create(request,
                      {store_,
                       [this](const Progress& progress) { statuses_.push_back(progress.status); },
                       {},
                       {}});
    }
    CreateRequest from_file(std::string_view bytes) {
        CreateRequest request;
        request.model = "m";
        request.has_files = true;
        request.files["model.gguf"] = upload(bytes);
        return request;
    }
    static CreateRequest from_model(std::string_view base) {
        CreateRequest request;
        request.model = "derived";
        request.from = base;
        return request;
    }
    store::Manifest manifest(std::string_view name) {
        return store_.find(*store::ModelName::parse(name))->manifest;
    }
    std::string layer_hex(std::string_view name, std::string_view media_type) {
        const store::Manifest found = manifest(name);
        const store::Layer* layer = found.find(media_type);
        return layer ? layer->digest.hex() : "none";
    }
    void check_fails(const CreateRequest& request, std::string_view reason, int status) {
        const auto created = run(request);
        ASSERT_FALSE(created.has_value()) << reason;
        EXPECT_EQ(created.error().message, reason);
        EXPECT_EQ(created.error().http_status, status) << reason;
    }

    store::ScratchFolder folder_;
    store::Store store_ = store::Store::open(folder_.path()).value();
    std::vector<std::string> statuses_;
};

TEST_F(CreateTest, FromGgufTellsItsSteps) {
    const CreateRequest request = from_file(empty_model());
    ASSERT_TRUE(run(request).has_value());
    EXPECT_THAT(statuses_,
                ElementsAre("parsing GGUF", "validating GGUF model", "verifying conversion",
                            "using existing layer " + request.files.at("model.gguf"),
                            "writing manifest", "success"));
    const store::Manifest created = manifest("m");
    EXPECT_EQ(created.config->digest.hex(),
              "99759ad5b91e723db0393d698ffbb448b1b7df5ff6377a108c49254583b1bc8c");
    EXPECT_EQ(created.layers.at(0).from, "model.gguf");
}

TEST_F(CreateTest, WritesUpstreamsBlobs) {
    CreateRequest request = from_file(empty_model());
    request.system = "Say hi!";
    request.parameters_json = R"({"top_k":10.0,"temperature":1,"stop":["USER:","ASSISTANT:"]})";
    request.messages_json =
        R"([{"content":"What is my purpose?","role":"assistant"},{"role":"User","content":"You run tests.","images":[]},
                                {"role":"assistant","content":"Oh, my god."}])";
    ASSERT_TRUE(run(request).has_value());
    EXPECT_EQ(layer_hex("m", store::kMediaSystem),
              "f29e82a8284dbdf5910b1555580ff60b04238b8da9d5e51159ada67a4d0d5851");
    EXPECT_EQ(layer_hex("m", store::kMediaParams),
              "1d0ad71299d48c2fb7ae2b98e683643e771f8a5b72be34942af90d97a91c1e37");
    EXPECT_EQ(layer_hex("m", store::kMediaMessages),
              "298baeaf6928a60cf666d88d64a1ba606feb43a2865687c39e40652e407bffc4");

    CreateRequest derived = from_model("m");
    derived.parameters_json = R"({"temperature":0.6,"top_p":0.7})";
    ASSERT_TRUE(run(derived).has_value());
    EXPECT_EQ(layer_hex("derived", store::kMediaParams),
              "e29a7b3c47287a2489c895d21fe413c20f859a85d20e749492f52a838e36e1ba");
    derived.parameters_json = R"({"temperature":0.6,"top_p":0.7,"stop":["<|endoftext|>"]})";
    ASSERT_TRUE(run(derived).has_value());
    EXPECT_EQ(layer_hex("derived", store::kMediaParams),
              "12f58bb75cb3042d69a7e013ab87fb3c3c7088f50ddc62f0c77bd332f0d44d35");
}

TEST_F(CreateTest, FromModelInheritsAndReplaces) {
    CreateRequest base = from_file(empty_model());
    base.template_text = "{{ .Prompt }} old";
    base.system = "old";
    base.licenses = {"MIT"};
    base.parser = "qwen3";
    ASSERT_TRUE(run(base).has_value());
    CreateRequest request = from_model("M:latest");
    request.system = "new";
    request.licenses = {"Apache"};
    ASSERT_TRUE(run(request).has_value());
    const store::Manifest created = manifest("derived");
    std::vector<std::string> types;
    for (const store::Layer& layer : created.layers)
        types.push_back(layer.media_type.substr(layer.media_type.rfind('.') + 1));
    EXPECT_THAT(types, ElementsAre("model", "template", "license", "system", "license"));
    EXPECT_EQ(created.layers[0].from, "m:latest");
    EXPECT_EQ(layer_hex("derived", store::kMediaSystem), sha256_hex("new"));
    EXPECT_THAT(statuses_,
                ElementsAre(HasSubstr("using existing layer"), HasSubstr("using existing layer"),
                            HasSubstr("using existing layer"),
                            "creating new layer sha256:" + sha256_hex("new"),
                            HasSubstr("creating new layer"), "writing manifest", "success"));
    Catalog catalog(store_);
    const auto record = catalog.find(*store::ModelName::parse("derived"));
    ASSERT_TRUE(record.has_value()) << record.error().message;
    EXPECT_EQ((*record)->config.parser, "qwen3");
    EXPECT_THAT((*record)->licenses, ElementsAre("MIT", "Apache"));
}

TEST_F(CreateTest, OverwritingRemovesOrphans) {
    CreateRequest request = from_file(empty_model());
    request.system = "one";
    ASSERT_TRUE(run(request).has_value());
    request.system = "two";
    request.model = "M";
    ASSERT_TRUE(run(request).has_value());
    EXPECT_FALSE(store_.has_blob(store::Digest::of_hex(sha256_hex("one"))));
    EXPECT_EQ(store_.list().size(), 1U);
}

TEST_F(CreateTest, TellsProjectorsFromModels) {
    CreateRequest request = from_file(empty_model());
    request.files["mmproj.gguf"] =
        upload(GgufBuilder()
                   .text("general.architecture", "clip")
                   .number("clip.has_vision_encoder", gguf::ValueType::boolean, true)
                   .build());
    ASSERT_TRUE(run(request).has_value());
    EXPECT_NE(manifest("m").find(store::kMediaProjector), nullptr);
    Catalog catalog(store_);
    EXPECT_TRUE((*catalog.find(*store::ModelName::parse("m")))->can("vision"));
}

TEST_F(CreateTest, ChecksRequestsFirst) {
    const auto check = [](const CreateRequest& request, std::string_view reason) {
        const auto name = check_create(request);
        ASSERT_FALSE(name.has_value());
        EXPECT_EQ(name.error().message, reason);
        EXPECT_EQ(name.error().http_status, 400);
    };
    CreateRequest request = from_file(empty_model());
    for (const char* path : {"/a.gguf", "../a.gguf", "a//b", "", "./a", "a/."}) {
        request.files = {{path, "sha256:x"}};
        check(request, "file path must be relative");
    }
    request.files = {{"a.gguf", ""}};
    check(request, "invalid digest format");
    request.files.clear();
    request.draft_quantize = "q4_0";
    check(request, "--draft-quantize requires a DRAFT model");
    request.draft_quantize.clear();
    request.model = "a//b";
    check(request, "invalid model name");
}

TEST_F(CreateTest, RefusesBadSources) {
    CreateRequest request;
    request.model = "m";
    check_fails(request, "neither 'from' or 'files' was specified", 400);
    request.has_files = true;
    check_fails(request, "unknown type", 400);
    request.files = {{"a.gguf", "sha256:12"}};
    check_fails(request, "invalid digest format", 500);
    request.files = {{"a.bin", "sha256:12"}};
    check_fails(request, "unknown type", 400);
    request.files = {{"a.bin", upload("not a model")}};
    check_fails(request, "unknown type", 400);
    request.files = {{"a.gguf", upload("not a model")}};
    check_fails(request, "supplied file was not in GGUF format", 400);
    const std::string hex(64, 'd');
    request.files = {{"a.gguf", "sha256:" + hex}};
    check_fails(
        request,
        "open " + (folder_ / "blobs").string() + "/sha256-" + hex + ": no such file or directory",
        500);
    check_fails(from_model("a//b"), "invalid model name", 400);
    EXPECT_TRUE(store_.list().empty());
}

TEST_F(CreateTest, RefusesDamagedModelsAndTemplates) {
    GgufBuilder lying;
    lying.claimed_tensors = 1ULL << 60;
    const auto created = run(from_file(lying.text("general.architecture", "llama").build()));
    ASSERT_FALSE(created.has_value());
    EXPECT_THAT(created.error().message, HasSubstr("claims 1152921504606846976 tensors"));
    CreateRequest request = from_file(empty_model());
    request.template_text = "{{ if .X }}";
    check_fails(request, "template error: template: :1: unexpected EOF", 400);
    request = from_file(empty_model());
    request.info_json = R"({"context_length":-1})";
    check_fails(request, "info field \"context_length\" must be a non-negative integer", 400);
    EXPECT_TRUE(store_.list().empty());
}

TEST_F(CreateTest, SaysHonestlyWhatItCannotDo) {
    const auto check = [&](const CreateRequest& request, ErrorCode code) {
        const auto created = run(request);
        ASSERT_FALSE(created.has_value());
        EXPECT_EQ(created.error().code, code) << created.error().message;
    };
    CreateRequest request = from_file(empty_model());
    request.quantize = "q4_K_M";
    check(request, ErrorCode::unsupported);
    request.quantize = "Q9";
    check_fails(
        request,
        "unsupported quantization type Q9 - supported types are F32, F16, Q4_K_S, Q4_K_M, Q8_0",
        500);
    request = from_file(empty_model());
    request.files = {{"model.safetensors", upload("x")}};
    check(request, ErrorCode::unsupported);
    check(from_model("absent"), ErrorCode::not_found);
}

TEST_F(CreateTest, MakesStubsOfRemoteModels) {
    const auto config_of = [&](CreateRequest request) {
        const auto created = run(request);
        EXPECT_TRUE(created) << created.error().message;
        const auto config = manifest(request.model).config;
        return *ModelConfig::parse(*store_.read_blob(config->digest, 1 << 20));
    };
    auto config = config_of(from_model("gpt-oss:20b-cloud"));
    EXPECT_EQ(config.remote_host, "https://ollama.com:443");
    EXPECT_EQ(config.remote_model, "gpt-oss:20b");
    EXPECT_EQ(config.remote_api, "");
    CreateRequest request = from_model("llama3");
    request.remote_host = "gpu-box";
    request.info_json = R"({"context_length":4096})";
    config = config_of(request);
    EXPECT_EQ(config.remote_host, "http://gpu-box:11434");
    EXPECT_EQ(config.context_length, 4096);
    config = config_of(from_model("https://team:8000/v1 qwen3 $TEAM_API_KEY"));
    EXPECT_EQ(remote_from(config), "https://team:8000/v1 qwen3 $TEAM_API_KEY");
    EXPECT_EQ(config.remote_api, "openai");
    // What is made of one stays where it is.
    request = from_model("derived");
    request.model = "wrapped";
    request.system = "Be brief.";
    EXPECT_EQ(remote_from(config_of(request)), "https://team:8000/v1 qwen3 $TEAM_API_KEY");
    request = from_model("m");
    request.remote_host = "a b";
    check_fails(request, "bad remote", 400);
    request.remote_host = "host";
    request.draft_files = {{"d.gguf", "sha256:x"}};
    check_fails(request, "DRAFT cannot be used with remote models", 400);
}

std::string adapter_for(std::string_view architecture) {
    return GgufBuilder()
        .text("general.architecture", architecture)
        .text("general.type", "adapter")
        .build();
}

TEST_F(CreateTest, PutsAnAdapterBehindTheModel) {
    CreateRequest request = from_file(empty_model());
    request.adapters = {{"lora.gguf", upload(adapter_for("test"))}};
    ASSERT_TRUE(run(request).has_value());
    EXPECT_THAT(statuses_, ElementsAre("parsing GGUF", "validating GGUF model",
                                       "verifying conversion", "parsing GGUF",
                                       "using existing layer " + request.files.at("model.gguf"),
                                       "using existing layer " + request.adapters.at("lora.gguf"),
                                       "writing manifest", "success"));
    const store::Manifest created = manifest("m");
    ASSERT_EQ(created.layers.size(), 2U);
    EXPECT_EQ(created.layers[1].media_type, store::kMediaAdapter);
    ASSERT_TRUE(run(from_model("m")).has_value());
    EXPECT_EQ(layer_hex("derived", store::kMediaAdapter), created.layers[1].digest.hex());
}

TEST_F(CreateTest, RefusesUnfitAdapters) {
    CreateRequest request = from_file(empty_model());
    request.adapters = {{"a.gguf", "sha256:x"}};
    check_fails(request, "invalid digest format", 400);
    request.adapters = {{"a.bin", upload("none of it")}};
    check_fails(request, "unknown type", 400);
    request.adapters = {{"a.gguf", upload("none of it")}};
    check_fails(request, "supplied file was not in GGUF format", 400);
    request.adapters = {{"a.gguf", upload(empty_model())}};
    check_fails(request, "supplied file is not an adapter", 400);
    request.adapters = {{"a.gguf", upload(adapter_for("gemma"))}};
    check_fails(request, "the adapter is for the architecture gemma, the model is test", 400);
    request.adapters = {{"a.gguf", upload(adapter_for("test"))}, {"b.gguf", upload("x")}};
    check_fails(request, "only one adapter is currently supported", 400);
    EXPECT_TRUE(store_.list().empty());
}

TEST_F(CreateTest, PullsAMissingBase) {
    CreateContext context{store_, [](const Progress&) {}, {}, {}};
    context.pull = [this](const store::ModelName& name, const OnProgress&) {
        CreateRequest request = from_file(empty_model());
        request.model = name.short_form();
        return create(request, {store_, [](const Progress&) {}, {}, {}});
    };
    ASSERT_TRUE(create(from_model("remote"), context).has_value());
    EXPECT_EQ(store_.list().size(), 2U);
}

TEST_F(CreateTest, StopsWhenCancelled) {
    const CreateContext context{store_, [](const Progress&) {}, [] { return true; }, {}};
    const auto created = create(from_file(empty_model()), context);
    ASSERT_FALSE(created.has_value());
    EXPECT_EQ(created.error().code, ErrorCode::cancelled);
    EXPECT_TRUE(store_.list().empty());
}

}  // namespace
}  // namespace corral::models
