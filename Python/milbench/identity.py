"""The identity of a model's code, so that an edited model is run again."""

from __future__ import annotations

import hashlib
import inspect
import site
import sys
import sysconfig
import textwrap
import types
from pathlib import Path
from typing import Any

import numpy as np

_LARGEST = 1 << 12


def code_digest(model: object) -> str:
    """Returns the SHA-256 digest of a model: the source of its classes and functions, the user's own code that they use, and
    the constructor parameters.

    Code of installed libraries counts by its name alone. If there is no source, the compiled code counts. For tensors and
    PyTorch modules the shapes count, since initial weights differ from run to run.
    """
    digest = hashlib.sha256()
    _Walk(digest).visit("model", model)
    return digest.hexdigest()


def _library_folders() -> tuple[str, ...]:
    folders = {sysconfig.get_paths()[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= set(site.getsitepackages()) if hasattr(site, "getsitepackages") else set()
    folders |= {site.getusersitepackages()} if site.ENABLE_USER_SITE else set()
    return tuple(str(Path(folder).resolve()) for folder in folders)


_LIBRARIES = _library_folders()
_OWN = str(Path(__file__).resolve().parent)


def _is_library(name: str | None) -> bool:
    """Returns whether a module comes with Python, is installed, or is this package."""
    if name is None or name in ("builtins", "__future__"):
        return True
    if name == "__main__":
        return False
    module = sys.modules.get(name)
    file = getattr(module, "__file__", None)
    if file is None:
        # Modules in C, and modules that a test or a notebook creates.
        return name.split(".")[0] in sys.stdlib_module_names
    path = str(Path(file).resolve())
    return path.startswith(_OWN) or path.startswith(_LIBRARIES)


class _Walk:
    """A walk over the parts of a model, each part once."""

    def __init__(self, digest: Any) -> None:
        self.digest = digest
        self.seen: dict[int, Any] = {}

    def say(self, *words: str) -> None:
        for word in words:
            data = word.encode("utf-8", "surrogatepass")
            self.digest.update(b"%d:" % len(data) + data)

    def visit(self, name: str, value: Any) -> None:
        """Adds a value under a name."""
        self.say(name)
        if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
            return self.say(type(value).__name__, repr(value))
        if id(value) in self.seen:
            return self.say("again")
        # The value is kept, so that no other value receives its id.
        self.seen[id(value)] = value
        if isinstance(value, type):
            self.visit_class(value)
        elif isinstance(value, types.FunctionType):
            self.visit_function(value)
        elif isinstance(value, (types.MethodType, classmethod, staticmethod)):
            self.visit("function", value.__func__)
            self.visit("self", getattr(value, "__self__", None))
        elif isinstance(value, property):
            for part in (value.fget, value.fset):
                self.visit("property", part)
        elif isinstance(value, types.ModuleType):
            self.visit_module(value)
        else:
            self.visit_object(value)

    def visit_class(self, value: type) -> None:
        self.say("class", value.__module__, value.__qualname__)
        if _is_library(value.__module__):
            return
        for base in value.__bases__:
            self.visit("base", base)
        # Python keeps some data of its own in a class, such as a cache for copying.
        hidden = {"__dict__", "__weakref__", "__doc__", "__module__", "__firstlineno__", "__static_attributes__"}
        hidden |= {"__slotnames__", "__annotations__", "__annotations_cache__", "__annotate_func__", "__abstractmethods__"}
        for name, member in sorted(vars(value).items()):
            if name not in hidden and not name.startswith("_abc_"):
                self.visit(name, member)

    def visit_function(self, value: types.FunctionType) -> None:
        self.say("function", value.__module__ or "", value.__qualname__)
        if _is_library(value.__module__):
            return
        try:
            self.say(textwrap.dedent(inspect.getsource(value)))
        except (OSError, TypeError):
            self.visit_code(value.__code__)
        self.visit("defaults", list(value.__defaults__ or ()))
        self.visit("keywords", dict(value.__kwdefaults__ or {}))
        for cell in value.__closure__ or ():
            try:
                self.visit("cell", cell.cell_contents)
            except ValueError:
                self.say("empty")
        for name in sorted(_names(value.__code__)):
            if name in value.__globals__:
                self.visit(name, value.__globals__[name])

    def visit_code(self, code: types.CodeType) -> None:
        self.digest.update(code.co_code)
        self.say(*code.co_names, *code.co_varnames)
        for constant in code.co_consts:
            if isinstance(constant, types.CodeType):
                self.visit_code(constant)
            elif isinstance(constant, frozenset):
                self.say(*sorted(map(repr, constant)))
            else:
                self.say(repr(constant))

    def visit_module(self, value: types.ModuleType) -> None:
        self.say("module", value.__name__)
        file = getattr(value, "__file__", None)
        if file is None or _is_library(value.__name__):
            return
        try:
            self.digest.update(Path(file).read_bytes())
        except OSError:
            self.say("no file")
        # The user's own modules that it imports are part of it.
        for name, member in sorted(vars(value).items()):
            if isinstance(member, types.ModuleType) and not _is_library(member.__name__):
                self.visit(name, member)

    def visit_object(self, value: Any) -> None:
        kind = type(value)
        self.say("object", kind.__module__, kind.__qualname__)
        if isinstance(value, np.ndarray):
            self.say(str(value.dtype), str(value.shape))
            if value.size <= _LARGEST and value.dtype != object:
                self.digest.update(np.ascontiguousarray(value).data)
        elif isinstance(value, dict):
            for key, member in sorted(value.items(), key=lambda item: repr(item[0])):
                self.visit(repr(key), member)
        elif isinstance(value, (list, tuple)):
            self.say(str(len(value)))
            for member in value:
                self.visit("-", member)
        elif isinstance(value, (set, frozenset)):
            self.say(*sorted(map(repr, value)))
        elif _is_tensor(value):
            self.say(str(tuple(value.shape)), str(value.dtype))
        else:
            self.visit("class", kind)
            self.visit_state(value)

    def visit_state(self, value: Any) -> None:
        """Adds the parameters of an estimator, or else the attributes of an object."""
        if hasattr(value, "get_params") and not isinstance(value, type):
            state = dict(value.get_params(deep=False))
        else:
            state = dict(getattr(value, "__dict__", {}))
        if not _is_library(type(value).__module__) or len(state) <= _LARGEST:
            # Modules of PyTorch count calls and the like in attributes with an underscore.
            for name, member in sorted(state.items()):
                if not name.startswith("_") or name in ("_parameters", "_buffers", "_modules"):
                    self.visit(name, member)


def _names(code: types.CodeType) -> set[str]:
    """Returns the global names that code, and code within it, may use."""
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= _names(constant)
    return names


def _is_tensor(value: Any) -> bool:
    return type(value).__module__.split(".")[0] == "torch" and hasattr(value, "shape") and hasattr(value, "dtype")
