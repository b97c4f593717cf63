#pragma once

// Purpose: cuts a stream of server-sent events into the data of its events, whatever the pieces it
// arrives in.
//
// Comments and the other fields are passed over. Data at the end of the stream counts, also without
// the empty line that should follow it. Source: the HTML standard, 9.2.6.

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "http/line_splitter.h"

namespace corral::api::remote {

class SseSplitter {
public:
    using OnData = std::function<bool(std::string_view data)>;
    using Outcome = http::LineSplitter::Outcome;

    // An event has at most `limit_bytes` of data. `on_data` returns false to stop.
    SseSplitter(std::size_t limit_bytes, OnData on_data);

    Outcome feed(std::string_view piece) { return checked(lines_.feed(piece)); }
    Outcome finish();

private:
    bool take_line(std::string_view line);
    bool deliver();
    Outcome checked(Outcome outcome) const { return too_long_ ? Outcome::too_long : outcome; }

    std::size_t limit_bytes_;
    OnData on_data_;
    http::LineSplitter lines_;
    std::string data_;
    bool has_data_ = false;
    bool too_long_ = false;
};

}  // namespace corral::api::remote
