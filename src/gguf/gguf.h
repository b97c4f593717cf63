#pragma once

// Purpose: the header of a GGUF file: metadata and the list of tensors, read from untrusted bytes.
// Tensor data is never touched, llama.cpp never asked.
//
// Bounds: everything the file claims is checked against its size before memory is reserved for it.
// Strings up to 16 MiB, arrays up to 64 Mi elements, a million keys and tensors each, a header of
// 512 MiB. Cost: memory for what is kept; in header mode a file with a vocabulary of 128k tokens
// takes a few milliseconds. Errors: not_found, io, corrupt (what is wrong and where), unsupported
// (big-endian files, version 1, unknown types). Source: the GGUF specification;
// modelfile-create-templates.md 5.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/result.h"
#include "gguf/types.h"

namespace corral::gguf {

using Scalar = std::variant<std::uint64_t, std::int64_t, float, double, bool, std::string>;

struct Array {
    ValueType element_type = ValueType::u8;
    std::uint64_t n_elements = 0;
    std::vector<Scalar> elements;  // empty where ReadMode leaves them out
};

using Value = std::variant<std::uint64_t, std::int64_t, float, double, bool, std::string, Array>;

struct Entry {
    std::string key;
    Value value;
};

struct Tensor {
    std::string name;
    const TensorType* type = nullptr;
    std::vector<std::uint64_t> shape;  // ggml order: the first dimension is contiguous
    std::uint64_t offset = 0;          // from the start of the data section
    std::uint64_t size_bytes = 0;

    std::uint64_t n_elements() const;
};

enum class ReadMode {
    summary,     // metadata up to the first tokenizer.* key behind general.architecture; no tensors
    header,      // metadata and tensors; of arrays only short ones of numbers have their elements
    vocabulary,  // the same with the texts of the tokens
    full,        // all elements too
};

class File {
public:
    std::uint32_t version() const { return version_; }
    std::uint64_t alignment() const { return alignment_; }
    const std::vector<Entry>& metadata() const {
        return metadata_;
    }  // file order; of equal keys the last
    const std::vector<Tensor>& tensors() const { return tensors_; }
    std::uint64_t parameter_count() const;  // elements of all tensors

    const Value* find(std::string_view key) const;
    // The value when it is there and of that kind: any non-negative integer type, any float type,
    // ….
    std::optional<std::uint64_t> get_integer(std::string_view key) const;
    std::optional<double> get_number(std::string_view key) const;
    std::optional<bool> get_bool(std::string_view key) const;
    std::string get_string(std::string_view key) const;  // empty when absent

    std::string architecture() const;  // general.architecture, "unknown" when absent
    // "<architecture>.<key>", the way most keys are named.
    std::string scoped(std::string_view key) const;

private:
    friend class Parser;
    std::uint32_t version_ = 0;
    std::uint64_t alignment_ = 32;
    std::vector<Entry> metadata_;
    std::unordered_map<std::string, std::size_t> index_;
    std::vector<Tensor> tensors_;
};

[[nodiscard]] Result<File> read(const std::filesystem::path& path, ReadMode mode);
// The same from memory that holds the whole file.
[[nodiscard]] Result<File> parse(std::span<const char> bytes, ReadMode mode);

// Whether the file begins like a GGUF of either byte order.
[[nodiscard]] Result<bool> has_magic(const std::filesystem::path& path);

}  // namespace corral::gguf
