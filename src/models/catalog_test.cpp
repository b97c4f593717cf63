#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hash.h"
#include "gguf/gguf_builder.h"
#include "models/create.h"
#include "models/resolve.h"
#include "models/show.h"
#include "models/weights.h"
#include "store/scratch_folder.h"

namespace corral::models {
namespace {

using gguf::GgufBuilder;
using gguf::ValueType;
using testing::ElementsAre;
using testing::HasSubstr;

GgufBuilder llama() {
    GgufBuilder builder;
    builder.text("general.architecture", "llama")
        .text("general.name", "left out")
        .count("general.file_type", 1)
        .count("llama.context_length", 2048)
        .count("llama.embedding_length", 256)
        .count("llama.block_count", 6)
        .count("llama.attention.head_count", 8)
        .count("llama.attention.head_count_kv", 4)
        .number("llama.attention.layer_norm_rms_epsilon", ValueType::f32, 1e-5F)
        .texts("tokenizer.ggml.tokens", {"a", "b"})
        .numbers<std::uint8_t>("tokenizer.ggml.precompiled_charsmap", ValueType::u8, {1, 2, 3})
        .texts("tokenizer.ggml.merges", {})
        .text("tokenizer.chat_template", "{% if tools %}<think></think>")
        .tensor("token_embd.weight", {256, 2}, 1, 0)
        .data(1024);
    return builder;
}

class CatalogTest : public testing::Test {
protected:
    CatalogTest() { make("m", llama().build(), {}); }

    void make(std::string_view name, std::string_view weights, CreateRequest request) {
        request.model = name;
        request.has_files = true;
        request.files["model.gguf"] = store_.write_blob("", weights)->digest.text();
        const auto created = create(request, {store_, [](const Progress&) {}, {}, {}});
        EXPECT_TRUE(created.has_value()) << created.error().message;
    }
    std::shared_ptr<const ModelRecord> find(std::string_view name) {
        auto record = catalog_.find(*store::ModelName::parse(name));
        EXPECT_TRUE(record.has_value()) << record.error().message;
        return record.value_or(nullptr);
    }
    std::filesystem::path manifest_path(std::string_view name) {
        return folder_ / "manifests" / store::ModelName::parse(name)->manifest_path();
    }

