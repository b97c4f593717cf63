#include "parse/word_watch.h"

#include <algorithm>
#include <utility>

namespace corral::parse {

WordWatch::WordWatch(std::vector<std::string> words) : words_(std::move(words)) {
    for (const std::string& word : words_) longest_ = std::max(longest_, word.size());
}

std::optional<WordWatch::Found> WordWatch::push(std::string_view text) {
    if (longest_ == 0) return std::nullopt;
    tail_ += text;
    std::size_t begin = std::string::npos;
    std::size_t found = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
        if (words_[i].empty()) continue;
        const std::size_t at = tail_.find(words_[i]);
        const bool is_longer = at == begin && words_[i].size() > words_[found].size();
        if (at == std::string::npos || (at >= begin && !is_longer)) continue;
        begin = at;
        found = i;
    }
    if (begin != std::string::npos) {
        const std::string seen = std::exchange(tail_, {});
        return Found{found, seen.substr(begin + words_[found].size())};
    }
    if (tail_.size() >= longest_) tail_.erase(0, tail_.size() - (longest_ - 1));
    return std::nullopt;
}

}  // namespace corral::parse
