#include "engine/memory.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace corral::engine {
namespace {

llama_pos position(std::int64_t n) {
    return static_cast<llama_pos>(n);
}

// DeepSeek V4 keeps rows that each stand for several tokens; llama.cpp copies its sequences only
// whole.
bool compresses(const llama_model* model) {
    std::array<char, 64> architecture{};
    llama_model_meta_val_str(model, "general.architecture", architecture.data(),
                             architecture.size());
    return std::string_view(architecture.data()) == "deepseek4";
}

bool keeps_state(const llama_model* model) {
    return llama_model_is_recurrent(model) || llama_model_is_hybrid(model) || compresses(model);
}

}  // namespace

Memory::Memory(llama_context* context)
    : context_(context),
      memory_(llama_get_memory(context)),
      stateful_(keeps_state(llama_get_model(context))),
      n_window_(llama_model_n_swa(llama_get_model(context))) {}

bool Memory::can_cut(llama_seq_id sequence, Prefix prefix) const {
    if (prefix.is_whole) return true;
    if (stateful_) return false;
    if (n_window_ == 0) return true;
    return llama_memory_seq_pos_min(memory_, sequence) <=
           std::max<std::int64_t>(0, prefix.end - n_window_);
}

void Memory::copy(llama_seq_id from, llama_seq_id to, Prefix prefix) {
    llama_memory_seq_cp(memory_, from, to, -1, prefix.is_whole ? -1 : prefix.end);
}

void Memory::clear(llama_seq_id sequence) {
    llama_memory_seq_rm(memory_, sequence, -1, -1);
}

bool Memory::can_shift() const {
    return cuts_anywhere() && llama_memory_can_shift(memory_);
}

void Memory::discard(llama_seq_id sequence, std::int64_t n_keep, std::int64_t n) {
    llama_memory_seq_rm(memory_, sequence, position(n_keep), position(n_keep + n));
    llama_memory_seq_add(memory_, sequence, position(n_keep + n), -1, position(-n));
}

std::vector<std::uint8_t> Memory::save(llama_seq_id sequence) const {
    std::vector<std::uint8_t> state(llama_state_seq_get_size(context_, sequence));
    state.resize(llama_state_seq_get_data(context_, state.data(), state.size(), sequence));
    return state;
}

bool Memory::restore(llama_seq_id sequence, const std::vector<std::uint8_t>& state) {
    return llama_state_seq_set_data(context_, state.data(), state.size(), sequence) > 0;
}

}  // namespace corral::engine
