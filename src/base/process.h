#pragma once

// Purpose: starts child processes: runners, and the background server of `corral run`.
//
// Threads: safe in a program with many threads; the child only makes async-signal-safe calls before
// exec. Ownership: the caller waits for the child (waitpid, or a pidfd that becomes readable when
// it ends).

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "base/result.h"

namespace corral {

struct SpawnOptions {
    std::filesystem::path program;
    std::vector<std::string> arguments;  // without argv[0], which is `program`
    // Descriptors the child gets: first ours, then its number in the child. All others but 0, 1 and
    // 2 are closed; map 0, 1 or 2 to redirect them.
    std::vector<std::pair<int, int>> fds;
    // Added to our environment, replacing what has the same name.
    std::vector<std::pair<std::string, std::string>> environment;
    // Gives the child its own session, so that the terminal's Ctrl-C and hang-up do not reach it.
    bool new_session = false;
    // Kills the child (SIGKILL) when the thread that called spawn ends; the kernel ties this to the
    // thread, not to the process. Set it only on a thread that lives as long as the program, such
    // as the server's I/O thread: a runner then cannot outlive a killed server even while it is
    // stuck and does not see its socket close.
    bool die_with_thread = false;
};

// Starts the program and returns its process id. When it is our own (program_path()), what runs now
// is started again, whatever has become of the file: a server and its runners stay of one version
// while Corral is updated, or a build removed, below them. When exec fails that is our Error
// (ErrorCode::io, with the program's path), not the child's.
[[nodiscard]] Result<pid_t> spawn(const SpawnOptions& options);

// Starts a program that outlives us: own session, standard input from /dev/null, output appended to
// `log_file`.
[[nodiscard]] Result<pid_t> spawn_background(const std::filesystem::path& program,
                                             const std::vector<std::string>& arguments,
                                             const std::filesystem::path& log_file);

// A descriptor that becomes readable when the process ends. Close-on-exec.
[[nodiscard]] Result<UniqueFd> open_pidfd(pid_t pid);

// The file of the running program as it was when first asked, with links resolved; empty when /proc
// cannot tell.
std::filesystem::path program_path();

// The name that `top` and `pgrep` show for this process, of at most 15 characters; before that, a
// child that is our own program again is shown as `exe`. Call it on the main thread.
void name_process(const char* name);

}  // namespace corral
