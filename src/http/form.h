#pragma once

// Purpose: what an HTML form or a client's upload sends: fields with names, and files among them.
//
// Pure functions over a complete body. Nothing is copied but names: values are views of the body.
// Bounds: kMaxFormFields fields, kMaxPartHeaders bytes of headers for each part of a multipart
// body. Errors: ErrorCode::invalid with http_status 400; those about the Content-Type have Go's
// texts, which upstream's clients see. Source: RFC 7578 and RFC 2046 5.1 (multipart/form-data), the
// URL standard (queries), openai-anthropic-api.md 9.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace corral::http {

inline constexpr std::size_t kMaxFormFields = 256;
inline constexpr std::size_t kMaxPartHeaders = 8 << 10;

struct FormField {
    std::string name;
    std::string_view value;
    bool is_file = false;  // it came with a file's name
};

// A body of the type `content_type`. A body that ends before its closing delimiter is an error.
[[nodiscard]] Result<std::vector<FormField>> read_multipart(std::string_view content_type,
                                                            std::string_view body);

// A value of a query, "language" of "a=b&language=de"; '+' stands for a blank. Empty when it is
// absent or malformed.
std::string query_value(std::string_view query, std::string_view name);

}  // namespace corral::http
