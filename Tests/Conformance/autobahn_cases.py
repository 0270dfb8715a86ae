"""The cases of the Autobahn test suite, taken from its installed package.

The package holds Python 2 throughout. Its cases are small and speak to a protocol object only, so they
are read here as Python 3, and `autobahn_run` gives them such an object. A byte string of theirs
becomes a text of the characters U+0000 to U+00FF, one for each byte.
"""

import binascii
import importlib.abc
import importlib.util
import pathlib
import re
import sys
import types

# Sections 12 and 13 are about compression, which this server does not offer.
SECTIONS = range(1, 11)
# In the package, but not in the suite's own list.
LEFT_OUT = {"case9_9_1"}

REWRITES = [
    (re.compile(pattern, re.MULTILINE), replacement)
    for pattern, replacement in [
        (r"^#.*coding[:=].*$", ""),
        (r"^(\s*)print\b.*$", r"\1pass"),
        (r"\bxrange\b", "range"),
        (r"\bunichr\b", "chr"),
        (r"\(object, Case, ?\)", "(Case,)"),
        # The library validates bytes.
        (r"v\.validate\(vss\[:i\]\)", 'v.validate(vss[:i].encode("latin-1"))'),
        # A division of counts.
        (r"len\(self\.payload\) / ", "len(self.payload) // "),
        (r"^(\s*)import binascii", r"\1import latin_binascii as binascii"),
    ]
]


def source(path):
    text = path.read_bytes().decode("latin-1")
    for pattern, replacement in REWRITES:
        text = pattern.sub(replacement, text)
    return text


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds `case`, `case1_1_1` and so on where the package has them: side by side."""

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, name, path, target=None):
        file = self.folder / f"{name}.py"
        if not re.fullmatch(r"case\w*", name) or not file.exists():
            return None
        return importlib.util.spec_from_file_location(name, file, loader=self)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        file = pathlib.Path(module.__spec__.origin)
        exec(compile(source(file), str(file), "exec"), module.__dict__)


def shim_binascii():
    module = types.ModuleType("latin_binascii")
    module.b2a_hex = lambda data: binascii.b2a_hex(
        data.encode("latin-1") if isinstance(data, str) else data
    ).decode("ascii")
    sys.modules["latin_binascii"] = module


def load():
    """The case classes of our sections by their ids, such as (7, 9, 1), in order."""
    package = importlib.util.find_spec("autobahntestsuite")
    if package is None:
        sys.exit("the package autobahntestsuite is not installed")
    folder = pathlib.Path(package.submodule_search_locations[0]) / "case"
    shim_binascii()
    sys.meta_path.insert(0, Finder(folder))
    case = importlib.import_module("case").Case
    # Pickles of equal values need not be equal here.
    case.compare = lambda self, one, other: one == other
    found = {}
    for file in sorted(folder.glob("case*_*.py")):
        section = re.match(r"case(\d+)_", file.name)
        if section is None or int(section[1]) not in SECTIONS or file.stem in LEFT_OUT:
            continue
        module = importlib.import_module(file.stem)
        lists = [value for value in vars(module).values() if isinstance(value, list)]
        for value in [*vars(module).values(), *(item for items in lists for item in items)]:
            name = getattr(value, "__name__", "")
            if isinstance(value, type) and re.fullmatch(r"Case\d+(_\d+)+", name):
                found[tuple(int(number) for number in name[4:].split("_"))] = value
    return case, dict(sorted(found.items()))
