#include "api/common/thinking_budget.h"

namespace corral::api {

json::Reader::Read read_thinking_budget(json::Reader& reader, std::optional<std::int64_t>& budget) {
    return [&reader, &budget](const json::Value& value) {
        budget.reset();
        if (value.is_null()) return;
        std::int64_t n_tokens = 0;
        reader.integer(n_tokens)(value);
        if (n_tokens < 0) {
            return reader.note(
                {ErrorCode::invalid, "thinking.budget_tokens must not be negative", {}, 400});
        }
        budget = n_tokens;
    };
}

}  // namespace corral::api
