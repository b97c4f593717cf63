#pragma once

// Purpose: for tests: a tiny random-weight model of a kind (tests/fixtures/tiny_models.h), written
// to a file that goes away with the object.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "engine/model.h"
#include "tests/fixtures/tiny_models.h"

namespace corral::engine {

class TinyModel {
public:
    explicit TinyModel(std::string_view kind)
        : path_(std::filesystem::temp_directory_path() /
                fmt::format("corral-{}-{}.gguf", kind, getpid())) {
        EXPECT_TRUE(tests::write_model(kind, path_.string()));
    }
    ~TinyModel() { std::filesystem::remove(path_); }
    TinyModel(const TinyModel&) = delete;
    TinyModel& operator=(const TinyModel&) = delete;

    std::string path() const { return path_.string(); }

    // Exact arithmetic, so that rounding decides nothing: flash attention computes in half
    // precision.
    wire::Load request(std::int64_t n_ctx = 512) const {
        wire::Load load;
        load.model_path = path();
        load.options.num_ctx = n_ctx;
        load.options.num_thread = 1;
        load.kv_cache_type = "f32";
        load.flash_attention = false;
        return load;
    }
    Model load(std::int64_t n_ctx = 512) const {
        Result<Model> model = load_model(request(n_ctx), {});
        EXPECT_TRUE(model) << model.error().message;
        return std::move(*model);
    }

private:
    std::filesystem::path path_;
};

// A suite whose tests share one loaded model of the kind "full". Its vocabulary has a token for
// every byte, behind three special ones; token 2 ends an answer.
class FullModelTest : public testing::Test {
protected:
    static void SetUpTestSuite() {
        tiny = std::make_unique<TinyModel>("full");
        model = std::make_unique<Model>(tiny->load());
    }
    static void TearDownTestSuite() {
        model.reset();
        tiny.reset();
    }

    static llama_token byte(char c) { return 3 + static_cast<unsigned char>(c); }

    static inline std::unique_ptr<TinyModel> tiny;
    static inline std::unique_ptr<Model> model;
};

}  // namespace corral::engine
