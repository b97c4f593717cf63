#include "gguf/gguf.h"

namespace corral::gguf {

std::uint64_t Tensor::n_elements() const {
    std::uint64_t n = 1;
    for (const std::uint64_t length : shape) n *= length;
    return n;
}

std::uint64_t File::parameter_count() const {
    std::uint64_t n = 0;
    for (const Tensor& tensor : tensors_) n += tensor.n_elements();
    return n;
}

const Value* File::find(std::string_view key) const {
    const auto place = index_.find(std::string(key));
    return place == index_.end() ? nullptr : &metadata_[place->second].value;
}

std::optional<std::uint64_t> File::get_integer(std::string_view key) const {
    const Value* value = find(key);
    if (!value) return std::nullopt;
    if (const auto* number = std::get_if<std::uint64_t>(value)) return *number;
    if (const auto* number = std::get_if<std::int64_t>(value); number && *number >= 0)
        return static_cast<std::uint64_t>(*number);
    return std::nullopt;
}

std::optional<double> File::get_number(std::string_view key) const {
    const Value* value = find(key);
    if (!value) return std::nullopt;
    if (const auto* number = std::get_if<float>(value)) return *number;
    if (const auto* number = std::get_if<double>(value)) return *number;
    return std::nullopt;
}

std::optional<bool> File::get_bool(std::string_view key) const {
    const Value* value = find(key);
    const auto* flag = value ? std::get_if<bool>(value) : nullptr;
    return flag ? std::optional(*flag) : std::nullopt;
}

std::string File::get_string(std::string_view key) const {
    const Value* value = find(key);
    const auto* text = value ? std::get_if<std::string>(value) : nullptr;
    return text ? *text : std::string();
}

std::string File::architecture() const {
    std::string name = get_string("general.architecture");
    return name.empty() ? "unknown" : name;
}

std::string File::scoped(std::string_view key) const {
    return architecture() + "." + std::string(key);
}

}  // namespace corral::gguf
