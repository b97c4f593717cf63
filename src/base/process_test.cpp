#include "base/process.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

namespace corral {
namespace {

int exit_status(pid_t pid) {
    int status = 0;
    EXPECT_EQ(::waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string read_to_end(int fd) {
    std::string text;
    char buffer[4096];
    for (ssize_t n = 0; (n = ::read(fd, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(n));
    }
    return text;
}

struct Pipe {
    Pipe() {
        int ends[2] = {-1, -1};
        EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
        read_end = UniqueFd(ends[0]);
        write_end = UniqueFd(ends[1]);
    }
    UniqueFd read_end, write_end;
};

// Runs a shell script and returns what it prints.
std::string output_of(const std::string& script, SpawnOptions options = {}) {
    Pipe pipe;
    options.program = "/bin/sh";
    options.arguments = {"-c", script};
    options.fds.emplace_back(pipe.write_end.get(), STDOUT_FILENO);
    const auto pid = spawn(options);
    EXPECT_TRUE(pid) << pid.error().message;
    pipe.write_end.reset();
    std::string output = read_to_end(pipe.read_end.get());
    EXPECT_EQ(exit_status(*pid), 0);
    return output;
}

TEST(Spawn, RunsAProgramAndReportsItsStatus) {
    SpawnOptions options;
    options.program = "/bin/sh";
    options.arguments = {"-c", "exit 7"};
    const auto pid = spawn(options);
    ASSERT_TRUE(pid) << pid.error().message;
    EXPECT_EQ(exit_status(*pid), 7);
}

TEST(Spawn, ReportsAProgramThatCannotRun) {
    SpawnOptions options;
    options.program = "/nowhere/at/all";
    const auto pid = spawn(options);
    ASSERT_FALSE(pid);
    EXPECT_EQ(pid.error().message, "start /nowhere/at/all: No such file or directory");
    EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);  // no zombie is left
}

TEST(Spawn, GivesTheChildOnlyTheDescriptorsNamed) {
    Pipe first, second;
    const UniqueFd stray(::open("/dev/null", O_RDONLY));  // not close-on-exec
    SpawnOptions options;
    // The two numbers are crossed, so that a careless mapping would lose one.
    options.fds = {{first.write_end.get(), second.write_end.get()},
                   {second.write_end.get(), first.write_end.get()}};
    // The shell opens the directory for the listing, on one number of its own.
    const std::string listing =
        output_of(fmt::format("echo one >&{} && echo two >&{} && ls /proc/$$/fd",
                              second.write_end.get(), first.write_end.get()),
                  options);
    first.write_end.reset();
    second.write_end.reset();
    EXPECT_EQ(read_to_end(first.read_end.get()), "one\n");
    EXPECT_EQ(read_to_end(second.read_end.get()), "two\n");
    EXPECT_EQ(split_words(listing).size(), 5U) << listing;
}

TEST(Spawn, ChangesTheEnvironment) {
    ::setenv("CORRAL_TEST_KEPT", "kept", 1);
    ::setenv("CORRAL_TEST_REPLACED", "old", 1);
    SpawnOptions options;
    options.environment = {{"CORRAL_TEST_REPLACED", "new"}, {"CORRAL_TEST_ADDED", "a=b"}};
    EXPECT_EQ(output_of("echo $CORRAL_TEST_KEPT $CORRAL_TEST_REPLACED $CORRAL_TEST_ADDED", options),
              "kept new a=b\n");
}

TEST(Spawn, StartsWithDefaultSignals) {
    ::signal(SIGPIPE, SIG_IGN);
    const std::string status = output_of("grep -E '^Sig(Ign|Blk)' /proc/self/status");
    ::signal(SIGPIPE, SIG_DFL);
    const auto words = split_words(status);
    ASSERT_EQ(words.size(), 4U);
    // The C library keeps signals 32 and 33 to itself; nobody can reset them when they are
    // inherited.
    constexpr std::uint64_t kReserved = 0x180000000;
    EXPECT_EQ(std::stoull(std::string(words[1]), nullptr, 16) & ~kReserved, 0U) << status;
    EXPECT_EQ(std::stoull(std::string(words[3]), nullptr, 16) & ~kReserved, 0U) << status;
}

TEST(Spawn, TiesTheChildToUs) {
    SpawnOptions options;
    options.die_with_thread = true;
    options.new_session = true;
    EXPECT_EQ(output_of("echo alive", options), "alive\n");
}

TEST(Spawn, PidfdTellsTheEnd) {
    SpawnOptions options;
    options.program = "/bin/sleep";
    options.arguments = {"100"};
    const auto pid = spawn(options);
    ASSERT_TRUE(pid) << pid.error().message;
    const auto pidfd = open_pidfd(*pid);
    ASSERT_TRUE(pidfd) << pidfd.error().message;
    pollfd poll{pidfd->get(), POLLIN, 0};
    EXPECT_EQ(::poll(&poll, 1, 0), 0);
    ::kill(*pid, SIGKILL);
    EXPECT_EQ(::poll(&poll, 1, -1), 1);
    EXPECT_EQ(exit_status(*pid), -SIGKILL);
}

TEST(Spawn, BackgroundWritesToItsLog) {
    std::string log = testing::TempDir() + "corral-log-XXXXXX";
    UniqueFd(::mkstemp(log.data())).reset();
    const auto pid = spawn_background("/bin/sh", {"-c", "cat; echo out; echo err >&2"}, log);
    ASSERT_TRUE(pid) << pid.error().message;
    exit_status(*pid);
    const std::string text = read_file(log, 1000).value();
    EXPECT_TRUE(text.starts_with("out\nerr\n")) << text;
    ::unlink(log.c_str());
}

TEST(ProgramPath, IsThisProgram) {
    EXPECT_EQ(program_path().filename(), "unit_base");
}

}  // namespace
}  // namespace corral
