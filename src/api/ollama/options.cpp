#include "api/ollama/options.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <variant>
#include <vector>

#include "api/json/field.h"
#include "api/json/value.h"
#include "api/ollama/errors.h"

namespace corral::api::ollama {

namespace {

using json::Value;
using wire::LoadOptions;
using wire::SamplingOptions;

// Where the value of an option goes; the alternative also says which type it must have.
using Target = std::variant<std::int64_t LoadOptions::*, std::optional<std::int64_t> LoadOptions::*,
                            std::optional<bool> LoadOptions::*, std::int64_t SamplingOptions::*,
                            float SamplingOptions::*, std::vector<std::string> SamplingOptions::*,
                            std::vector<wire::LogitBias> SamplingOptions::*>;

struct Option {
    std::string_view name;
    Target target;
};

constexpr std::array kOptions = {
    Option{"num_ctx", &LoadOptions::num_ctx},
    Option{"num_batch", &LoadOptions::num_batch},
    Option{"num_gpu", &LoadOptions::num_gpu},
    Option{"main_gpu", &LoadOptions::main_gpu},
    Option{"use_mmap", &LoadOptions::use_mmap},
    Option{"num_thread", &LoadOptions::num_thread},
    Option{"draft_num_predict", &LoadOptions::draft_num_predict},
    Option{"num_keep", &SamplingOptions::num_keep},
    Option{"seed", &SamplingOptions::seed},
    Option{"num_predict", &SamplingOptions::num_predict},
    Option{"top_k", &SamplingOptions::top_k},
    Option{"top_p", &SamplingOptions::top_p},
    Option{"min_p", &SamplingOptions::min_p},
    Option{"typical_p", &SamplingOptions::typical_p},
    Option{"repeat_last_n", &SamplingOptions::repeat_last_n},
    Option{"temperature", &SamplingOptions::temperature},
    Option{"repeat_penalty", &SamplingOptions::repeat_penalty},
    Option{"presence_penalty", &SamplingOptions::presence_penalty},
    Option{"frequency_penalty", &SamplingOptions::frequency_penalty},
    Option{"stop", &SamplingOptions::stop},
    // Beyond upstream: how many tokens may be thoughts; `{"1234": -100}`, as OpenAI's API has it.
    Option{"num_think", &SamplingOptions::num_think},
    Option{"logit_bias", &SamplingOptions::logit_bias},
};

constexpr std::size_t kMaxBiases = 1024;
constexpr int kMaxBias = 100;

std::unexpected<Error> wrong_type(std::string_view name, std::string_view type) {
    return refuse(500, ErrorCode::invalid, fmt::format("option \"{}\" must be {}", name, type));
}

std::int64_t truncated(double number) {
    using Limits = std::numeric_limits<std::int64_t>;
    if (number >= 0x1p63) return Limits::max();
    if (number < -0x1p63) return Limits::min();
    return static_cast<std::int64_t>(number);
}

// Turns the value of one option into the type of its target.
struct Converter {
    std::string_view name;
    const Value& value;

    Result<void> into(std::int64_t& target) const {
        const auto number = value.kind == Value::Kind::number ? value.number() : std::nullopt;
        if (!number) return wrong_type(name, "of type integer");
        target = value.integer().value_or(truncated(*number));
        return {};
    }
    Result<void> into(std::optional<std::int64_t>& target) const { return into(target.emplace()); }
    Result<void> into(std::optional<bool>& target) const {
        if (value.kind != Value::Kind::boolean) return wrong_type(name, "of type boolean");
        target = value.boolean();
        return {};
    }
    Result<void> into(float& target) const {
        const auto number = value.kind == Value::Kind::number ? value.number() : std::nullopt;
        if (!number) return wrong_type(name, "of type float32");
        target = static_cast<float>(*number);
        return {};
    }
    Result<void> into(std::vector<std::string>& target) const {
        if (value.kind != Value::Kind::array) return wrong_type(name, "of type array");
        std::vector<std::string> texts;
        for (const auto& item : value.items) {
            if (!item.is_string()) return wrong_type(name, "of an array of strings");
            texts.push_back(item.text());
        }
        target = std::move(texts);
        return {};
    }
    Result<void> into(std::vector<wire::LogitBias>& target) const {
        const auto bad = [] {
            return json::refuse_field(
                "logit_bias",
                fmt::format("logit_bias must map at most {} tokens to numbers between -{} and {}",
                            kMaxBiases, kMaxBias, kMaxBias));
        };
        if (value.kind != Value::Kind::object || value.keys.size() > kMaxBiases) return bad();
        target.clear();
        for (std::size_t i = 0; i < value.keys.size(); ++i) {
            const auto& key = value.keys[i];
            wire::LogitBias bias;
            const auto end = key.data() + key.size();
            const auto read = std::from_chars(key.data(), end, bias.token);
            const auto& sent = value.items[i];
            const auto number =
                sent.kind == Value::Kind::number ? sent.number() : std::optional<double>();
            if (read.ec != std::errc() || read.ptr != end || !number ||
                std::abs(*number) > kMaxBias) {
                return bad();
            }
            bias.bias = static_cast<float>(*number);
            target.push_back(bias);
        }
        return {};
    }
};

template <class T>
T& member_of(wire::Options& options, T LoadOptions::*member) {
    return options.load.*member;
}
template <class T>
T& member_of(wire::Options& options, T SamplingOptions::*member) {
    return options.sampling.*member;
}

Result<void> apply(std::string_view name, const Value& value, MergedOptions& merged) {
    for (const auto& option : kOptions) {
        if (option.name != name) continue;
        merged.has_num_ctx |= name == "num_ctx";
        merged.has_num_batch |= name == "num_batch";
        merged.has_draft_num_predict |= name == "draft_num_predict";
        return std::visit(
            [&](auto member) {
                return Converter{name, value}.into(member_of(merged.options, member));
            },
            option.target);
    }
    return {};
}

Result<void> apply_all(std::string_view json, MergedOptions& merged) {
    if (json.empty()) return {};
    CORRAL_TRY(const auto object, json::parse(json));
    for (std::size_t i = 0; i < object.keys.size(); ++i) {
        if (object.items[i].is_null()) continue;
        CORRAL_CHECK(apply(object.keys[i], object.items[i], merged));
    }
    return {};
}

}  // namespace

Result<MergedOptions> merge_options(std::string_view model_json, std::string_view request_json) {
    MergedOptions merged;
    CORRAL_CHECK(apply_all(model_json, merged));
    CORRAL_CHECK(apply_all(request_json, merged));
    return merged;
}

}  // namespace corral::api::ollama
