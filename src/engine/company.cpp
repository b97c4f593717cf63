#include "engine/company.h"

#include <algorithm>

namespace corral::engine {

void Company::answered(std::size_t n_requests, Clock::duration computing, Clock::time_point now) {
    n_expected_ = n_requests;
    end_ = now + computing / 2;
}

Company::Clock::duration Company::patience(std::size_t n_waiting, Clock::time_point now) const {
    if (n_waiting >= n_expected_) return {};
    return std::clamp(end_ - now, Clock::duration{}, kLull);
}

}  // namespace corral::engine
