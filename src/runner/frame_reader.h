#pragma once

// Purpose: reads the server's messages from the socket, one blocking call each.
//
// Errors: unavailable when the server closed its end; corrupt or io otherwise. None can be
// recovered from.

#include <string>

#include "base/result.h"
#include "wire/request.h"

namespace corral::runner {

class FrameReader {
public:
    // Does not own `fd`.
    explicit FrameReader(int fd) : fd_(fd) {}

    [[nodiscard]] Result<wire::ToRunner> read();

private:
    [[nodiscard]] Result<void> fill(char* bytes, std::size_t n);

    int fd_;
    std::string payload_;
};

}  // namespace corral::runner
