"""One server for all clients, and the models they talk to."""

import pytest

import harness
import scripted_models


@pytest.fixture(scope="session")
def corral(tmp_path_factory, tiny_models):
    """A server with cria, `tiny` (random weights, the same choices on every run), `bert` (embeds), `caller` (calls the tool `add`),
    `thinker`, `talker` (never ends) and `hearing` (takes sounds)."""
    folder = tmp_path_factory.mktemp("clients")
    with harness.Server(folder / "home") as server:
        server.add_gguf("tiny", tiny_models["full"], parameters={"seed": 1})
        server.add_gguf("bert", harness.make_model("bert", folder))
        server.add_gguf("hearing", tiny_models["full"], harness.make_model("projector-sound", folder),
                        parameters={"num_predict": 8, "seed": 1})
        for name in scripted_models.MODELS:
            server.add_gguf(name, scripted_models.write(name, folder))
        yield server
