#include "prompt/go/collections.h"

#include <algorithm>

#include "base/text.h"

namespace corral::prompt::go {
namespace {

using Kind = Value::Kind;

std::size_t size_of(const Value& value) {
    return value.kind() == Kind::text ? value.text().size() : value.list().items.size();
}

Result<std::size_t> position_in(const Value& index, std::size_t size) {
    if (index.is_empty()) return fail(ErrorCode::invalid, "cannot index slice/array with nil");
    if (index.kind() != Kind::integer)
        return fail(ErrorCode::invalid, "cannot index slice/array with type {}", index.type_name());
    if (index.integer() < 0 || index.integer() > static_cast<std::int64_t>(size))
        return fail(ErrorCode::invalid, "index out of range: {}", index.integer());
    return static_cast<std::size_t>(index.integer());
}

Result<Value> element(const Value& value, const Value& index) {
    const bool is_text = value.kind() == Kind::text;
    CORRAL_TRY(const std::size_t at, position_in(index, size_of(value)));
    if (at == size_of(value))
        return fail(ErrorCode::invalid, "reflect: {} index out of range",
                    is_text ? "string" : "slice");
    if (!is_text) return value.list().items[at];
    return Value(static_cast<std::int64_t>(static_cast<unsigned char>(value.text()[at])));
}

Result<Value> entry(const Map& map, const Value& key) {
    if (key.is_empty()) return fail(ErrorCode::invalid, "value is nil; should be of type string");
    if (key.kind() != Kind::text)
        return fail(ErrorCode::invalid, "value has type {}; should be string", key.type_name());
    const Value* found = map.find(key.text());
    return found == nullptr ? Value::nil() : *found;
}

}  // namespace

Result<Value> length_of(const Value& value) {
    switch (value.kind()) {
        case Kind::nothing:
            return fail(ErrorCode::invalid, "reflect: call of reflect.Value.Type on zero Value");
        case Kind::nil:
            return fail(ErrorCode::invalid, "len of nil pointer");
        case Kind::text:
        case Kind::list:
            return Value(static_cast<std::int64_t>(size_of(value)));
        case Kind::map:
            return Value(static_cast<std::int64_t>(value.map().entries.size()));
        default:
            return fail(ErrorCode::invalid, "len of type {}", trim_left(value.type_name(), "*"));
    }
}

Result<Value> index_into(std::span<const Value> values) {
    if (values.front().is_empty()) return fail(ErrorCode::invalid, "index of untyped nil");
    Value item = values.front();
    for (const Value& index : values.subspan(1)) {
        if (item.is_empty()) return fail(ErrorCode::invalid, "index of nil pointer");
        if (item.kind() == Kind::map) {
            CORRAL_TRY(item, entry(item.map(), index));
        } else if (item.kind() == Kind::list || item.kind() == Kind::text) {
            CORRAL_TRY(item, element(item, index));
        } else {
            return fail(ErrorCode::invalid, "can't index item of type {}", item.type_name());
        }
    }
    return item;
}

Result<Value> slice_of(std::span<const Value> values) {
    const Value& item = values.front();
    const auto indexes = values.subspan(1);
    if (item.is_empty()) return fail(ErrorCode::invalid, "slice of untyped nil");
    if (indexes.size() > 3)
        return fail(ErrorCode::invalid, "too many slice indexes: {}", indexes.size());
    if (item.kind() != Kind::text && item.kind() != Kind::list)
        return fail(ErrorCode::invalid, "can't slice item of type {}", item.type_name());
    if (item.kind() == Kind::text && indexes.size() == 3)
        return fail(ErrorCode::invalid, "cannot 3-index slice a string");
    std::size_t bounds[3] = {0, size_of(item), size_of(item)};
    for (std::size_t i = 0; i < indexes.size(); ++i) {
        CORRAL_TRY(bounds[i], position_in(indexes[i], size_of(item)));
    }
    for (std::size_t i = 1; i < std::max<std::size_t>(indexes.size(), 2); ++i)
        if (bounds[i - 1] > bounds[i])
            return fail(ErrorCode::invalid, "invalid slice index: {} > {}", bounds[i - 1],
                        bounds[i]);
    if (item.kind() == Kind::text) return item.part(bounds[0], bounds[1]);
    const auto& items = item.list().items;
    const auto begin = items.begin();
    return make_list(*item.list().type, {begin + static_cast<std::ptrdiff_t>(bounds[0]),
                                         begin + static_cast<std::ptrdiff_t>(bounds[1])});
}

}  // namespace corral::prompt::go
