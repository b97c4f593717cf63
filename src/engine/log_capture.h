#pragma once

// Purpose: what llama.cpp says while it works: passed on at debug level, and remembered where we
// need it (the reason of a failed load, the sizes of the buffers it allocated).
//
// llama.cpp has one logger per process; a LogCapture is that logger for as long as it lives. Make
// one at a time. Threads: any may log.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/guarded.h"

namespace corral::engine {

class LogCapture {
public:
    LogCapture();
    ~LogCapture();
    LogCapture(const LogCapture&) = delete;
    LogCapture& operator=(const LogCapture&) = delete;

    struct Buffers {
        std::int64_t mapped_bytes = 0;  // weights mapped from the file
        std::int64_t other_weights_bytes = 0;
        std::int64_t work_bytes = 0;  // KV, state, compute and output
        std::int64_t gpu_bytes = 0;   // of all these, on GPUs

        // What is in memory. Weights that were rearranged leave their mapped form unused.
        std::int64_t total_bytes(std::int64_t weights_bytes) const;
    };

    // The last error lines, joined; empty when there were none.
    std::string errors();
    // The sizes of the buffers announced so far.
    Buffers buffers();
    void forget_buffers();

    // For the callback and for tests: one piece of log text; lines may come in pieces.
    void add(bool is_error, std::string_view text);

private:
    struct Text {
        std::string line;
        bool line_is_error = false;
        std::string errors;
        Buffers buffers;
    };
    Guarded<Text> text_;
};

}  // namespace corral::engine