    store::ScratchFolder folder_;
    store::Store store_ = store::Store::open(folder_.path()).value();
    Catalog catalog_{store_};
};

TEST_F(CatalogTest, TellsWhatServingNeeds) {
    const auto record = find("M");
    EXPECT_EQ(record->name.short_form(), "m:latest");
    EXPECT_EQ(record->weights->n_ctx_train, 2048);
    EXPECT_EQ(record->weights->n_parameters, 512U);
    EXPECT_EQ(record->weights->shape.kv_elements, 6 * 4 * 32 * 2);
    EXPECT_EQ(record->weights->file_type, "F16");
    EXPECT_EQ(record->model_file_bytes, static_cast<std::int64_t>(llama().build().size()));
    EXPECT_THAT(record->capabilities, ElementsAre("tools", "thinking", "completion"));
    EXPECT_EQ(record->params_json, "{}");
    EXPECT_FALSE(record->is_embedding());
    EXPECT_EQ(record->details().parameter_size, "512");
}

TEST_F(CatalogTest, DetectsCapabilitiesOfTemplates) {
    const auto check = [this](std::string_view name, std::string_view template_text,
                              std::string_view parser, const std::vector<std::string>& expected) {
        CreateRequest request;
        request.template_text = template_text;
        request.parser = parser;
        make(name, llama().build(), request);
        EXPECT_EQ(find(name)->capabilities, expected) << name;
    };
    check("go", "{{ .Suffix }}{{ .Prompt }}", "", {"tools", "thinking", "completion"});
    check("jinja", "{% if tool_call %}{% endif %}", "", {"completion", "tools"});
    check("better",
          R"({{ range .Messages }}{{ if .Thinking }}<t>{{ .Thinking }}</t>{{ end }}{{ end }})"
          "{{ .Tools }}{{ .Suffix }}",
          "", {"completion", "tools", "insert", "thinking"});
    check("parsed", "{{ .Prompt }}", "qwen3", {"completion", "tools"});
}

TEST_F(CatalogTest, KeepsRecordsUntilTheManifestChanges) {
    const auto first = find("m");
    EXPECT_EQ(find("m"), first);
    CreateRequest request;
    request.system = "changed";
    make("m", llama().build(), request);
    EXPECT_EQ(find("m")->system, "changed");
}

TEST_F(CatalogTest, MissingBlobsMeanNotFound) {
    std::filesystem::remove(find("m")->model_path);
    const auto record = catalog_.find(*store::ModelName::parse("m"));
    ASSERT_FALSE(record.has_value());
    EXPECT_EQ(record.error().code, ErrorCode::not_found);
    EXPECT_EQ(record.error().message, "model 'm:latest' not found");
}

// A model of a read-only folder outlives a copy that goes with another model.
TEST_F(CatalogTest, LoadsFromTheFolderThatHasTheModel) {
    const store::ScratchFolder own;
    store::Store store = store::Store::open(own.path(), {folder_.path()}).value();
    Catalog catalog(store);
    ASSERT_TRUE(store.copy(*store::ModelName::parse("m"), *store::ModelName::parse("copy")));
    const auto record = catalog.find(*store::ModelName::parse("m")).value();
    EXPECT_EQ(record->model_path.parent_path(), folder_ / "blobs");
    const auto copy = catalog.find(*store::ModelName::parse("copy")).value();
    EXPECT_EQ(copy->model_path.parent_path(), own / "blobs");
}

TEST_F(CatalogTest, ListsWithTheCheaperFacts) {
    make("embedder", llama().count("llama.pooling_type", 1).build(), {});
    const auto entries = *catalog_.list();
    ASSERT_EQ(entries.size(), 2U);
    const ListEntry& entry = entries[0].name == "m:latest" ? entries[0] : entries[1];
    EXPECT_EQ(entry.digest, sha256_hex(store::ScratchFolder::read(manifest_path("m"))));
    EXPECT_EQ(entry.details.context_length, 2048);
    EXPECT_EQ(entry.details.embedding_length, 256);
    EXPECT_EQ(entry.details.quantization_level, "F16");
    EXPECT_THAT(entry.capabilities, ElementsAre("completion"))
        << "the chat template is not looked at";
    EXPECT_THAT(find("embedder")->capabilities, ElementsAre("tools", "thinking", "embedding"));
}

TEST_F(CatalogTest, ListSeesChangesOnDisk) {
    EXPECT_EQ(catalog_.list()->size(), 1U);
    std::filesystem::create_directories(manifest_path("copy").parent_path());
    std::filesystem::copy_file(manifest_path("m"), manifest_path("copy"));
    EXPECT_EQ(catalog_.list()->size(), 2U);
    store::ScratchFolder::write(manifest_path("copy"), "{");
    EXPECT_EQ(catalog_.list()->size(), 1U);
    std::filesystem::remove(manifest_path("m"));
    EXPECT_TRUE(catalog_.list()->empty());
}

TEST_F(CatalogTest, ShowsMetadataInOrder) {
    const auto data = show(*find("m"), {});
    ASSERT_TRUE(data.has_value()) << data.error().message;
    EXPECT_EQ(
        data->model_info.dump(),
        R"({"general.architecture":"llama","general.file_type":1,"general.parameter_count":512,)"
        R"("llama.attention.head_count":8,"llama.attention.head_count_kv":4,"llama.attention.layer_norm_rms_epsilon":1e-05,)"
        R"("llama.block_count":6,"llama.context_length":2048,"llama.embedding_length":256,"tokenizer.ggml.merges":[],)"
        R"("tokenizer.ggml.precompiled_charsmap":null,"tokenizer.ggml.tokens":null})");
    const auto verbose = show(*find("m"), {.verbose = true});
    EXPECT_EQ(verbose->model_info["tokenizer.ggml.tokens"].dump(), R"(["a","b"])");
    EXPECT_EQ(verbose->model_info["tokenizer.ggml.precompiled_charsmap"], "AQID");
    ASSERT_EQ(data->tensors.size(), 1U);
    EXPECT_EQ(data->tensors[0].type, "F16");
    EXPECT_THAT(data->tensors[0].shape, ElementsAre(256, 2));
    EXPECT_EQ(data->template_text, "{% if tools %}<think></think>");
    EXPECT_TRUE(data->projector_info.is_null());
}

TEST_F(CatalogTest, ShowsParametersAndModelfile) {
    CreateRequest request;
    request.template_text = "{{ .System }}\n{{ .Prompt }}";
    request.system = "You are terse.";
    request.licenses = {"MIT", "BSD"};
    request.parameters_json =
        R"({"temperature":0.6,"stop":["<|a|>","b"],"num_ctx":1048576,"use_mmap":true})";
    request.messages_json = R"([{"role":"user","content":"Hello"}])";
    make("full", llama().build(), request);
    const auto data =
        show(*find("full"), {.system = "Other.", .options_json = R"({"temperature":1})"});
    ASSERT_TRUE(data.has_value());
    EXPECT_EQ(data->parameters,
              "num_ctx                        1.048576e+06\n"
              "stop                           \"<|a|>\"\n"
              "stop                           \"b\"\n"
              "temperature                    0.6\n"
              "use_mmap                       true");
    EXPECT_EQ(data->license, "MIT\nBSD");
    EXPECT_EQ(data->system, "Other.");
    EXPECT_EQ(data->modelfile,
              "# Modelfile generated by \"ollama show\"\n# To build a new Modelfile based on this, "
              "replace FROM with:\n"
              "# FROM full:latest\n\nFROM " +
                  find("full")->model_path.string() +
                  "\nTEMPLATE \"{{ .System }}\n{{ .Prompt }}\"\nSYSTEM Other.\nPARAMETER num_ctx "
                  "1.048576e+06\n"
                  "PARAMETER stop <|a|>\nPARAMETER stop b\nPARAMETER temperature 1\nPARAMETER "
                  "use_mmap true\n"
                  "LICENSE MIT\nLICENSE BSD\nMESSAGE user Hello\n");
}

TEST_F(CatalogTest, DamagedWeightsAreListedButNotShown) {
    const auto path = find("m")->model_path;
    store::ScratchFolder::write(path, "GGUF");
    Catalog fresh(store_);
    const auto record = fresh.find(*store::ModelName::parse("m"));
    ASSERT_TRUE(record.has_value());
    EXPECT_FALSE((*record)->weights.has_value());
    EXPECT_EQ(fresh.list()->size(), 1U);
    const auto data = show(**record, {});
    ASSERT_FALSE(data.has_value());
    EXPECT_THAT(data.error().message, HasSubstr("truncated"));
}

}  // namespace
}  // namespace corral::models
