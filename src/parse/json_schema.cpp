#include "parse/json_schema.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/json_extent.h"
#include "base/text.h"
#include "base/utf8.h"
#include "parse/decimal_range.h"
#include "parse/grammar.h"

namespace corral::parse {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMaxBytes = 1 << 20;
constexpr int kMaxDepth = 128;
constexpr std::uint64_t kMaxNodes = 20'000;  // with what references and lists of types multiply
constexpr std::size_t kMaxProperties = 1'000;
constexpr std::size_t kMaxOptional = 250;  // converting takes the cube of their number
constexpr std::size_t kMaxName = 1'000;    // bytes
constexpr std::size_t kMaxValues = 10'000;
constexpr std::size_t kMaxPattern = 1'000;
constexpr int kMaxReferences = 64;    // to references to references
constexpr double kMaxBound = 4.6e18;  // of integers: 2^62

constexpr const char* kRootName = "corral-root";

constexpr std::array kBounds = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"};

// Keywords that demand something which the converter leaves out.
constexpr std::array kUnsupported = {
    "not",
    "if",
    "then",
    "else",
    "contains",
    "patternProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "uniqueItems",
    "dependentRequired",
    "dependencies",
    "dependentSchemas",
    "$dynamicRef",
    "$recursiveRef",
    "unevaluatedProperties",
    "unevaluatedItems",
    "additionalItems",
};

// Whether what the keyword demands holds anyway: names are strings, and what is not described does
// not come.
bool demands_nothing(std::string_view keyword, const Json& value) {
    if (keyword == "propertyNames") return value == Json::object({{"type", "string"}});
    if (keyword == "minProperties") return value == Json(0);
    const bool takes_flags = keyword == "uniqueItems" || keyword == "additionalItems" ||
                             keyword.starts_with("unevaluated");
    return takes_flags && value == Json(false);
}

bool has_type(const Json& node, std::string_view name) {
    const auto type = node.find("type");
    if (type == node.end()) return false;
    return type->is_array() ? std::ranges::find(*type, Json(name)) != type->end() : *type == name;
}

// How many decimals the multiples of 1, 0.1, 0.01, … have; nothing for other steps.
std::optional<int> decimals_of_step(const Json& step) {
    double power = 1;
    for (int n = 0; n <= DecimalRange::kMostDecimals; ++n, power *= 10) {
        if (step.is_number() && step.get<double>() == 1 / power) return n;
    }
    return std::nullopt;
}

// The narrower of an included and an excluded bound. `sign` is 1 for lower ones and -1 for upper.
std::optional<DecimalRange::Bound> bound_of(const Json& node, const char* key,
                                            const char* exclusive_key, double sign) {
    std::optional<DecimalRange::Bound> bound;
    if (const auto value = node.find(key); value != node.end()) bound = {value->get<double>()};
    if (const auto value = node.find(exclusive_key); value != node.end()) {
        const auto excluded = value->get<double>();
        if (!bound || sign * excluded >= sign * bound->value) bound = {excluded, true};
    }
    return bound;
}

class SchemaBounds {
public:
    // `placeholder` stands nowhere in the schema.
    SchemaBounds(Json& root, std::string placeholder)
        : root_(root), placeholder_(std::move(placeholder)) {}

    std::vector<BoundedSchema::StandIn> numbers() && { return std::move(numbers_); }

    [[nodiscard]] Result<void> check() {
        CORRAL_CHECK(visit(root_, "#", 1));
        // What references name is converted once each. The list grows on the way.
        for (std::size_t i = 0; i < references_.size(); ++i) {
            const std::string reference = references_[i];
            CORRAL_TRY(Json * target, resolve(reference));
            if (target != nullptr) CORRAL_CHECK(visit(*target, reference, 1));
        }
        if (names_root_) root_["$defs"][kRootName] = Json(root_);
        return {};
    }

private:
    template <class... Args>
    static std::unexpected<Error> bad(std::string_view path, fmt::format_string<Args...> format,
                                      Args&&... args) {
        return fail(ErrorCode::invalid, "{}: {}", path,
                    fmt::format(format, std::forward<Args>(args)...));
    }

    // `n_copies`: how often the converter comes by.
    [[nodiscard]] Result<void> visit(Json& node, const std::string& path, std::uint64_t n_copies) {
        n_nodes_ += n_copies;
        if (n_nodes_ > kMaxNodes) return bad(path, "the schema has more than {} parts", kMaxNodes);
        if (!node.is_object()) return {};
        CORRAL_CHECK(check_keywords(node, path));
        CORRAL_CHECK(check_number(node, path));
        if (const auto reference = node.find("$ref"); reference != node.end())
            return note_reference(*reference, path);
        if (const auto type = node.find("type"); type != node.end() && type->is_array())
            n_copies *= std::max<std::size_t>(1, type->size());
        CORRAL_CHECK(check_counts(node, path));
        CORRAL_CHECK(check_values(node, path));
        CORRAL_CHECK(check_properties(node, path));
        for (const char* key : {"items", "prefixItems", "additionalProperties", "anyOf", "oneOf",
                                "allOf", "properties"}) {
            const auto child = node.find(key);
            if (child == node.end()) continue;
            const std::string place = fmt::format("{}/{}", path, key);
            const bool is_list = child->is_array() || std::string_view(key) == "properties";
            CORRAL_CHECK(is_list ? visit_all(*child, place, n_copies)
                                 : visit(*child, place, n_copies));
        }
        return {};
    }

