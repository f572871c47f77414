"""The protocol page and the error page: hand-written templates, with what the types tell."""

import json
from collections.abc import Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import Struct

from chinwag.protocol import closing, errors, events, frames, scalars, version
from chinwag.protocol.generate import examples, golden, shapes, source
from chinwag.protocol.generate.shapes import Field, shape, tag
from chinwag.protocol.generate.spelling import Speller, bounds, inline, title


class _Words:
    """How a page writes what is not a name."""

    primitives: Mapping[str, str] = MappingProxyType(
        {"str": "text", "int": "integer", "bool": "boolean"}
    )

    def many(self, item: str) -> str:
        return f"list of {item}"

    def row(self, items: list[str]) -> str:
        return f"[{', '.join(items)}]"

    def choice(self, values: list[Any]) -> str:
        return " or ".join(f"`{json.dumps(value)}`" for value in values)

    def either(self, parts: list[str]) -> str:
        return " or ".join(parts)


_WORDS = _Words()
_WHAT_TO_DO = {
    closing.Close.RESTART: "Come back after the `goodbye` pause.",
    closing.Close.PROTOCOL_ERROR: "A bug in the client: mend it.",
    closing.Close.UNSUPPORTED_DATA: "A bug in the client: send text frames only.",
    closing.Close.INVALID_TEXT: "A bug in the client: send UTF-8.",
    closing.Close.TOO_BIG: "A bug in the client: keep to `FRAME_BYTES`.",
    closing.Close.FLOODING: "Slow down: begin with the longest pause.",
    closing.Close.SIGNED_OUT: "Forget the token; ask the person to sign in.",
    closing.Close.REPLACED: "Stand still; another tab or process of this device has taken over.",
}


def protocol_page() -> str:
    """docs/protocol.md."""
    return _filled(
        "protocol.md",
        subprotocol=version.SUBPROTOCOL,
        protocol=str(version.PROTOCOL),
        features=", ".join(f"`{name}`" for name in version.FEATURES),
        counted=" and ".join(f"`{tag(cls)}`" for cls in events.COUNTED),
        request=_example(golden.command("send")),
        answer=_example(golden.answer("send")),
        error=_example(golden.error("invalid-field")),
        push=_example(golden.push("event")),
        commands=_join(map(_command, shapes.COMMANDS)),
        inputs=_join(map(_struct, shapes.INPUTS)),
        pushes=_join(map(_push, shapes.PUSHES)),
        kinds=_join(map(_kind, shapes.KINDS)),
        alerts=_join(map(_alert, shapes.ALERTS)),
        events=_join(map(_struct, shapes.EVENTS)),
        files=_join(map(_struct, shapes.FILES)),
        states=_join(map(_struct, shapes.STATES)),
        http=_join(map(_struct, shapes.HTTP)),
        scalars=_scalars(),
        limits=_limits(),
        closing=_closing(),
    )


def error_page() -> str:
    """docs/errors.md."""
    rows = [
        (f"`{code}`", str(kind.status), "yes" if kind.retry else "no", kind.text)
        for code, kind in errors.CATALOGUE.items()
    ]
    table = _table(("code", "HTTP status", "retry", "sentence"), rows)
    return _filled("errors.md", catalogue=table, closing=_closing())


def _filled(name: str, **parts: str) -> str:
    page = files(__package__).joinpath("templates", name).read_text("utf-8")
    for key, value in parts.items():
        page = page.replace("{{" + key + "}}", value.strip())
    return page


def _command(cls: type[Struct]) -> str:
    answer = title(shapes.ANSWERS[cls])
    ask = f"{_described(cls)}\nAnswer: [{answer}](#{answer.lower()})."
    return f"### Command `{tag(cls)}`\n\n{ask}\n\n{_example(golden.command(tag(cls)))}"


def _push(cls: type[Struct]) -> str:
    return f"### Push `{tag(cls)}`\n\n{_described(cls)}\n{_example(golden.push(tag(cls)))}"


def _kind(cls: type[Struct]) -> str:
    body = msgspec.json.encode(examples.KINDS[tag(cls)])
    return f"### Kind `{tag(cls)}`\n\n{_described(cls)}\n{_example(body)}"


def _alert(cls: type[Struct]) -> str:
    example = _example(frames.encode(examples.ALERTS[tag(cls)]))
    return f"### {title(cls)}\n\n{_described(cls)}\n{example}"


def _struct(cls: type[Struct]) -> str:
    return f"### {title(cls)}\n\n{_described(cls)}"


def _described(cls: type[Struct]) -> str:
    seen = shape(cls)
    rows = [_field(cls, field) for field in seen.fields]
    table = _table(("field", "type", "if absent"), rows) if rows else "No fields.\n"
    return f"{_prose(seen.doc)}\n\n{table}"


def _field(cls: type[Struct], field: Field) -> tuple[str, str, str]:
    spelled = Speller.of(cls, _WORDS)(field.written)
    limit = bounds(field.type) if inline(field.written) else ""
    absent = "required"
    if field.default in (None, msgspec.UNSET):
        absent = "none"
    elif not field.required:
        absent = f"`{json.dumps(field.default)}`"
    return f"`{field.name}`", f"{spelled}, {limit}" if limit else spelled, absent


def _scalars() -> str:
    rows = []
    for scalar in shapes.all_scalars():
        spelled = Speller(scalars, _WORDS)(scalar.written)
        limit = bounds(scalar.type)
        rows.append((f"`{scalar.name}`", ": ".join(filter(None, [spelled, limit])), scalar.doc))
    return _table(("name", "what it is", "meaning"), rows)


def _limits() -> str:
    rows = [(f"`{limit.name}`", f"{limit.value:,}", limit.doc) for limit in shapes.all_limits()]
    return _table(("limit", "value", "why"), rows)


def _closing() -> str:
    words = source.members(closing, closing.Close.__name__)
    rows = [
        (
            str(code.value),
            f"`{code.name}`",
            "yes" if closing.reconnects(code) else "**no**",
            " ".join(filter(None, [words[code.name], _WHAT_TO_DO.get(code, "")])),
        )
        for code in closing.Close
    ]
    return _table(("code", "name", "reconnect", "what it means and what to do"), rows)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    cells = (" | ".join(_cell(text) for text in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


def _cell(text: str) -> str:
    return _prose(text).replace("|", "\\|").replace("\n", " ")


def _prose(text: str) -> str:
    return text.replace("``", "`")


def _example(data: bytes) -> str:
    pretty = json.dumps(json.loads(data), ensure_ascii=False)
    return f"```json\n{pretty}\n```\n"


def _join(parts: Iterable[str]) -> str:
    return "\n".join(f"{part.rstrip()}\n" for part in parts)
