#include "engine/adapters.h"

#include <filesystem>
#include <string_view>

#include "gguf/gguf.h"

namespace corral::engine {
namespace {

// llama.cpp ends the process when one of these has another type than it expects.
[[nodiscard]] Result<void> check_adapter_header(const std::string& path) {
    CORRAL_TRY(const gguf::File header, gguf::read(path, gguf::ReadMode::header));
    const auto bad = [&](std::string_view what) {
        return fail(ErrorCode::corrupt, "{} {}", std::filesystem::path(path).filename().string(),
                    what);
    };
    if (header.get_string("general.type") != "adapter") return bad("is not an adapter");
    if (header.get_string("adapter.type") != "lora") return bad("is not a LoRA adapter");
    const gguf::Value* alpha = header.find("adapter.lora.alpha");
    const auto* number = alpha == nullptr ? nullptr : std::get_if<float>(alpha);
    if (alpha != nullptr && number == nullptr) return bad("has an alpha that is no number");
    return {};
}

}  // namespace

Result<Adapters> read_adapters(const std::vector<std::string>& paths, llama_model* weights,
                               LogCapture& log) {
    Adapters adapters;
    for (const std::string& path : paths) {
        CORRAL_CHECK(check_adapter_header(path));
        adapters.emplace_back(llama_adapter_lora_init(weights, path.c_str()));
        if (adapters.back() == nullptr) {
            return fail(ErrorCode::corrupt, "failed to load the adapter {}: {}",
                        std::filesystem::path(path).filename().string(), log.errors());
        }
    }
    return adapters;
}

Result<void> apply_adapters(const Adapters& adapters, llama_context* context) {
    if (adapters.empty()) return {};
    std::vector<llama_adapter_lora*> all;
    for (const auto& adapter : adapters) all.push_back(adapter.get());
    std::vector<float> scales(all.size(), 1.0F);
    if (llama_set_adapters_lora(context, all.data(), all.size(), scales.data()) != 0) {
        return fail(ErrorCode::corrupt, "the adapters cannot be applied to this model");
    }
    return {};
}

}  // namespace corral::engine
