// pull, push, update, signin, signout, cp and rm against a scripted server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/scripted_server.h"

namespace corral::cli {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

constexpr const char* kDigest =
    "sha256:1f2e3d4c5b6a00000000000000000000000000000000000000000000000000aa";

std::string line(std::string_view status, std::int64_t completed = -1) {
    if (completed < 0) return fmt::format("{{\"status\":\"{}\"}}\n", status);
    return fmt::format("{{\"status\":\"{}\",\"digest\":\"{}\",\"total\":2000,\"completed\":{}}}\n",
                       status, kDigest, completed);
}

class RegistryCommands : public testing::Test {
protected:
    void stream(std::string_view path, std::string body) {
        server_.answer("POST", path, {{200, std::move(body)}});
    }
    ScriptedServer server_;
};

TEST_F(RegistryCommands, PullShowsEachStatusAndLayerOnce) {
    stream("/api/pull", line("pulling manifest") + line("pulling 1f2e3d4c5b6a", 0) +
                            line("pulling 1f2e3d4c5b6a", 1000) +
                            line("pulling 1f2e3d4c5b6a", 2000) + line("verifying sha256 digest") +
                            line("writing manifest") + line("success"));
    const auto done = server_.run({"pull", "m"});
    EXPECT_EQ(done.status, 0);
    EXPECT_EQ(done.out, "");
    EXPECT_EQ(done.err,
              "pulling manifest\npulling 1f2e3d4c5b6a: 100% 2 KB\nverifying sha256 digest\n"
              "writing manifest\nsuccess\n");
    EXPECT_THAT(server_.asked(), ElementsAre(R"(/api/pull {"model":"m"})"));
}

TEST_F(RegistryCommands, PullPassesInsecureOn) {
    stream("/api/pull", line("success"));
    EXPECT_EQ(server_.run({"pull", "h:5000/me/m", "--insecure"}).status, 0);
    EXPECT_THAT(server_.asked(),
                ElementsAre(R"(/api/pull {"model":"h:5000/me/m","insecure":true})"));
}

TEST_F(RegistryCommands, PullPointsAtACloudModel) {
    stream("/api/pull",
           line("pulling manifest") + "{\"error\":\"pull model manifest: file does not exist\"}\n");
    stream("/api/show", "{}");
    EXPECT_THAT(server_.run({"pull", "big"}).err,
                EndsWith("pull model manifest: file does not exist\n\n\"big:cloud\" is available "
                         "as a cloud model. Try:\n    corral pull big:cloud"));
    for (const char* model : {"big:1b", "h.com/me/big"})
        EXPECT_THAT(server_.run({"pull", model}).err, EndsWith("file does not exist")) << model;
    EXPECT_THAT(server_.run({"pull", "big", "--insecure"}).err, EndsWith("file does not exist"));
}

TEST_F(RegistryCommands, PullKeepsItsErrorWithoutACloudModel) {
    stream("/api/pull", "{\"error\":\"pull model manifest: file does not exist\"}\n");
    server_.answer("POST", "/api/show", {{403, R"({"error":"ollama cloud is disabled"})"}});
    const auto done = server_.run({"pull", "big"});
    EXPECT_EQ(done.status, 1);
    EXPECT_EQ(done.err, "pull model manifest: file does not exist");
}

constexpr const char* kPlan =
    R"({"status":"dry run","model":"m:latest","digest":"sha256:ab","total":5000,"fetch":2000,)"
    R"("layers":[{"digest":"sha256:1f2e3d4c5b6a7788","size":2000,"present":false},)"
    R"({"digest":"sha256:aaaabbbbccccdddd","size":3000,"present":true}]})";

TEST_F(RegistryCommands, DryRunsOnlyTell) {
    stream("/api/pull", kPlan);
    const auto done = server_.run({"pull", "--dry-run", "m"});
    EXPECT_EQ(done.out,
              "LAYER           SIZE    STATE    \n1f2e3d4c5b6a    2 KB    to fetch    \n"
              "aaaabbbbcccc    3 KB    present     \n\nm:latest: 2 KB to fetch of 5 KB\n");
    EXPECT_THAT(server_.asked(), ElementsAre(R"(/api/pull {"model":"m","dry_run":true})"));
}

TEST_F(RegistryCommands, DryRunLeavesAServerThatStartsToPull) {
    stream("/api/pull", line("pulling manifest") + line("success"));
    const auto done = server_.run({"pull", "--dry-run", "m"});
    EXPECT_EQ(done.status, 1);
    EXPECT_EQ(done.err, "this server cannot tell what a pull would fetch");
}

TEST_F(RegistryCommands, UpdateNamesModelsWithNewerManifests) {
    server_.answer(
        "GET", "/api/tags",
        {{200, R"({"models":[{"name":"old:latest","digest":"cd"},)"
               R"({"name":"same:1b","digest":"ab"},{"name":"mine:latest","digest":"ef"},)"
               R"({"name":"far:latest","digest":"99","remote_model":"x"}]})"}});
    server_.answer("POST", "/api/pull",
                   {{200, kPlan},
                    {200, kPlan},
                    {200, "{\"error\":\"pull model manifest: file does not exist\"}"}});
    const auto done = server_.run({"update", "--check"});
    EXPECT_EQ(done.status, 0);
    EXPECT_EQ(done.out, "old:latest: newer, 2 KB to fetch\n");
}

TEST_F(RegistryCommands, UpdateSaysWhenThereIsNothingToDo) {
    server_.answer("GET", "/api/tags",
                   {{200, R"({"models":[{"name":"a:latest","digest":"ab"}]})"}});
    server_.answer("POST", "/api/pull", {{200, kPlan}});
    EXPECT_EQ(server_.run({"update", "--check", "a"}).out, "nothing newer\n");
    const auto unknown = server_.run({"update", "b"});
    EXPECT_EQ(unknown.status, 1);
    EXPECT_EQ(unknown.err, "model 'b' not found");
}

TEST_F(RegistryCommands, UpdatePullsWhatIsNamedAndNewer) {
    server_.answer(
        "GET", "/api/tags",
        {{200, R"({"models":[{"name":"a:latest","digest":"cd"},{"name":"b:latest"}]})"}});
    server_.answer("POST", "/api/pull", {{200, kPlan}, {200, line("success")}});
    EXPECT_EQ(server_.run({"update", "a"}).err, "success\n");
    EXPECT_THAT(server_.asked(),
                ElementsAre(HasSubstr("tags"), R"(/api/pull {"model":"a:latest","dry_run":true})",
                            R"(/api/pull {"model":"a:latest"})"));
}

TEST_F(RegistryCommands, PushTellsWhereTheModelIs) {
    stream("/api/me", R"({"name":"ada"})");
    stream("/api/push", line("retrieving manifest") + line("pushing 1f2e3d4c5b6a", 2000) +
                            line("pushing manifest") + line("success"));
    const auto done = server_.run({"push", "ada/m"});
    EXPECT_EQ(done.out, "\nYou can find your model at:\n\n\thttps://ollama.com/ada/m\n");
    EXPECT_EQ(done.err,
              "retrieving manifest\npushing 1f2e3d4c5b6a 100% 2 KB\npushing manifest\nsuccess\n");
    EXPECT_THAT(server_.run({"push", "ada/m:1b"}).out, EndsWith("\thttps://ollama.com/ada/m:1b\n"));
    EXPECT_THAT(server_.run({"push", "h.com/ada/m"}).out, EndsWith("\th.com/ada/m:latest\n"));
}

TEST_F(RegistryCommands, PushNeedsAnAccountAtOllamaOnly) {
    server_.answer(
        "POST", "/api/me",
        {{401, R"({"error":"unauthorized","signin_url":"https://ollama.com/connect?x"})"}});
    stream("/api/push", "{\"error\":\"Unauthorized: access denied\"}\n");
    const auto done = server_.run({"push", "ada/m"});
    EXPECT_EQ(done.status, 0);
    EXPECT_EQ(done.out,
              "You need to be signed in to push models to ollama.com.\n\n"
              "If your browser did not open, navigate to:\n    https://ollama.com/connect?x\n\n");
    EXPECT_THAT(server_.asked(), ElementsAre("/api/me {}"));
    EXPECT_EQ(server_.run({"push", "h.com/ada/m"}).err,
              "you are not authorized to push to this namespace, create the model under a "
              "namespace you own");
}

TEST_F(RegistryCommands, SigningInSaysWhoOrWhere) {
    server_.answer("POST", "/api/me",
                   {{200, R"({"name":"ada"})"},
                    {401, R"({"error":"unauthorized","signin_url":"http://x/"})"},
                    {503, R"({"error":"account unavailable"})"}});
    EXPECT_EQ(server_.run({"signin"}).out, "You are already signed in as user 'ada'\n\n");
    EXPECT_EQ(server_.run({"login"}).out,
              "You need to be signed in to Ollama to run Cloud models.\n\n"
              "If your browser did not open, navigate to:\n    http://x/\n\n");
    const auto failed = server_.run({"signin"});
    EXPECT_EQ(failed.status, 1);
    EXPECT_EQ(failed.err, "account unavailable");
}

TEST_F(RegistryCommands, SigningOutSaysWhetherItWasNeeded) {
    server_.answer("POST", "/api/signout",
                   {{200, "{}"}, {401, R"({"error":"you are not currently signed in"})"}});
    EXPECT_EQ(server_.run({"signout"}).out, "You have signed out of ollama.com\n\n");
    const auto again = server_.run({"logout"});
    EXPECT_EQ(again.status, 0);
    EXPECT_EQ(again.out, "You are not signed in to ollama.com\n\n");
}

TEST_F(RegistryCommands, CopiesAndRemovesSayWhatTheyDid) {
    stream("/api/copy", "");
    EXPECT_EQ(server_.run({"cp", "a", "b"}).out, "copied 'a' to 'b'\n");
}

TEST_F(RegistryCommands, RemovingGoesOnAfterAFailure) {
    stream("/api/show", "{}");
    server_.answer("POST", "/api/generate", {{404, "{}"}, {500, R"({"error":"stuck"})"}});
    server_.answer("DELETE", "/api/delete",
                   {{404, R"({"error":"model 'a' not found"})"}, {200, ""}});
    const auto done = server_.run({"rm", "a", "b"});
    EXPECT_EQ(done.status, 1);
    EXPECT_EQ(done.out, "deleted 'b'\n");
    EXPECT_EQ(done.err, "Warning: unable to stop model 'b'\nmodel 'a' not found");
}

TEST_F(RegistryCommands, RemovesWhatCannotBeShown) {
    server_.answer("POST", "/api/show",
                   {{404, R"({"error":"model 'a:latest' not found"})"},
                    {500, R"({"error":"read: Input/output error"})"}});
    server_.answer("DELETE", "/api/delete", {{200, ""}});
    const auto done = server_.run({"rm", "a", "b"});
    EXPECT_EQ(done.status, 0);
    EXPECT_EQ(done.out, "deleted 'a'\ndeleted 'b'\n");
    EXPECT_EQ(done.err, "Warning: unable to stop model 'b'\n");
}

TEST_F(RegistryCommands, ListFiltersWithoutCase) {
    server_.answer(
        "GET", "/api/tags",
        {{200, R"({"models":[{"name":"Qwen:4b","digest":"51e0b8c7d9aa00","size":3400000000},)"
               R"({"name":"x:latest"}]})"}});
    const auto out = server_.run({"list", "qw"}).out;
    EXPECT_THAT(out, HasSubstr("Qwen:4b    51e0b8c7d9aa    3.4 GB    "));
    EXPECT_THAT(out, testing::Not(HasSubstr("x:latest")));
}

}  // namespace
}  // namespace corral::cli
