#include "prompt/go/functions.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "prompt/go/collections.h"
#include "prompt/go/comparison.h"
#include "prompt/go/display.h"
#include "prompt/go/escape.h"
#include "prompt/go/printf.h"

namespace corral::prompt::go {
namespace {

using Arguments = std::span<const Value>;

// What html, js and urlquery escape.
std::string text_of(Arguments arguments) {
    std::vector<Value> shown(arguments.begin(), arguments.end());
    for (Value& value : shown)
        if (value.is_empty()) value = Value::borrowed("<no value>");
    return print(shown);
}

std::string local_date(std::chrono::hours before_now) {
    const std::time_t time =
        std::chrono::system_clock::to_time_t(std::chrono::system_clock::now() - before_now);
    std::tm local = {};
    localtime_r(&time, &local);
    return fmt::format("{:04}-{:02}-{:02}", local.tm_year + 1900, local.tm_mon + 1, local.tm_mday);
}

Result<Value> as_value(Result<bool> result, bool negated = false) {
    if (!result) return std::unexpected(std::move(result).error());
    return Value(*result != negated);
}

// a <= b as Go does it: less, or else equal.
Result<bool> is_at_most(Arguments values) {
    CORRAL_TRY(const bool less, is_less(values[0], values[1]));
    if (less) return true;
    return equals_any(values);
}

constexpr std::size_t kAny = Function::kAnyNumber;

constexpr Function kFunctions[] = {
    {"and", 1, kAny},
    {"or", 1, kAny},
    {"call", 1, kAny},
    {"not", 1, 1, [](Arguments a) -> Result<Value> { return Value(!a[0].truth()); }},
    {"len", 1, 1, [](Arguments a) { return length_of(a[0]); }},
    {"index", 1, kAny, index_into},
    {"slice", 1, kAny, slice_of},
    {"eq", 1, kAny, [](Arguments a) { return as_value(equals_any(a)); }},
    {"ne", 2, 2, [](Arguments a) { return as_value(equals_any(a), true); }},
    {"lt", 2, 2, [](Arguments a) { return as_value(is_less(a[0], a[1])); }},
    {"le", 2, 2, [](Arguments a) { return as_value(is_at_most(a)); }},
    {"gt", 2, 2, [](Arguments a) { return as_value(is_at_most(a), true); }},
    {"ge", 2, 2, [](Arguments a) { return as_value(is_less(a[0], a[1]), true); }},
    {"print", 0, kAny, [](Arguments a) -> Result<Value> { return Value(print(a)); }},
    {"println", 0, kAny, [](Arguments a) -> Result<Value> { return Value(print_line(a)); }},
    {"printf", 1, kAny,
     [](Arguments a) -> Result<Value> { return Value(print_formatted(a[0].text(), a.subspan(1))); },
     true},
    {"html", 0, kAny, [](Arguments a) -> Result<Value> { return Value(escape_html(text_of(a))); }},
    {"js", 0, kAny, [](Arguments a) -> Result<Value> { return Value(escape_js(text_of(a))); }},
    {"urlquery", 0, kAny,
     [](Arguments a) -> Result<Value> { return Value(escape_query(text_of(a))); }},
    {"json", 1, 1, [](Arguments a) -> Result<Value> { return Value(to_json(a[0])); }},
    {"currentDate", 0, kAny,
     [](Arguments) -> Result<Value> { return Value(local_date(std::chrono::hours(0))); }},
    {"yesterdayDate", 0, kAny,
     [](Arguments) -> Result<Value> { return Value(local_date(std::chrono::hours(24))); }},
    {"toTypeScriptType", 1, 1,
     [](Arguments a) -> Result<Value> { return Value(typescript_type(a[0])); }},
};

}  // namespace

const Function* find_function(std::string_view name) {
    const auto* found = std::ranges::find(kFunctions, name, &Function::name);
    return found == std::end(kFunctions) ? nullptr : found;
}

}  // namespace corral::prompt::go
