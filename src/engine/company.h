#pragma once

// Purpose: whether a batch should begin at once or wait a moment for more requests to share it.
//
// Clients that send a text at a time are all answered when a batch ends, and are all back within a
// few milliseconds, one after the other. A batch that began with the first of them would compute
// one text while the others wait, for hardly less than what all of them cost together. So after a
// batch: as long as fewer requests are here than it has answered, and they keep coming in.
//
// What that may cost: kLull when a client does not come back, and never more than half of what the
// batch before took. A client that is alone waits for nobody.
//
// Pure: the caller tells the time.

#include <chrono>
#include <cstddef>

namespace corral::engine {

class Company {
public:
    using Clock = std::chrono::steady_clock;

    // When nobody has come for so long, nobody will.
    static constexpr Clock::duration kLull = std::chrono::milliseconds(1);

    // A batch that took so long to compute has answered so many requests.
    void answered(std::size_t n_requests, Clock::duration computing, Clock::time_point now);
    // How long to wait for the next request while `n_waiting` are here; nothing: begin.
    Clock::duration patience(std::size_t n_waiting, Clock::time_point now) const;

private:
    std::size_t n_expected_ = 0;
    Clock::time_point end_;
};

}  // namespace corral::engine
