#include "prompt/go/value.h"

#include <algorithm>
#include <numeric>

namespace corral::prompt::go {

const Type kAnyList{.name = "[]interface {}"};
const Type kAnyMap{.name = "map[string]interface {}", .boxes = true};
const Type kStringList{.name = "[]string"};

Value Value::part(std::size_t begin, std::size_t end) const {
    const auto& text = std::get<SharedText>(data_);
    return Value(SharedText{text.view.substr(begin, end - begin), text.owner});
}

bool Value::truth() const {
    switch (kind()) {
        case Kind::nothing:
        case Kind::nil:
            return false;
        case Kind::boolean:
            return boolean();
        case Kind::integer:
            return integer() != 0;
        case Kind::real:
            return real() != 0;
        case Kind::text:
            return !text().empty();
        case Kind::list:
            return !list().items.empty();
        case Kind::map:
            return !map().entries.empty();
        case Kind::record:
            return true;
    }
    return false;
}

std::string_view Value::type_name() const {
    switch (kind()) {
        case Kind::nothing:
            return "<nil>";
        case Kind::nil:
            return "interface {}";
        case Kind::boolean:
            return "bool";
        case Kind::integer:
            return "int";
        case Kind::real:
            return "float64";
        case Kind::text:
            return "string";
        case Kind::list:
            return list().type->name;
        case Kind::map:
            return map().type->name;
        case Kind::record:
            return record().type->name;
    }
    return {};
}

Stringer Value::stringer() const {
    switch (kind()) {
        case Kind::list:
            return list().type->stringer;
        case Kind::map:
            return map().type->stringer;
        case Kind::record:
            return record().type->stringer;
        default:
            return Stringer::none;
    }
}

std::shared_ptr<const Map> Map::sorted(const Type& type, std::vector<Entry> entries) {
    auto map = std::make_shared<Map>();
    map->type = &type;
    map->entries = std::move(entries);
    std::ranges::sort(map->entries, {}, &Entry::first);
    return map;
}

std::shared_ptr<const Map> Map::ordered(const Type& type, std::vector<Entry> entries) {
    auto map = std::make_shared<Map>();
    map->type = &type;
    map->entries = std::move(entries);
    map->by_key_.resize(map->entries.size());
    std::iota(map->by_key_.begin(), map->by_key_.end(), 0U);
    std::ranges::sort(map->by_key_, {},
                      [&](std::uint32_t i) -> const std::string& { return map->entries[i].first; });
    return map;
}

const Value* Map::find(std::string_view key) const {
    if (by_key_.empty()) {
        const auto found = std::ranges::lower_bound(
            entries, key, {}, [](const Entry& entry) { return std::string_view(entry.first); });
        return found != entries.end() && found->first == key ? &found->second : nullptr;
    }
    const auto found = std::ranges::lower_bound(
        by_key_, key, {}, [&](std::uint32_t i) { return std::string_view(entries[i].first); });
    const bool is_there = found != by_key_.end() && entries[*found].first == key;
    return is_there ? &entries[*found].second : nullptr;
}

const Value* Record::find(std::string_view name) const {
    const auto found = std::ranges::find(type->fields, name, &Type::Field::name);
    if (found == type->fields.end()) return nullptr;
    return &values[static_cast<std::size_t>(found - type->fields.begin())];
}

Value make_list(const Type& type, std::vector<Value> items) {
    auto list = std::make_shared<List>();
    list->type = &type;
    list->items = std::move(items);
    return Value(std::shared_ptr<const List>(std::move(list)));
}

Value make_record(const Type& type, std::vector<Value> values) {
    auto record = std::make_shared<Record>();
    record->type = &type;
    record->values = std::move(values);
    return Value(std::shared_ptr<const Record>(std::move(record)));
}

}  // namespace corral::prompt::go
