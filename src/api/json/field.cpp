#include "api/json/field.h"

namespace corral::api::json {

std::string element(std::size_t index) {
    return fmt::format("[{}]", index);
}

void put_place(Error& error, std::string_view place) {
    const bool needs_dot = !error.field.empty() && error.field.front() != '[';
    error.field.insert(0, needs_dot ? "." : "").insert(0, place);
    if (error.problem.empty()) error.problem = kInvalidValue;
}

std::unexpected<Error> refuse_field(std::string_view field, std::string message,
                                    std::string_view problem) {
    Error error{ErrorCode::invalid, std::move(message), {}, 400};
    error.field = field;
    error.problem = problem;
    return fail(std::move(error));
}

}  // namespace corral::api::json
