#pragma once

// Purpose: for tests: a tiny random-weight model of a kind (tests/fixtures/tiny_models.h), written
// to a file that goes away with the object.

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
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

}  // namespace corral::engine
