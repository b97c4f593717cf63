#pragma once

// Purpose: the fields of chat/completions and completions that steer the generation, as the options
// object of the native request.
//
// Three layers, each over the one before: what OpenAI's API presets whatever the model says, the
// native `options` that we also take, and the fields by their own names. Numbers keep their
// literals. Beyond upstream are `options` and the native options by name (`num_ctx`, `top_k`, …).
// Source: openai-anthropic-api.md 2.4, 4.1, 5, 15.2.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/json/reader.h"

namespace corral::api::openai {

// Whose presets hold where the request says nothing: OpenAI's API or the model's own.
enum class Precedence { protocol, model };

class SamplingFields {
public:
    // Members that are set even when the request does not name them.
    using Presets = std::vector<std::pair<std::string_view, std::string_view>>;
    SamplingFields(Presets presets, Precedence precedence)
        : presets_(precedence == Precedence::protocol ? std::move(presets) : Presets()) {}

    // The fields, for Reader::object; they refer to this object.
    std::vector<json::Reader::Field> fields(json::Reader& reader);
    // An option that another field says, unless its own does.
    void add(std::string_view option, std::int64_t value);
    // Takes a value of 0 for one that was not sent.
    void forget_zero(std::string_view option);
    // Of a request that was read: an object.
    std::string options_json() const;
    std::optional<std::int64_t> seed() const;

private:
    Presets presets_;
    std::string options_;                         // `options`, an object or empty
    std::map<std::string, std::string> by_name_;  // literals, empty where nothing was sent
    std::string max_tokens_, max_completion_tokens_;
    std::string logit_bias_;  // an object, or empty
    std::string stop_;        // an array, or empty
};

// The texts of `stop`: one, or a list of which only texts count.
json::Reader::Read read_stop(std::string& array_json);

}  // namespace corral::api::openai