    [[nodiscard]] Result<void> visit_all(Json& list, const std::string& path,
                                         std::uint64_t n_copies) {
        if (!list.is_structured()) return {};
        for (const auto& [key, child] : list.items())
            CORRAL_CHECK(visit(child, fmt::format("{}/{}", path, key), n_copies));
        return {};
    }

    [[nodiscard]] Result<void> note_reference(Json& reference, const std::string& path) {
        if (!reference.is_string()) return bad(path, "$ref must be a string");
        if (reference == "#") {
            names_root_ = true;
            reference = fmt::format("#/$defs/{}", kRootName);
            return {};
        }
        const auto& text = reference.get_ref<const std::string&>();
        if (!text.starts_with("#/"))
            return bad(path, "$ref {} is not supported, only references into the schema itself",
                       go_quote(text));
        if (known_.insert(text).second) references_.push_back(text);
        return {};
    }

    // Null when there is no such place; the converter says so better.
    [[nodiscard]] Result<Json*> resolve(const std::string& reference) {
        std::string next = reference;
        for (int n = 0; n < kMaxReferences; ++n) {
            Json* target = find(next);
            if (target == nullptr || !target->is_object()) return target;
            const auto further = target->find("$ref");
            if (further == target->end() || !further->is_string()) return target;
            next = further->get<std::string>();
        }
        return bad(reference, "$ref leads round in a circle");
    }

    Json* find(std::string_view reference) {
        Json* at = &root_;
        const auto parts = split(reference, '/');
        for (std::size_t i = 1; i < parts.size(); ++i) {
            if (at->is_object()) {
                const auto child = at->find(std::string(parts[i]));
                if (child == at->end()) return nullptr;
                at = &*child;
            } else if (at->is_array() && !parts[i].empty() && parts[i].size() < 6 &&
                       std::ranges::all_of(parts[i], [](char c) { return c >= '0' && c <= '9'; })) {
                const auto index = static_cast<std::size_t>(std::stoul(std::string(parts[i])));
                if (index >= at->size()) return nullptr;
                at = &(*at)[index];
            } else {
                return nullptr;
            }
        }
        return at;
    }

    [[nodiscard]] static Result<void> check_keywords(const Json& node, const std::string& path) {
        for (const char* keyword : kUnsupported) {
            const auto value = node.find(keyword);
            if (value != node.end() && !demands_nothing(keyword, *value))
                return bad(path, "the keyword {} is not supported", go_quote(keyword));
        }
        for (const char* keyword : {"anyOf", "oneOf"}) {
            if (node.contains(keyword) && node.contains("properties"))
                return bad(path, "{} beside properties is not supported", keyword);
        }
        return {};
    }

    [[nodiscard]] static Result<void> check_counts(Json& node, const std::string& path) {
        for (const char* key : {"minItems", "minLength"}) {
            const auto count = node.find(key);
            if (count != node.end() && count->is_number() &&
                count->get<double>() > Grammar::kMaxRepeats)
                return bad(path, "{} is {}, more than the {} that are supported", key,
                           count->dump(), Grammar::kMaxRepeats);
        }
        for (const char* key : {"maxItems", "maxLength"}) {
            const auto count = node.find(key);
            if (count != node.end() && count->is_number() &&
                count->get<double>() > Grammar::kMaxRepeats)
                node.erase(key);
        }
        return {};
    }

    // Bounds and steps of numbers: those of integers go on to the converter, for others there will
    // be a rule of ours.
    [[nodiscard]] Result<void> check_number(Json& node, const std::string& path) {
        std::vector<const char*> limits;
        for (const char* key : kBounds) {
            const auto bound = node.find(key);
            if (bound == node.end()) continue;
            limits.push_back(key);
            if (!bound->is_number()) return bad(path, "{} is no number", key);
            if (!(std::abs(bound->get<double>()) <= kMaxBound))
                return bad(path, "{} is {}, out of range", key, bound->dump());
        }
        if (node.contains("multipleOf")) limits.push_back("multipleOf");
        if (limits.empty() || node.contains("enum") || node.contains("const")) return {};
        for (const char* key : {"$ref", "anyOf", "oneOf", "allOf"}) {
            if (node.contains(key))
                return bad(path, "{} beside {} is not supported", limits[0], key);
        }
        if (!node.contains("type"))
            return bad(path, "{} without a type is not supported", limits[0]);
        if (has_type(node, "integer")) CORRAL_CHECK(check_integer(node, path));
        return has_type(node, "number") ? replace_number(node, path) : Result<void>();
    }

