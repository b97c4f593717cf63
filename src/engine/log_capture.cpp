#include "engine/log_capture.h"

#include <algorithm>
#include <cstdlib>

#include "base/log.h"
#include "base/text.h"
#include "llama.h"
#include "log.h"
#include "mtmd-helper.h"

namespace corral::engine {
namespace {

constexpr std::size_t kMaxErrorBytes = 2000;

void on_llama_log(ggml_log_level level, const char* text, void* capture) {
    static_cast<LogCapture*>(capture)->add(level == GGML_LOG_LEVEL_ERROR, text);
}

void discard_llama_log(ggml_log_level, const char*, void*) {}

// "load_tensors:   CPU_Mapped model buffer size =   770.28 MiB" and its like.
void count_buffer(std::string_view line, LogCapture::Buffers& buffers) {
    constexpr std::string_view kMark = " buffer size = ";
    constexpr double kMiB = 1024.0 * 1024.0;
    const std::size_t mark = line.find(kMark);
    const std::size_t colon = line.find(": ");
    if (mark == std::string_view::npos || colon == std::string_view::npos) return;
    const std::vector<std::string_view> words = split_words(line.substr(colon + 2, mark - colon));
    if (words.size() < 2) return;
    const std::string number(line.substr(mark + kMark.size()));
    const auto bytes = static_cast<std::int64_t>(std::strtod(number.c_str(), nullptr) * kMiB);
    const std::string_view device = words.front();
    const bool cpu = device == "CPU" || device == "BLAS" || device.starts_with("CPU_") ||
                     device.ends_with("_Host") || device == "AMX";
    if (words[1] != "model") {
        buffers.work_bytes += bytes;
    } else if (device.ends_with("_Mapped")) {
        buffers.mapped_bytes += bytes;
    } else {
        buffers.other_weights_bytes += bytes;
    }
    if (!cpu) buffers.gpu_bytes += bytes;
}

}  // namespace

std::int64_t LogCapture::Buffers::total_bytes(std::int64_t weights_bytes) const {
    const std::int64_t weights = std::min(mapped_bytes + other_weights_bytes, weights_bytes);
    return work_bytes + std::max(weights, other_weights_bytes);
}

LogCapture::LogCapture() {
    llama_log_set(on_llama_log, this);
    mtmd_helper_log_set(on_llama_log, this);
    common_log_set_verbosity_thold(-1);  // llama.cpp's helper library prints by itself
}

LogCapture::~LogCapture() {
    llama_log_set(discard_llama_log, nullptr);
    mtmd_helper_log_set(discard_llama_log, nullptr);
}

std::string LogCapture::errors() {
    return text_.lock()->errors;
}

LogCapture::Buffers LogCapture::buffers() {
    return text_.lock()->buffers;
}

void LogCapture::forget_buffers() {
    text_.lock()->buffers = {};
}

void LogCapture::add(bool is_error, std::string_view text) {
    auto held = text_.lock();
    held->line_is_error |= is_error;
    held->line += text;
    if (!held->line.ends_with('\n')) return;
    const std::string_view line = trim(held->line);
    count_buffer(line, held->buffers);
    if (held->line_is_error && !line.empty()) {
        if (!held->errors.empty()) held->errors += '\n';
        held->errors += line;
        if (held->errors.size() > kMaxErrorBytes)
            held->errors.erase(0, held->errors.size() - kMaxErrorBytes);
    }
    log_debug(line);
    held->line.clear();
    held->line_is_error = false;
}

}  // namespace corral::engine
