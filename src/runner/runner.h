#pragma once

// Purpose: the main loop of `corral runner`: frames from the server in, engine events out.
//
// `fd` is the runner's end of the socketpair. The first message must be Load, or Discover, which is
// all that such a runner does. Returns the exit status: 0 after Devices, after Drain or when the
// server closes the socket (also when the server is killed), 1 when the model could not be loaded
// (the reason was sent as Failed first).

namespace corral::runner {

int run(int fd);

}  // namespace corral::runner
