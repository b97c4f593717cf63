#include "cli/term/interrupt.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace corral::cli {
namespace {

constexpr int kExitInterrupted = 130;
constexpr char kRestoreTerminal[] = "\033[0m\033[?25h\033[?2004l\n";

// A signal handler reaches nothing but globals: the descriptor of the living object, and how often
// Ctrl-C came.
volatile sig_atomic_t g_event_fd = -1;
volatile sig_atomic_t g_count = 0;

void on_interrupt(int) {
    auto saved_errno = errno;
    g_count = g_count + 1;
    if (g_count > 1) {
        if (isatty(STDERR_FILENO) != 0) {
            [[maybe_unused]] auto n =
                write(STDERR_FILENO, kRestoreTerminal, sizeof(kRestoreTerminal) - 1);
        }
        _exit(kExitInterrupted);
    }
    std::uint64_t one = 1;
    [[maybe_unused]] auto n = write(g_event_fd, &one, sizeof(one));
    errno = saved_errno;
}

}  // namespace

Interrupt::Interrupt() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    g_event_fd = event_.get();
    g_count = 0;
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &before_);
}

Interrupt::~Interrupt() {
    sigaction(SIGINT, &before_, nullptr);
    g_event_fd = -1;
}

bool Interrupt::happened() const {
    return g_count > 0;
}

}  // namespace corral::cli
