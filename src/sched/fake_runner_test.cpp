// The test program is also the runner that the pool's tests start: "unit_sched runner --fd 3"
// speaks the wire protocol without a model. What it does is chosen by the model path of Load and
// the text of Generate.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <optional>
#include <set>
#include <sstream>
#include <string>

#include "base/files.h"
#include "wire/codec.h"

namespace corral::sched {
namespace {

class FakeRunner {
public:
    explicit FakeRunner(int fd) : fd_(fd) {}

    int run() {
        while (auto message = receive()) {
            if (std::holds_alternative<wire::Drain>(message->body)) {
                if (!deaf_) return 0;
            } else if (std::holds_alternative<wire::Discover>(message->body)) {
                return discover();
            } else if (const auto* load = std::get_if<wire::Load>(&message->body)) {
                if (auto status = this->load(*load)) return *status;
            } else if (const auto* generate = std::get_if<wire::Generate>(&message->body)) {
                this->generate(message->id, std::get<wire::TextPrompt>(generate->prompt).text);
            } else if (running_.erase(message->id) > 0) {
                ++n_cancelled_;
                send(message->id, wire::Failed{ErrorCode::cancelled, "cancelled", 0});
            }
        }
        return 0;
    }

private:
    // The test chooses by CUDA_VISIBLE_DEVICES, as a user would.
    int discover() {
        const char* wanted = std::getenv("CUDA_VISIBLE_DEVICES");
        const std::string what = wanted == nullptr ? "" : wanted;
        if (what == "crash") {
            complain("CUDA error: the driver is gone\n");
            return 134;
        }
        wire::Devices devices;
        if (what == "hang") ::pause();
        if (what == "0") {
            devices.list = {{.name = "CUDA0",
                             .library = "CUDA",
                             .total_bytes = 24LL << 30,
                             .free_bytes = 20LL << 30}};
        }
        send(0, devices);
        return 0;
    }

    // An exit status if the runner is to end.
    std::optional<int> load(const wire::Load& load) {
        if (load.model_path == "broken") {
            send(0, wire::Failed{ErrorCode::corrupt, "the file is broken", 0});
            return 1;
        }
        if (load.model_path == "crashes") {
            complain("fake: error: cannot go on\n");
            return 3;
        }
        if (load.model_path == "garbage") {
            (void)write_all(fd_, std::string("\x02\0\0\0\xff\xff", 6), "socket");
            return std::nullopt;
        }
        if (load.model_path == "never") return std::nullopt;
        if (load.model_path == "stubborn") ::signal(SIGTERM, SIG_IGN);
        deaf_ = load.model_path == "deaf" || load.model_path == "stubborn";
        send(0, wire::Loading{0.5F});
        wire::Loaded loaded;
        loaded.n_ctx = load.options.num_ctx;
        loaded.memory_bytes = 1000;
        send(0, loaded);
        return std::nullopt;
    }

    void generate(std::uint64_t id, const std::string& text) {
        if (text == "die") {
            send(id, wire::Delta{.content = "partial"});
            complain("error: kaput\n");
            ::raise(SIGKILL);
        } else if (text == "hang") {
            running_.insert(id);
            send(id, wire::Delta{.content = "first"});
        } else if (text == "cancels?") {
            answer(id, std::to_string(n_cancelled_));
        } else if (text == "flood") {
            for (int i = 0; i < 80; ++i)
                send(id, wire::Delta{.content = std::string(1 << 20, 'x')});
        } else if (text == "no memory") {
            send(id, wire::Failed{ErrorCode::no_memory, "failed to allocate", 0});
        } else {
            answer(id, text);
        }
    }

    void answer(std::uint64_t id, const std::string& text) {
        std::istringstream words(text);
        for (std::string word; words >> word;) send(id, wire::Delta{.content = word});
        send(id, wire::Done{});
    }

    static void complain(std::string_view text) { (void)write_all(STDERR_FILENO, text, "stderr"); }

    template <class Body>
    void send(std::uint64_t id, Body body) {
        (void)write_all(fd_, wire::encode(wire::FromRunner{id, std::move(body)}).value(), "socket");
    }

    std::optional<std::string> read_exactly(std::size_t n_bytes) {
        std::string bytes(n_bytes, '\0');
        for (std::size_t n_read = 0; n_read < n_bytes;) {
            const ssize_t n = ::read(fd_, bytes.data() + n_read, n_bytes - n_read);
            if (n <= 0) return std::nullopt;
            n_read += static_cast<std::size_t>(n);
        }
        return bytes;
    }

    std::optional<wire::ToRunner> receive() {
        auto header = read_exactly(wire::kFrameHeaderBytes);
        if (!header) return std::nullopt;
        auto payload = read_exactly(wire::frame_length(*header).value());
        if (!payload) return std::nullopt;
        return wire::decode_to_runner(*payload).value();
    }

    int fd_;
    bool deaf_ = false;  // to Drain
    int n_cancelled_ = 0;
    std::set<std::uint64_t> running_;
};

}  // namespace

int fake_runner(int fd) {
    return FakeRunner(fd).run();
}

}  // namespace corral::sched

int main(int argc, char** argv) {
    if (argc == 4 && std::string(argv[1]) == "runner")
        return corral::sched::fake_runner(std::atoi(argv[3]));
    testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
