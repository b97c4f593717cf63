#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <filesystem>

#include "base/hash.h"
#include "http/fake_exchange.h"
#include "serve/context.h"
#include "serve/transfers.h"

namespace corral::serve {
namespace {

namespace fs = std::filesystem;

// A request whose client goes away in the middle of its body.
struct BrokenRequest : http::FakeRequest {
    using FakeRequest::FakeRequest;
    http::Task<Result<std::size_t>> read_some(std::span<char> buffer) override {
        if (n_read_ == 0) {
            n_read_ = (co_await FakeRequest::read_some(buffer)).value();
            co_return n_read_;
        }
        co_return fail(ErrorCode::cancelled, "gone");
    }

private:
    std::size_t n_read_ = 0;
};

class RoutesTest : public testing::Test {
protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "corral-blobs-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        folder_ = name;
        store_.emplace(store::Store::open(folder_).value());
        context_.emplace(Context{io_, settings_, *store_, pool_, workers_, transfers_});
        add_blob_routes(router_, *context_);
        add_cloud_routes(router_, *context_);
        add_registry_routes(router_, *context_);
    }
    void TearDown() override {
        workers_.join();
        fs::remove_all(folder_);
    }

    http::FakeResponse dispatch(http::Request& request) {
        http::FakeResponse response;
        http::asio::co_spawn(io_, router_.dispatch(request, response), http::asio::detached);
        io_.restart();
        io_.run();
        return response;
    }
    http::FakeResponse dispatch(std::string method, std::string target, std::string body = {}) {
        http::FakeRequest request(std::move(method), std::move(target), std::move(body));
        return dispatch(request);
    }
    std::size_t count_files() const {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_ / "blobs"), fs::directory_iterator()));
    }

    fs::path folder_;
    Settings settings_;
    http::asio::io_context io_;
    Workers workers_{1};
    Transfers transfers_;
    sched::Pool pool_{io_, settings_, "/nonexistent"};
    std::optional<store::Store> store_;
    std::optional<Context> context_;
    http::Router router_;
};

std::string path_of(std::string_view content, std::string_view separator = ":") {
    return "/api/blobs/sha256" + std::string(separator) + sha256_hex(content);
}

TEST_F(RoutesTest, StoresABlobOnce) {
    // Longer than one piece of the upload.
    const std::string content((1 << 20) + 17, 'x');
    EXPECT_EQ(dispatch("HEAD", path_of(content)).status, 404);
    EXPECT_EQ(dispatch("POST", path_of(content), content).status, 201);
    EXPECT_EQ(dispatch("POST", path_of(content), content).status, 200);
    EXPECT_EQ(dispatch("HEAD", path_of(content)).status, 200);
    EXPECT_EQ(count_files(), 1U);
}

TEST_F(RoutesTest, RefusesMalformedDigests) {
    for (const char* target : {"/api/blobs/sha256:12", "/api/blobs/x", "/api/blobs/%2e%2e"}) {
        const auto response = dispatch("POST", target, "x");
        EXPECT_EQ(response.status, 400) << target;
        EXPECT_EQ(response.body, R"({"error":"invalid digest format"})");
        EXPECT_EQ(dispatch("HEAD", target).status, 400);
    }
}

TEST_F(RoutesTest, KeepsWhatCameUnderAnotherDigest) {
    const auto response = dispatch("POST", path_of("expected"), "sent");
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.body, R"({"error":"digest mismatch, expected \"sha256:)" +
                                 sha256_hex("expected") + R"(\", got \"sha256:)" +
                                 sha256_hex("sent") + R"(\""})");
    EXPECT_EQ(dispatch("HEAD", path_of("sent")).status, 200);
}

TEST_F(RoutesTest, ComparesDigestsAsText) {
    EXPECT_EQ(dispatch("POST", path_of("x", "-"), "x").status, 400);
    EXPECT_EQ(dispatch("POST", path_of("x", "-"), "x").status, 200);
}

TEST_F(RoutesTest, LeavesNothingOfACutUpload) {
    BrokenRequest request("POST", path_of("x"), "x");
    dispatch(request);
    EXPECT_EQ(count_files(), 0U);
}

TEST_F(RoutesTest, APullThatFailsIsTold) {
    const std::string nowhere = R"({"model":"127.0.0.1:1/a/b","insecure":true)";
    EXPECT_EQ(dispatch("POST", "/api/pull", nowhere + R"(,"stream":false})").status, 500);
    EXPECT_TRUE(dispatch("POST", "/api/pull", nowhere + "}")
                    .body.starts_with("{\"status\":\"pulling manifest\"}\n"
                                      "{\"error\":\"pull model manifest: "));
    EXPECT_EQ(dispatch("POST", "/api/pull", R"({"model":""})").status, 400);
}

// A read-only folder with one model.
TEST_F(RoutesTest, PullsAModelThatCameWithCorralBack) {
    const fs::path built_in = folder_ / "built-in";
    auto other = store::Store::open(built_in).value();
    const auto name = *store::ModelName::parse("cria");
    const auto layer = other.write_blob(store::kMediaConfig, "{}").value();
    ASSERT_TRUE(other.write_manifest(name, store::Manifest{layer, {}}));
    store_.emplace(store::Store::open(folder_, {built_in}).value());

    ASSERT_TRUE(store_->remove(name));
    ASSERT_FALSE(store_->find(name));
    const auto response = dispatch("POST", "/api/pull", R"({"model":"cria"})");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.find("Content-Type")->second, "application/x-ndjson");
    EXPECT_EQ(response.body, "{\"status\":\"pulling manifest\"}\n{\"status\":\"success\"}\n");
    EXPECT_TRUE(store_->find(name));
    EXPECT_EQ(dispatch("POST", "/api/pull", R"({"name":"cria","stream":false})").body,
              R"({"status":"success"})");
}

}  // namespace
}  // namespace corral::serve
