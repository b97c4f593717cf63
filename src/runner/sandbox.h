#pragma once

// Purpose: what a runner gives up before it touches a model's bytes: gaining privileges, core dumps
// full of weights, and surviving the server when memory runs out.

namespace corral::runner {

// Best effort: a kernel that refuses one of these is no reason not to run.
void enter_sandbox();

}  // namespace corral::runner
