"""Writes the weighted average of two checkpoints: training further makes a model forget a little of what it knew, and
the average with what it was before often keeps the best of both.

    python average.py --before a/checkpoint.pt --after b/checkpoint.pt --share 0.7 --out c/checkpoint.pt
"""

import argparse
from pathlib import Path

import torch


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, required=True)
    parser.add_argument("--after", type=Path, required=True)
    parser.add_argument("--share", type=float, default=0.7, help="of the later one, from 0 to 1")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    before, after = (torch.load(path, weights_only=True) for path in (args.before, args.after))
    model = {name: torch.lerp(before["model"][name], weight, args.share) if weight.is_floating_point() else weight
             for name, weight in after["model"].items()}
    torch.save({"model": model, "step": after["step"]}, args.out)


if __name__ == "__main__":
    main()
