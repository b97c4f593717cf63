"""Prints the methods of a client's resources as JSON: methods.py FOLDER PACKAGE CLASS."""

import importlib
import json
import sys

folder, package, client = sys.argv[1:]
sys.path.insert(0, folder)
Client = getattr(importlib.import_module(package), client)
Resource = importlib.import_module(f"{package}._resource").SyncAPIResource


def methods(owner, path=""):
    for name in dir(type(owner)):
        if name.startswith(("_", "with_")):
            continue
        member = getattr(type(owner), name)
        if not callable(member):
            value = getattr(owner, name, None)
            if isinstance(value, Resource):
                yield from methods(value, f"{path}{name}.")
        elif path and not isinstance(member, type):
            yield path + name


print(json.dumps(list(methods(Client(base_url="http://127.0.0.1", api_key="none")))))
