#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "cli/create/blobs.h"
#include "cli/create/create_request.h"
#include "cli/create/model_files.h"
#include "cli/json.h"
#include "store/scratch_folder.h"

namespace corral::cli {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::EndsWith;

Json request_of(std::string_view modelfile_text, const CreateSources& sources) {
    auto commands = models::parse_modelfile(modelfile_text);
    EXPECT_TRUE(commands);
    auto modelfile = models::interpret_modelfile(*commands);
    EXPECT_TRUE(modelfile);
    return create_request("m", *modelfile, sources, {});
}

TEST(CreateRequest, LeavesOutWhatTheModelfileDoesNotSay) {
    EXPECT_EQ(compact(request_of("FROM base\n", {.from = "base"})),
              R"({"model":"m","from":"base"})");
}

TEST(CreateRequest, CarriesEveryInstruction) {
    auto request = request_of(
        "FROM ./x.gguf\nPARAMETER temperature 0.5\nPARAMETER stop a\nPARAMETER stop b\n"
        "SYSTEM be kind\nTEMPLATE {{ .Prompt }}\nLICENSE one\nLICENSE two\nMESSAGE user hi\n"
        "MESSAGE assistant hello\n",
        {.files = {{"x.gguf", "sha256:12"}}});
    EXPECT_EQ(
        compact(request),
        R"({"model":"m","files":{"x.gguf":"sha256:12"},"template":"{{ .Prompt }}",)"
        R"("license":["one","two"],"system":"be kind",)"
        R"("parameters":{"stop":["a","b"],"temperature":0.5},)"
        R"("messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"hello"}]})");
}

TEST(NamesOnServer, AreRelativeToTheSharedFolder) {
    EXPECT_THAT(names_on_server({"/m/x.gguf"}), ElementsAre("x.gguf"));
    EXPECT_THAT(names_on_server({"/m/a/x.gguf", "/m/b/c/y.gguf"}),
                ElementsAre("a/x.gguf", "b/c/y.gguf"));
    EXPECT_THAT(names_on_server({"/m/x", "/n/y"}), ElementsAre("m/x", "n/y"));
}

TEST(ExpandPath, KnowsHomeAndFolder) {
    EXPECT_EQ(expand_path("/abs/x", "/folder", "/home/me"), "/abs/x");
    EXPECT_EQ(expand_path("~/x", "/folder", "/home/me"), "/home/me/x");
    EXPECT_EQ(expand_path("x", "/folder", "/home/me"), "/folder/x");
    EXPECT_EQ(expand_path("~nosuchuser/x", "/folder", "/home/me"), "/folder/~nosuchuser/x");
}

class ModelFolder : public testing::Test {
protected:
    void write(const std::string& name, std::string_view content) const {
        store::ScratchFolder::write(folder_ / name, content);
    }

    store::ScratchFolder scratch_;
    fs::path folder_ = fs::canonical(scratch_.path());
};

TEST_F(ModelFolder, TakesSafetensorsWithTheirConfiguration) {
    write("model-1.safetensors", "x");
    write("sub/model-2.safetensors", "x");
    write("config.json", "{}");
    write("other.gguf", std::string_view("GGUF\0\0", 6));
    auto files = model_files(folder_);
    ASSERT_TRUE(files);
    EXPECT_THAT(names_on_server(*files),
                ElementsAre("model-1.safetensors", "sub/model-2.safetensors", "config.json"));
}

TEST_F(ModelFolder, TakesGgufFilesThatAreNotText) {
    write("a.gguf", std::string_view("GGUF\3\0\0\0", 8));
    ASSERT_TRUE(model_files(folder_));
    write("b.gguf", "plain text");
    EXPECT_EQ(model_files(folder_).error().message, "no Modelfile or safetensors files found");
}

TEST_F(ModelFolder, RefusesLinksThatLeaveIt) {
    write("inside/model.safetensors", "x");
    write("outside.safetensors", "x");
    fs::create_symlink(folder_ / "outside.safetensors", folder_ / "inside/model-2.safetensors");
    EXPECT_EQ(model_files(folder_ / "inside").error().message,
              "insecure path: model-2.safetensors");
}

TEST_F(ModelFolder, HashesItsFiles) {
    write("empty", "");
    write("abc", "abc");
    auto blobs = hash_files({folder_ / "empty", folder_ / "abc"});
    ASSERT_TRUE(blobs);
    EXPECT_EQ((*blobs)[0].digest,
              "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_THAT((*blobs)[1].digest, EndsWith("f20015ad"));
    EXPECT_EQ((*blobs)[1].size_bytes, 3);
    EXPECT_FALSE(hash_files({folder_ / "none"}));
}

TEST(CopyingText, HandlesEmptyFiles) {
    EXPECT_EQ(copying_text("sha256:12", 0, 0), "copying file sha256:12 100%");
    EXPECT_EQ(copying_text("sha256:12", 1, 3), "copying file sha256:12 33%");
}

}  // namespace
}  // namespace corral::cli
