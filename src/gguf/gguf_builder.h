#pragma once

// Purpose: GGUF files for tests, sound ones and ones that lie.
//
// The header's counts are those of what was added unless set otherwise.

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gguf/types.h"

namespace corral::gguf {

class GgufBuilder {
public:
    std::uint32_t version = 3;
    std::optional<std::uint64_t> claimed_tensors;
    std::optional<std::uint64_t> claimed_keys;

    GgufBuilder& text(std::string_view key, std::string_view value) {
        begin(key, ValueType::string);
        put_string(keys_, value);
        return *this;
    }
    template <class Number>
    GgufBuilder& number(std::string_view key, ValueType type, Number value) {
        begin(key, type);
        put(keys_, value);
        return *this;
    }
    GgufBuilder& count(std::string_view key, std::uint32_t value) {
        return number(key, ValueType::u32, value);
    }
    GgufBuilder& texts(std::string_view key, const std::vector<std::string>& values) {
        begin_array(key, ValueType::string, values.size());
        for (const std::string& value : values) put_string(keys_, value);
        return *this;
    }
    template <class Number>
    GgufBuilder& numbers(std::string_view key, ValueType type, const std::vector<Number>& values) {
        begin_array(key, type, values.size());
        for (const Number value : values) put(keys_, value);
        return *this;
    }
    // An array without the elements it claims.
    GgufBuilder& begin_array(std::string_view key, ValueType type, std::uint64_t n_elements) {
        begin(key, ValueType::array);
        put(keys_, static_cast<std::uint32_t>(type));
        put(keys_, n_elements);
        return *this;
    }
    GgufBuilder& tensor(std::string_view name, const std::vector<std::uint64_t>& shape,
                        std::uint32_t type, std::uint64_t offset) {
        ++n_tensors_;
        put_string(tensors_, name);
        put(tensors_, static_cast<std::uint32_t>(shape.size()));
        for (const std::uint64_t length : shape) put(tensors_, length);
        put(tensors_, type);
        put(tensors_, offset);
        return *this;
    }
    GgufBuilder& data(std::size_t n_bytes) {
        n_data_bytes_ = n_bytes;
        return *this;
    }

    std::string build() const {
        std::string file = "GGUF";
        put(file, version);
        put(file, claimed_tensors.value_or(n_tensors_));
        put(file, claimed_keys.value_or(n_keys_));
        file += keys_ + tensors_;
        if (n_data_bytes_ > 0) file.resize((file.size() + 31) / 32 * 32 + n_data_bytes_);
        return file;
    }

private:
    template <class Number>
    static void put(std::string& out, Number value) {
        char bytes[sizeof(Number)];
        std::memcpy(bytes, &value, sizeof(Number));
        out.append(bytes, sizeof(Number));
    }
    static void put_string(std::string& out, std::string_view text) {
        put(out, static_cast<std::uint64_t>(text.size()));
        out += text;
    }
    void begin(std::string_view key, ValueType type) {
        ++n_keys_;
        put_string(keys_, key);
        put(keys_, static_cast<std::uint32_t>(type));
    }

    std::string keys_;
    std::string tensors_;
    std::uint64_t n_keys_ = 0;
    std::uint64_t n_tensors_ = 0;
    std::size_t n_data_bytes_ = 0;
};

}  // namespace corral::gguf
