#include "api/json/reader.h"

#include <algorithm>
#include <utility>

#include "api/json/field.h"
#include "base/text.h"

namespace corral::api::json {

namespace {

std::string_view kind_name(Value::Kind kind) {
    switch (kind) {
        case Value::Kind::null:
            return "null";
        case Value::Kind::boolean:
            return "bool";
        case Value::Kind::number:
            return "number";
        case Value::Kind::string:
            return "string";
        case Value::Kind::array:
            return "array";
        case Value::Kind::object:
            return "object";
    }
    return "null";
}

const Reader::Field* find_field(const std::vector<Reader::Field>& fields, std::string_view key) {
    const auto exact = std::ranges::find(fields, key, &Reader::Field::name);
    if (exact != fields.end()) return &*exact;
    const auto folded = std::ranges::find_if(
        fields, [&](const Reader::Field& field) { return keys_match(field.name, key); });
    return folded != fields.end() ? &*folded : nullptr;
}

}  // namespace

void Reader::object(const Value& value, std::string_view go_type,
                    const std::vector<Field>& fields) {
    if (value.is_null()) return;
    if (value.kind != Value::Kind::object) return mismatch(value, go_type);
    for (std::size_t i = 0; i < value.keys.size() && !stopped(); ++i) {
        const auto* field = find_field(fields, value.keys[i]);
        if (field == nullptr) continue;
        path_.push_back({field->name});
        field->read(value.items[i]);
        path_.pop_back();
    }
}

void Reader::each(const Value& list, const Read& read) {
    for (std::size_t i = 0; i < list.items.size() && !stopped(); ++i) {
        path_.push_back({{}, i});
        read(list.items[i]);
        path_.pop_back();
    }
}

Reader::Read Reader::text(std::string& target) {
    return [this, &target](const Value& value) {
        if (value.is_null()) return;
        if (!value.is_string()) return mismatch(value, "string");
        target = value.text();
    };
}

Reader::Read Reader::boolean(bool& target) {
    return [this, &target](const Value& value) {
        if (value.is_null()) return;
        if (value.kind != Value::Kind::boolean) return mismatch(value, "bool");
        target = value.boolean();
    };
}

Reader::Read Reader::boolean(std::optional<bool>& target) {
    return [this, &target](const Value& value) {
        target.reset();
        if (value.is_null()) return;
        if (value.kind != Value::Kind::boolean) return mismatch(value, "bool");
        target = value.boolean();
    };
}

Reader::Read Reader::integer(std::int64_t& target) {
    return [this, &target](const Value& value) {
        if (value.is_null()) return;
        if (value.kind != Value::Kind::number) return mismatch(value, "int");
        const auto number = value.integer();
        if (!number) return mismatch_literal(value, "int");
        target = *number;
    };
}

Reader::Read Reader::number(std::string& literal) {
    return [this, &literal](const Value& value) {
        literal.clear();
        if (value.is_null()) return;
        if (value.kind != Value::Kind::number) return mismatch(value, "float64");
        literal = value.raw;
    };
}

Reader::Read Reader::integers(std::optional<std::vector<std::int64_t>>& target) {
    return [this, &target](const Value& value) {
        target.reset();
        if (value.is_null()) return;
        if (value.kind != Value::Kind::array) return mismatch(value, "[]int");
        target.emplace();
        target->reserve(value.items.size());
        each(value, [&](const Value& item) { integer(target->emplace_back())(item); });
    };
}

Reader::Read Reader::texts(std::vector<std::string>& target) {
    return list<std::string>(target, "[]string", [this](const Value& item, std::string& element) {
        text(element)(item);
    });
}

Reader::Read Reader::nested(std::string_view nested_name, Read read) {
    return [this, nested_name, read = std::move(read)](const Value& value) {
        if (custom_depth_ > 0) return read(value);
        auto outer = std::exchange(struct_name_, std::string(nested_name));
        read(value);
        struct_name_ = std::move(outer);
    };
}

Reader::Read Reader::custom(Read read) {
    return [this, read = std::move(read)](const Value& value) {
        auto outer = std::exchange(noted_, std::nullopt);
        ++custom_depth_;
        read(value);
        --custom_depth_;
        if (noted_ && !fatal_) fatal_ = std::move(noted_);
        noted_ = std::move(outer);
    };
}

void Reader::mismatch(const Value& value, std::string_view go_type) {
    add_mismatch(kind_name(value.kind), go_type);
}

void Reader::mismatch_literal(const Value& value, std::string_view go_type) {
    add_mismatch("number " + std::string(value.raw), go_type);
}

void Reader::add_mismatch(std::string_view kind, std::string_view go_type) {
    const auto path = go_path();
    const auto place =
        path.empty() ? "value" : fmt::format("struct field {}.{}", struct_name_, path);
    Error error{
        ErrorCode::invalid,
        fmt::format("json: cannot unmarshal {} into Go {} of type {}", kind, place, go_type),
        {},
        0};
    if (!path_.empty()) error.problem = kInvalidType;
    note(std::move(error));
}

std::string Reader::go_path() const {
    std::string path;
    for (const auto& step : path_) {
        if (!path.empty() && !step.name.empty()) path += '.';
        path += step.name;
    }
    return path;
}

void Reader::name_field(Error& error) const {
    for (auto step = path_.rbegin(); step != path_.rend(); ++step) {
        put_place(error, step->name.empty() ? element(step->index) : std::string(step->name));
    }
}

void Reader::note(Error error) {
    if (noted_) return;
    name_field(error);
    noted_ = std::move(error);
}

void Reader::reject(Error error) {
    if (fatal_) return;
    name_field(error);
    fatal_ = std::move(error);
}

Result<void> Reader::finish() const {
    if (fatal_) return fail(*fatal_);
    if (noted_) return fail(*noted_);
    return {};
}

}  // namespace corral::api::json
