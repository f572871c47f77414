"""What the SDK promises by name."""

import inspect
from types import ModuleType

from chinwag import sdk


def test_all_names_what_is_public() -> None:
    public = {
        name
        for name, value in vars(sdk).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert public == set(sdk.__all__)
    assert list(sdk.__all__) == sorted(sdk.__all__)


def test_every_public_name_is_documented() -> None:
    bare = [
        f"{name}.{member}"
        for name in sdk.__all__
        if inspect.isclass(kind := getattr(sdk, name)) and kind.__module__.startswith("chinwag")
        for member, value in [("", kind), *vars(kind).items()]
        if not member.startswith("_")
        and (inspect.isclass(value) or inspect.isfunction(value) or isinstance(value, property))
        and not inspect.getdoc(value)
        and not inspect.getdoc(getattr(sdk.Store, member, None))  # documented at the port
    ]
    assert bare == []
