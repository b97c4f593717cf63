"""The rows, by the section of the specification that they check."""

import importlib
import pkgutil


def all_rows():
    return [row for module in pkgutil.iter_modules(__path__)
            for row in importlib.import_module(f"{__name__}.{module.name}").ROWS]
