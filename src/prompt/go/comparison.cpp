#include "prompt/go/comparison.h"

#include <string>

#include "prompt/go/display.h"

namespace corral::prompt::go {
namespace {

bool is_basic(const Value& value) {
    return value.kind() >= Value::Kind::boolean && value.kind() <= Value::Kind::text;
}

bool is_nil(const Value& value) {
    if (value.kind() == Value::Kind::list) return value.list().is_nil;
    if (value.kind() == Value::Kind::map) return value.map().is_nil;
    return value.is_empty();
}

std::string shown_value(const Value& value) {
    std::string text;
    append_value(text, value);
    return text;
}

std::unexpected<Error> incompatible(const Value& a, const Value& b) {
    return fail(ErrorCode::invalid, "incompatible types for comparison: {} and {}", a.type_name(),
                b.type_name());
}

bool equal_basics(const Value& a, const Value& b) {
    switch (a.kind()) {
        case Value::Kind::boolean:
            return a.boolean() == b.boolean();
        case Value::Kind::integer:
            return a.integer() == b.integer();
        case Value::Kind::real:
            return a.real() == b.real();
        default:
            return a.text() == b.text();
    }
}

Result<bool> equal(const Value& a, const Value& b) {
    if (is_basic(a) || is_basic(b)) {
        if (a.kind() == b.kind()) return equal_basics(a, b);
        if (a.is_empty() || b.is_empty()) return false;
        return incompatible(a, b);
    }
    if (a.kind() != b.kind() && !a.is_empty() && !b.is_empty())
        return fail(ErrorCode::invalid, "non-comparable types {}: {}, {}: {}", shown_value(a),
                    a.type_name(), b.type_name(), shown_value(b));
    if (is_nil(a) || is_nil(b)) return is_nil(a) == is_nil(b);
    const bool is_pointer = a.kind() == Value::Kind::record && a.record().type->is_pointer;
    if (is_pointer) return &a.record() == &b.record();
    return fail(ErrorCode::invalid, "non-comparable type {}: {}", shown_value(b), b.type_name());
}

}  // namespace

Result<bool> equals_any(std::span<const Value> values) {
    if (values.size() < 2) return fail(ErrorCode::invalid, "missing argument for comparison");
    for (const Value& other : values.subspan(1)) {
        CORRAL_TRY(const bool is_equal, equal(values.front(), other));
        if (is_equal) return true;
    }
    return false;
}

Result<bool> is_less(const Value& a, const Value& b) {
    if (!is_basic(a) || !is_basic(b))
        return fail(ErrorCode::invalid, "invalid type for comparison");
    if (a.kind() != b.kind()) return incompatible(a, b);
    switch (a.kind()) {
        case Value::Kind::integer:
            return a.integer() < b.integer();
        case Value::Kind::real:
            return a.real() < b.real();
        case Value::Kind::text:
            return a.text() < b.text();
        default:
            return fail(ErrorCode::invalid, "invalid type for comparison");
    }
}

}  // namespace corral::prompt::go
