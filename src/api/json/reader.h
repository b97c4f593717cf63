#pragma once

// Purpose: JSON values into typed fields, with the errors upstream's decoder gives.
//
//   Reader reader("ChatRequest");
//   reader.object(value, "api.ChatRequest", {{"model", reader.text(request.model)}, ...});
//   CORRAL_CHECK(reader.finish());
//
// Members are visited in the order they came; unknown keys are ignored, keys match exactly or else
// without case, the last duplicate wins, and null leaves plain fields as they are. Of several type
// mismatches the first is reported, after everything was read; an error inside `custom` (a type
// with a decoder of its own) stops the reading and wins.
// Errors also name their field, list elements included (api/json/field.h).
//
// Ownership: field readers keep references to their targets and to the Reader; use them at once.
// Errors (ErrorCode::invalid): `json: cannot unmarshal number into Go struct field
// ChatRequest.model of type string`. Source: native-api.md 3.2.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json/value.h"
#include "base/result.h"

namespace corral::api::json {

class Reader {
public:
    using Read = std::function<void(const Value& value)>;
    struct Field {
        std::string_view name;
        Read read;
    };

    // `struct_name` is what mismatches of top-level fields are attributed to.
    explicit Reader(std::string_view struct_name) : struct_name_(struct_name) {}

    void object(const Value& value, std::string_view go_type, const std::vector<Field>& fields);

    Read text(std::string& target);
    Read boolean(bool& target);
    Read boolean(std::optional<bool>& target);
    Read integer(std::int64_t& target);
    // A number of any kind, kept as its literal.
    Read number(std::string& literal);
    Read integers(std::optional<std::vector<std::int64_t>>& target);
    Read texts(std::vector<std::string>& target);

    // A list of anything; `read` is called with each element and a fresh target.
    template <class T>
    Read list(std::vector<T>& target, std::string_view go_type,
              std::function<void(const Value&, T&)> read) {
        return [this, &target, go_type, read = std::move(read)](const Value& value) {
            target.clear();
            if (value.is_null()) return;
            if (value.kind != Value::Kind::array) return mismatch(value, go_type);
            each(value, [&](const Value& item) { read(item, target.emplace_back()); });
        };
    }
    // Calls `read` with the elements of a list until something stops the reading.
    void each(const Value& list, const Read& read);

    // A nested plain struct: mismatches inside are attributed to `nested_name`.
    Read nested(std::string_view nested_name, Read read);
    // A type with a decoder of its own: mismatches inside keep the outer struct's name and stop the
    // reading.
    Read custom(Read read);

    // For field readers made elsewhere.
    void mismatch(const Value& value, std::string_view go_type);
    // For a number that is well formed but does not fit: names its literal.
    void mismatch_literal(const Value& value, std::string_view go_type);
    void reject(Error error);  // as a custom decoder does: stops the reading
    void note(Error error);    // reported unless something stops the reading
    bool stopped() const { return fatal_.has_value(); }

    [[nodiscard]] Result<void> finish() const;

private:
    // A member, or an element of a list, whose name is empty.
    struct Step {
        std::string_view name;
        std::size_t index = 0;
    };

    void add_mismatch(std::string_view kind, std::string_view go_type);
    // Without elements: Go's texts name members only.
    std::string go_path() const;
    void name_field(Error& error) const;

    std::string struct_name_;
    std::vector<Step> path_;
    int custom_depth_ = 0;
    std::optional<Error> noted_;  // the first mismatch
    std::optional<Error> fatal_;
};

}  // namespace corral::api::json
