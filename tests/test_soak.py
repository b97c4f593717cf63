"""A short soak, so that the long one (`make soak`) is known to work and its load passes."""

import harness
import soak


def test_twenty_seconds_of_mixed_load(tmp_path, tiny_models):
    with harness.Server(tmp_path / "home", **soak.SERVER_SETTINGS) as server:
        kinds = {kind: tiny_models[kind] for kind in soak.TINY_KINDS}
        world = soak.soak(server, kinds, minutes=1 / 3, n_clients=4, seed=2)
        assert world.counts["whole_answer"] > 0
    assert server.process.returncode == 0
