"""Includes point downwards only, and each foreign library has one door (ARCHITECTURE.md)."""

import re
from pathlib import Path

SRC = Path(__file__).resolve().parent.parent / "src"

# Highest first; a layer may include itself and what stands after it.
LAYERS = ["cli", "serve", "api", "sched", "runner", "engine", "models", "prompt", "parse", "wire", "registry", "gguf",
          "store", "http", "base", "kernels"]

DOORS = {
    r"(llama|ggml|gguf|mtmd|chat|common|sampling|json-schema-to-grammar)[\w-]*\.h": ["engine", "kernels"],
    r"boost/beast.*": ["http"],
    r"curl/.*": ["http"],
    r"spdlog/.*": ["base"],
    r"webp/.*|zlib\.h": ["engine"],
    r"zstd\.h": ["base"],
    r"histedit\.h|editline/.*": ["cli"],
}

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


def includes():
    for path in sorted(SRC.rglob("*.h")) + sorted(SRC.rglob("*.cpp")):
        layer = path.relative_to(SRC).parts[0]
        if layer in LAYERS:
            for _, target in INCLUDE.findall(path.read_text()):
                yield path, layer, target


def test_includes_point_downwards():
    upward = [f"{path.relative_to(SRC)} includes {target}" for path, layer, target in includes()
              if target.split("/")[0] in LAYERS and LAYERS.index(target.split("/")[0]) < LAYERS.index(layer)]
    assert upward == []


def test_foreign_libraries_have_one_door():
    strays = [f"{path.relative_to(SRC)} includes {target}" for path, layer, target in includes()
              for pattern, doors in DOORS.items()
              if target.split("/")[0] not in LAYERS and re.fullmatch(pattern, target) and layer not in doors]
    assert strays == []


def test_every_source_folder_is_a_layer():
    assert sorted(p.name for p in SRC.iterdir() if p.is_dir() and any(p.rglob("*.*"))) == sorted(
        layer for layer in LAYERS if any((SRC / layer).rglob("*.*")))
