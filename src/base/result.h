#pragma once

// Purpose: the one way a function says that it can fail for reasons outside our code.
//
//   [[nodiscard]] Result<Manifest> read_manifest(const ModelName& name);
//
//   CORRAL_TRY(auto manifest, read_manifest(name));   // passes the error up
//   return fail(ErrorCode::not_found, "model '{}' not found", name.short_form());
//
// Errors: an Error is a small closed code, chosen by what the caller can do about it, a message
// that names the thing and the cause, and sometimes a hint. Codes become HTTP statuses and exit
// statuses in one table each (api/, cli/). We do not throw; libraries that do are caught in the
// adapter that calls them.

#include <fmt/format.h>

#include <expected>
#include <string>
#include <utility>

namespace corral {

enum class ErrorCode {
    invalid,      // the request or file is wrong; the caller has to change it
    not_found,    // the named thing does not exist
    unsupported,  // understood, but this model or build cannot do it
    busy,         // too much is going on; try again later
    no_memory,    // the machine lacks the memory for it
    unavailable,  // a server, runner or network peer cannot be reached
    cancelled,    // the caller went away or asked to stop
    corrupt,      // stored or received bytes contradict themselves
    io,           // the file system or a socket failed
    internal,     // our own mistake
};

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;
    // What the user can do about it; printed after the message by the command line, not part of API
    // error texts.
    std::string hint;
    // HTTP status when upstream's contract names one that the code's default does not give; 0
    // otherwise.
    int http_status = 0;
    // Seconds after which trying again makes sense; 0 = nobody knows.
    int retry_after_s = 0;
    // Of a request: which field is wrong, as a path (`messages[0].content`), and a word for what is
    // wrong with it (`invalid_type`); empty where nobody knows. api/json/field.h fills them in.
    std::string field = {};
    std::string problem = {};
};

template <class T>
using Result = std::expected<T, Error>;

// Builds the failing value of any Result<T>.
template <class... Args>
[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> format,
                                          Args&&... args) {
    return std::unexpected(Error{code, fmt::format(format, std::forward<Args>(args)...), {}, 0});
}

[[nodiscard]] inline std::unexpected<Error> fail(Error error) {
    return std::unexpected(std::move(error));
}

}  // namespace corral

#define CORRAL_CONCAT_(a, b) a##b
#define CORRAL_CONCAT(a, b) CORRAL_CONCAT_(a, b)
#define CORRAL_TRY_(temporary, declaration, ...)                          \
    auto temporary = (__VA_ARGS__);                                       \
    if (!temporary) return std::unexpected(std::move(temporary).error()); \
    declaration = std::move(*temporary)

// Declares (or assigns) from a Result<T>, or returns its error. The enclosing function returns some
// Result.
#define CORRAL_TRY(declaration, ...) \
    CORRAL_TRY_(CORRAL_CONCAT(corral_try_, __LINE__), declaration, __VA_ARGS__)

// The same for Result<void>.
#define CORRAL_CHECK(...)                                             \
    do {                                                              \
        if (auto corral_check_ = (__VA_ARGS__); !corral_check_)       \
            return std::unexpected(std::move(corral_check_).error()); \
    } while (false)
