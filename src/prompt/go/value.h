#pragma once

// Purpose: the values that a Go template works with.
//
// Two kinds of nothing, as in Go: `nothing` is a value that does not exist (a variable set from a
// missing key; every field of it is nothing again), `nil` an empty interface (a missing key itself;
// a field of it is an error). Both print as `<no value>`.
//
// Texts, lists, maps and records are shared and immutable, so that copies are cheap. A text may be
// borrowed: whatever it was made from has to outlive the rendering.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace corral::prompt::go {

class Value;

// What String() makes of a value, when its Go type has that method.
enum class Stringer : std::uint8_t {
    none,
    json,        // its JSON
    type_names,  // of a tool property's types: "", the only one, or `[a b]`
};

// The Go type of a list, map or record, as far as templates can tell. Static.
struct Type {
    // When a field is left out of the JSON: never, when it is missing, or also when it is empty.
    enum class Omit : std::uint8_t { never, missing, empty };
    struct Field {
        std::string_view name;  // in templates
        std::string_view json_key;
        Omit omit = Omit::never;
    };
    std::string_view name;          // in error messages
    std::span<const Field> fields;  // of records
    Stringer stringer = Stringer::none;
    bool prints_json = false;  // printed as JSON where Go would print a struct
    bool is_pointer = false;   // of records: two are equal when they are the same
    bool boxes = false;        // of maps: of values of any type
};

extern const Type kAnyList;  // []interface {}
extern const Type kAnyMap;   // map[string]interface {}
extern const Type kStringList;

struct List;
struct Map;
struct Record;

class Value {
public:
    enum class Kind : std::uint8_t {
        nothing,
        nil,
        boolean,
        integer,
        real,
        text,
        list,
        map,
        record
    };

    Value() = default;
    static Value nil() { return Value(Nil{}); }
    explicit Value(bool value) : data_(value) {}
    explicit Value(std::int64_t value) : data_(value) {}
    explicit Value(double value) : data_(value) {}
    explicit Value(std::string text)
        : Value(std::make_shared<const std::string>(std::move(text))) {}
    explicit Value(std::shared_ptr<const std::string> text)
        : data_(SharedText{*text, std::move(text)}) {}
    static Value borrowed(std::string_view text) { return Value(SharedText{text, nullptr}); }
    explicit Value(std::shared_ptr<const List> list) : data_(std::move(list)) {}
    explicit Value(std::shared_ptr<const Map> map) : data_(std::move(map)) {}
    explicit Value(std::shared_ptr<const Record> record) : data_(std::move(record)) {}

    Kind kind() const { return static_cast<Kind>(data_.index()); }
    bool is_empty() const { return kind() == Kind::nothing || kind() == Kind::nil; }

    // Each only for its kind.
    bool boolean() const { return std::get<bool>(data_); }
    std::int64_t integer() const { return std::get<std::int64_t>(data_); }
    double real() const { return std::get<double>(data_); }
    std::string_view text() const { return std::get<SharedText>(data_).view; }
    const List& list() const { return *std::get<std::shared_ptr<const List>>(data_); }
    const Map& map() const { return *std::get<std::shared_ptr<const Map>>(data_); }
    const Record& record() const { return *std::get<std::shared_ptr<const Record>>(data_); }

    // Bytes [begin, end) of a text.
    Value part(std::size_t begin, std::size_t end) const;

    // What `if` makes of it.
    bool truth() const;
    // The name of its Go type, for error messages. Nothing has none.
    std::string_view type_name() const;
    Stringer stringer() const;

private:
    struct Nil {};
    struct SharedText {
        std::string_view view;
        std::shared_ptr<const std::string> owner;
    };
    using Data = std::variant<std::monostate, Nil, bool, std::int64_t, double, SharedText,
                              std::shared_ptr<const List>, std::shared_ptr<const Map>,
                              std::shared_ptr<const Record>>;
    explicit Value(Data data) : data_(std::move(data)) {}

    Data data_;
};

struct List {
    const Type* type = &kAnyList;
    std::vector<Value> items;
    bool is_nil = false;  // a nil slice: empty, and `null` in JSON
};

// Keys are unique.
struct Map {
    using Entry = std::pair<std::string, Value>;

    // Sorts the entries by their keys, as Go ranges over maps and prints them.
    static std::shared_ptr<const Map> sorted(const Type& type, std::vector<Entry> entries);
    // Keeps the order.
    static std::shared_ptr<const Map> ordered(const Type& type, std::vector<Entry> entries);

    const Value* find(std::string_view key) const;

    const Type* type = &kAnyMap;
    std::vector<Entry> entries;
    bool is_nil = false;

private:
    std::vector<std::uint32_t> by_key_;  // empty when the entries are sorted themselves
};

struct Record {
    const Type* type = nullptr;
    std::vector<Value> values;  // of type->fields

    const Value* find(std::string_view name) const;
};

Value make_list(const Type& type, std::vector<Value> items);
Value make_record(const Type& type, std::vector<Value> values);

}  // namespace corral::prompt::go
