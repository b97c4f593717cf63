#pragma once

// Purpose: Ctrl-C while an answer is being written: the first one is noticed, the second ends the
// program with status 130.
//
// While an object lives SIGINT does not end the program; before and after it does what it did. At
// most one object lives at a time. On the way out the terminal gets its cursor and colours back.
// Source: cli.md 8.3, 9.4, quirks Q5 and Q20.

#include <signal.h>

#include "base/files.h"

namespace corral::cli {

class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    // Becomes readable at the first Ctrl-C. -1 when the system has no descriptors left.
    int fd() const { return event_.get(); }
    bool happened() const;

private:
    UniqueFd event_;
    struct sigaction before_ {};
};

}  // namespace corral::cli
