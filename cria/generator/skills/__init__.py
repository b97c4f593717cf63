"""One file per skill. Each offers ``sample(rng)``: a list of messages that begins with a user turn."""
