#include "models/gguf_json.h"

#include <cmath>
#include <cstdlib>
#include <map>
#include <nlohmann/json.hpp>

#include "base/base64.h"
#include "base/utf8.h"
#include "store/go_number.h"

namespace corral::models {

using nlohmann::ordered_json;

namespace {

struct ToJson {
    bool with_arrays;

    ordered_json operator()(std::uint64_t number) const { return number; }
    ordered_json operator()(std::int64_t number) const { return number; }
    ordered_json operator()(bool flag) const { return flag; }
    ordered_json operator()(double number) const {
        return std::isfinite(number) ? ordered_json(number) : nullptr;
    }
    // As the double that prints with the digits of the float: 1e-05, not 9.999999747378752e-06.
    ordered_json operator()(float number) const {
        if (!std::isfinite(number)) return nullptr;
        return std::strtod(store::go_json_number(number).c_str(), nullptr);
    }
    ordered_json operator()(const std::string& text) const { return sanitize_utf8(text); }

    ordered_json operator()(const gguf::Array& array) const {
        if (array.n_elements == 0) return ordered_json::array();
        if (!with_arrays) return nullptr;
        if (array.element_type == gguf::ValueType::u8) return bytes_text(array);
        ordered_json list = ordered_json::array();
        for (const gguf::Scalar& element : array.elements)
            list.push_back(std::visit(*this, element));
        return list;
    }

    // Go prints a list of bytes as base64.
    static std::string bytes_text(const gguf::Array& array) {
        std::string bytes;
        for (const gguf::Scalar& element : array.elements)
            bytes += static_cast<char>(std::get<std::uint64_t>(element));
        return base64_encode(bytes);
    }
};

}  // namespace

ordered_json gguf_info_json(const gguf::File& file, bool with_arrays) {
    std::map<std::string, const gguf::Value*> sorted;
    for (const gguf::Entry& entry : file.metadata())
        if (entry.key != "general.name" && entry.key != "tokenizer.chat_template")
            sorted[entry.key] = &entry.value;
    const gguf::Value n_parameters = file.parameter_count();
    sorted["general.parameter_count"] = &n_parameters;

    // Filled as a vector: inserting by key would search all earlier ones.
    ordered_json info = ordered_json::object();
    auto& members = info.get_ref<ordered_json::object_t&>();
    for (const auto& [key, value] : sorted)
        members.push_back({sanitize_utf8(key), std::visit(ToJson{with_arrays}, *value)});
    return info;
}

std::vector<TensorEntry> tensor_entries(const gguf::File& file) {
    std::vector<TensorEntry> entries;
    entries.reserve(file.tensors().size());
    for (const gguf::Tensor& tensor : file.tensors())
        entries.push_back(
            {sanitize_utf8(tensor.name), std::string(tensor.type->name), tensor.shape});
    return entries;
}

}  // namespace corral::models