    // The converter looks at one bound of each kind.
    [[nodiscard]] static Result<void> check_integer(Json& node, const std::string& path) {
        if (const auto step = node.find("multipleOf"); step != node.end() && *step != Json(1))
            return bad(path, "the keyword \"multipleOf\" is not supported");
        const auto low = bound_of(node, "minimum", "exclusiveMinimum", 1);
        const auto high = bound_of(node, "maximum", "exclusiveMaximum", -1);
        if (low) node.erase(low->is_excluded ? "minimum" : "exclusiveMinimum");
        if (high) node.erase(high->is_excluded ? "maximum" : "exclusiveMaximum");
        return {};
    }

    [[nodiscard]] Result<void> replace_number(Json& node, const std::string& path) {
        DecimalRange range{bound_of(node, "minimum", "exclusiveMinimum", 1),
                           bound_of(node, "maximum", "exclusiveMaximum", -1)};
        if (const auto step = node.find("multipleOf"); step != node.end()) {
            const auto n_decimals = decimals_of_step(*step);
            if (!n_decimals)
                return bad(path, "multipleOf {} is not supported, only 1, 0.1, 0.01 and so on",
                           step->dump());
            range.n_decimals = *n_decimals;
        }
        auto rule = decimal_rule(range);
        if (!rule) return bad(path, "{}", rule.error().message);
        const std::string text = fmt::format("{}{}", placeholder_, numbers_.size());
        numbers_.push_back({text, std::move(*rule)});
        Json number = {{"enum", Json::array({text})}};
        Json others = std::move(node);
        auto& types = others["type"];
        if (types.is_array()) std::erase(types.get_ref<Json::array_t&>(), Json("number"));
        if (types.is_string() || types.empty()) {
            node = std::move(number);
        } else {
            node = {{"anyOf", Json::array({std::move(number), std::move(others)})}};
        }
        return {};
    }

    [[nodiscard]] static Result<void> check_values(const Json& node, const std::string& path) {
        if (const auto values = node.find("enum");
            values != node.end() && values->is_array() && values->size() > kMaxValues)
            return bad(path, "enum has {} values, more than the {} that are supported",
                       values->size(), kMaxValues);
        if (const auto pattern = node.find("pattern");
            pattern != node.end() && pattern->is_string() &&
            pattern->get_ref<const std::string&>().size() > kMaxPattern)
            return bad(path, "the pattern is longer than the {} bytes that are supported",
                       kMaxPattern);
        return {};
    }

    [[nodiscard]] static Result<void> check_properties(const Json& node, const std::string& path) {
        const auto properties = node.find("properties");
        if (properties == node.end() || !properties->is_object()) return {};
        std::set<std::string_view> required;
        if (const auto list = node.find("required"); list != node.end() && list->is_array()) {
            for (const Json& name : *list)
                if (name.is_string()) required.insert(name.get_ref<const std::string&>());
        }
        const auto additional = node.find("additionalProperties");
        const bool is_open = additional != node.end() && *additional != Json(false);
        std::size_t n_optional = 0;
        for (const auto& [name, schema] : properties->items()) {
            if (!required.contains(name)) ++n_optional;
            if (name.size() > kMaxName)
                return bad(path, "a property's name is longer than the {} bytes that are supported",
                           kMaxName);
            if (is_open && name.find_first_of("]^\\") != std::string::npos)
                return bad(path, "additionalProperties beside a property named {} is not supported",
                           go_quote(name));
        }
        if (properties->size() > kMaxProperties || n_optional > kMaxOptional)
            return bad(path,
                       "it has {} properties, {} of them optional, more than the {} and {} that "
                       "are supported",
                       properties->size(), n_optional, kMaxProperties, kMaxOptional);
        return {};
    }

    Json& root_;
    std::string placeholder_;
    std::vector<BoundedSchema::StandIn> numbers_;
    std::uint64_t n_nodes_ = 0;
    bool names_root_ = false;  // by "#", for which the converter needs another name
    std::vector<std::string> references_;
    std::set<std::string> known_;
};

}  // namespace

Result<BoundedSchema> bounded_schema(std::string_view json, std::string number_name) {
    if (json.size() > kMaxBytes)
        return fail(ErrorCode::invalid,
                    "the schema has {} bytes, more than the {} that are supported", json.size(),
                    kMaxBytes);
    if (json_extent(json).depth > kMaxDepth)
        return fail(ErrorCode::invalid, "the schema is nested more than {} levels deep", kMaxDepth);
    if (!is_valid_utf8(json)) return fail(ErrorCode::invalid, "the schema is not UTF-8");
    Json root = Json::parse(json, nullptr, false);
    if (root.is_discarded()) return fail(ErrorCode::invalid, "the schema is not JSON");
    if (!root.is_object()) return fail(ErrorCode::invalid, "the schema is not an object");
    if (const auto definitions = root.find("$defs");
        definitions != root.end() && !definitions->is_object())
        return fail(ErrorCode::invalid, "#: $defs is not an object");
    while (json.contains(number_name)) number_name += '-';
    SchemaBounds bounds(root, std::move(number_name));
    CORRAL_CHECK(bounds.check());
    return BoundedSchema{root.dump(), std::move(bounds).numbers()};
}

}  // namespace corral::parse
