#include "base/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>

namespace corral {
namespace {

// What runs now, also when its file has been replaced or deleted since.
constexpr const char* kOwnImage = "/proc/self/exe";

// Everything the child needs between fork and exec, made beforehand: in a program with threads, a
// lock that another thread held at the fork stays locked in the child, so it must not allocate.
class ChildPlan {
public:
    ChildPlan(const SpawnOptions& options, int error_pipe, pid_t parent)
        : options_(options), error_pipe_(error_pipe), parent_(parent) {
        image_ = options.program == program_path() ? kOwnImage : options.program.c_str();
        arguments_.push_back(options.program.string());
        arguments_.insert(arguments_.end(), options.arguments.begin(), options.arguments.end());
        make_environment();
        argv_ = pointers(arguments_);
        envp_ = pointers(environment_);
        moved_fds_.resize(options.fds.size());
        for (const auto& [ours, theirs] : options.fds) {
            first_free_fd_ = std::max(first_free_fd_, theirs + 1);
        }
    }

    // Runs in the child. Does not return.
    [[noreturn]] void run() {
        reset_signals();
        if (options_.new_session) ::setsid();
        if (options_.die_with_thread && !tie_to_parent()) give_up(ESRCH);
        if (!arrange_fds()) give_up(errno);
        ::execve(image_, argv_.data(), envp_.data());
        give_up(errno);
    }

private:
    void make_environment() {
        std::map<std::string, std::string, std::less<>> added(options_.environment.begin(),
                                                              options_.environment.end());
        for (char** entry = environ; *entry != nullptr; ++entry) {
            const std::string_view text = *entry;
            if (!added.contains(text.substr(0, text.find('=')))) environment_.emplace_back(text);
        }
        for (const auto& [name, value] : added) environment_.push_back(name + "=" + value);
    }

    static std::vector<char*> pointers(std::vector<std::string>& strings) {
        std::vector<char*> list;
        for (std::string& text : strings) list.push_back(text.data());
        list.push_back(nullptr);
        return list;
    }

    // The parent blocked all signals, so that its handlers cannot run in the child; exec would also
    // keep what it ignores, such as SIGPIPE.
    static void reset_signals() {
        for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, nullptr);
    }

    // The parent may have died before the request took effect; then the signal never comes.
    bool tie_to_parent() const {
        return ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::getppid() == parent_;
    }

    // First everything moves out of the way of the numbers wanted, then to its place, so that
    // mappings may overlap.
    bool arrange_fds() {
        error_pipe_ = ::fcntl(error_pipe_, F_DUPFD_CLOEXEC, first_free_fd_);
        if (error_pipe_ < 0) return false;
        for (std::size_t i = 0; i < moved_fds_.size(); ++i) {
            moved_fds_[i] = ::fcntl(options_.fds[i].first, F_DUPFD_CLOEXEC, first_free_fd_);
            if (moved_fds_[i] < 0) return false;
        }
        close_others_on_exec();
        for (std::size_t i = 0; i < moved_fds_.size(); ++i) {
            if (::dup2(moved_fds_[i], options_.fds[i].second) < 0) return false;
        }
        return true;
    }

    static void close_others_on_exec() {
        constexpr unsigned kFirst = STDERR_FILENO + 1;
        if (::syscall(SYS_close_range, kFirst, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
        // Kernels before 5.11 do not know the flag.
        const long limit = ::sysconf(_SC_OPEN_MAX);
        for (int fd = kFirst; fd < limit; ++fd) ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    }

    // Tells the parent why; the pipe is closed by a successful exec, which tells it that all is
    // well.
    [[noreturn]] void give_up(int cause) const {
        [[maybe_unused]] const ssize_t n = ::write(error_pipe_, &cause, sizeof cause);
        ::_exit(127);
    }

    const SpawnOptions& options_;
    const char* image_;
    int error_pipe_;
    pid_t parent_;
    int first_free_fd_ = STDERR_FILENO + 1;
    std::vector<std::string> arguments_, environment_;
    std::vector<char*> argv_, envp_;
    std::vector<int> moved_fds_;
};

// Blocks all signals of this thread while it lives.
class SignalsBlocked {
public:
    SignalsBlocked() {
        sigset_t all;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before_);
    }
    SignalsBlocked(const SignalsBlocked&) = delete;
    SignalsBlocked& operator=(const SignalsBlocked&) = delete;
    ~SignalsBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
    sigset_t before_{};
};

// The errno the child reports, 0 when its exec succeeded.
int read_cause(int pipe) {
    int cause = 0;
    ssize_t n = 0;
    do {
        n = ::read(pipe, &cause, sizeof cause);
    } while (n < 0 && errno == EINTR);
    return n == sizeof cause ? cause : 0;
}

void reap(pid_t pid) {
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
}

}  // namespace

Result<pid_t> spawn(const SpawnOptions& options) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return fail(file_error(errno, "pipe", options.program));
    const UniqueFd read_end(ends[0]);
    UniqueFd write_end(ends[1]);
    ChildPlan plan(options, write_end.get(), ::getpid());
    pid_t pid = -1;
    {
        const SignalsBlocked blocked;
        pid = ::fork();
        if (pid == 0) plan.run();
    }
    if (pid < 0) return fail(file_error(errno, "fork", options.program));
    write_end.reset();
    if (const int cause = read_cause(read_end.get()); cause != 0) {
        reap(pid);
        return fail(file_error(cause, "start", options.program));
    }
    return pid;
}

Result<pid_t> spawn_background(const std::filesystem::path& program,
                               const std::vector<std::string>& arguments,
                               const std::filesystem::path& log_file) {
    const UniqueFd input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!input) return fail(file_error(errno, "open", "/dev/null"));
    const UniqueFd log(::open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    if (!log) return fail(file_error(errno, "open", log_file));
    SpawnOptions options;
    options.program = program;
    options.arguments = arguments;
    options.fds = {
        {input.get(), STDIN_FILENO}, {log.get(), STDOUT_FILENO}, {log.get(), STDERR_FILENO}};
    options.new_session = true;
    return spawn(options);
}

Result<UniqueFd> open_pidfd(pid_t pid) {
    UniqueFd fd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    if (!fd) return fail(file_error(errno, "pidfd_open", std::to_string(pid)));
    return fd;
}

std::filesystem::path program_path() {
    static const std::filesystem::path path = [] {
        std::error_code error;
        return std::filesystem::read_symlink(kOwnImage, error);
    }();
    return path;
}

void name_process(const char* name) {
    ::prctl(PR_SET_NAME, name);
}

}  // namespace corral
