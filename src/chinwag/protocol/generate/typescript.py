"""The wire as TypeScript: one module of types and constants, nothing that runs but `reconnects`."""

import json
import textwrap
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import msgspec
from msgspec import Struct

from chinwag.protocol import closing, errors, events, scalars, version
from chinwag.protocol.generate import shapes, source
from chinwag.protocol.generate.shapes import Field, Scalar
from chinwag.protocol.generate.spelling import Speller, bounds, inline, title

_HEAD = """\
// The chinwag wire. Generated from the server's types by `make docs`: do not edit.
//
// A field that may be absent is optional and says its default. Readers ignore fields, and `type`s
// and `kind`s, that they do not know: newer servers may send more than stands here.
"""

_FRAMES = """\
/** A client's frame. Without an id (or with 0) it gets no answer. */
export interface Request<C extends Command = Command> {
  readonly id?: number;
  readonly do: C;
}

/** A server's frame: the answer to a request. */
export interface Answered<T = unknown> {
  readonly reply: number;
  readonly ok: T;
}

/** A server's frame: a request was refused. */
export interface Refused {
  readonly reply: number;
  readonly error: RequestError;
}

/** A server's frame that nobody asked for. */
export interface Pushed {
  readonly push: Push;
}

/** Any frame of a server: told apart by which field is there. */
export type ServerFrame = Answered | Refused | Pushed;

/** What a command is answered with. */
export type AnswerTo<C extends Command> = Answers[C["type"]];
"""

_RECONNECTS = """\
/** Whether a client that saw this close code should come back by itself. */
export function reconnects(code: number): boolean {
  return code < RECONNECT_NEVER.from || code >= RECONNECT_NEVER.below;
}
"""


class _TypeScript:
    """How TypeScript writes what is not a name."""

    primitives: Mapping[str, str] = MappingProxyType(
        {"str": "string", "int": "number", "bool": "boolean"}
    )

    def many(self, item: str) -> str:
        return f"readonly ({item})[]" if " " in item else f"readonly {item}[]"

    def row(self, items: list[str]) -> str:
        return f"readonly [{', '.join(items)}]"

    def choice(self, values: list[Any]) -> str:
        return " | ".join(json.dumps(value) for value in values)

    def either(self, parts: list[str]) -> str:
        return " | ".join(parts)


_WIDTH = 92
_TYPESCRIPT = _TypeScript()
_SPECIAL: dict[tuple[type[Struct], str], str] = {
    (errors.Failure, "code"): "ErrorCode",
}


def module() -> str:
    """The whole module."""
    return "\n".join(
        [
            _HEAD,
            *_constants(),
            _rule("Scalars"),
            *(_scalar(scalar) for scalar in shapes.all_scalars()),
            *_structs("Files", shapes.FILES),
            *_structs("Events", (*shapes.KINDS, *shapes.EVENTS)),
            _union("Body", "What can stand in a chat's log.", shapes.KINDS),
            *_structs("Answers and states", shapes.STATES),
            *_structs("Commands", (*shapes.INPUTS, *shapes.COMMANDS)),
            _union("Command", "Everything a client may ask.", shapes.COMMANDS),
            _answers(),
            *_structs("Pushes", shapes.PUSHES),
            _union("Push", "Everything a server tells unasked.", shapes.PUSHES),
            *_structs("Alerts", shapes.ALERTS),
            _union("Alert", "Everything that comes by Web Push.", shapes.ALERTS),
            _rule("Frames"),
            _FRAMES,
            *_structs("Bodies of the HTTP side", shapes.HTTP),
        ]
    )


def _constants() -> Iterable[str]:
    yield f"export const PROTOCOL = {version.PROTOCOL};"
    yield f"export const SUBPROTOCOL = {json.dumps(version.SUBPROTOCOL)};\n"
    kinds = ", ".join(json.dumps(shapes.tag(cls)) for cls in events.COUNTED)
    yield "/** Kinds of events that make a chat unread; all others are service lines. */"
    yield f'export const COUNTED: readonly Body["kind"][] = [{kinds}];\n'
    limits = ((limit.name, str(limit.value), limit.doc) for limit in shapes.all_limits())
    yield _table("LIMITS", "Every bound of the wire.", limits)
    words = source.members(closing, closing.Close.__name__)
    codes = ((code.name, str(code.value), words[code.name]) for code in closing.Close)
    yield _table("CLOSE", "The close codes that the server uses on purpose.", codes)
    never = closing.RECONNECT_NEVER
    yield "/** Close codes after which a client stays away until the person acts. */"
    yield (
        f"export const RECONNECT_NEVER = {{ from: {never.start}, below: {never.stop} }} as const;\n"
    )
    yield _RECONNECTS
    yield _table("ERRORS", "The closed catalogue of what can go wrong.", _catalogue())
    yield "export type ErrorCode = keyof typeof ERRORS;\n"


def _catalogue() -> Iterable[tuple[str, str, str]]:
    for code, kind in errors.CATALOGUE.items():
        retry = str(kind.retry).lower()
        text = json.dumps(kind.text, ensure_ascii=False)
        yield code, f"{{ status: {kind.status}, retry: {retry}, text: {text} }}", ""


def _table(name: str, doc: str, rows: Iterable[tuple[str, str, str]]) -> str:
    lines = [*_comment(doc), f"export const {name} = {{"]
    for key, value, words in rows:
        lines += [*_comment(words, "  "), f"  {key}: {value},"]
    return "\n".join([*lines, "} as const;\n"])


def _scalar(scalar: Scalar) -> str:
    spelled = Speller(scalars, _TYPESCRIPT)(scalar.written)
    words = " ".join(filter(None, [scalar.doc, _sentence(bounds(scalar.type))]))
    return "\n".join([*_comment(words), f"export type {scalar.name} = {spelled};\n"])


def _structs(heading: str, classes: Iterable[type[Struct]]) -> Iterable[str]:
    yield _rule(heading)
    yield from map(_interface, classes)


def _interface(cls: type[Struct]) -> str:
    shape = shapes.shape(cls)
    if not shape.tag and not shape.fields:
        empty = f"export type {title(cls)} = Readonly<Record<string, unknown>>;\n"
        return "\n".join([*_comment(shape.doc), empty])
    lines = [*_comment(shape.doc), f"export interface {title(cls)} {{"]
    if shape.tag:
        lines.append(f"  readonly {shape.tag_field}: {json.dumps(shape.tag)};")
    for field in shape.fields:
        lines += _field(cls, field)
    return "\n".join([*lines, "}\n"])


def _field(cls: type[Struct], field: Field) -> list[str]:
    spelled = _SPECIAL.get((cls, field.name)) or Speller.of(cls, _TYPESCRIPT)(field.written)
    words = [_sentence(bounds(field.type))] if inline(field.written) else []
    if field.default not in (msgspec.NODEFAULT, msgspec.UNSET, None):
        words.append(f"Default: {json.dumps(field.default)}.")
    mark = "" if field.required else "?"
    comment = _comment(" ".join(filter(None, words)), "  ")
    return [*comment, f"  readonly {field.name}{mark}: {spelled};"]


def _union(name: str, doc: str, classes: Iterable[type[Struct]]) -> str:
    lines = [f"  | {title(cls)}" for cls in classes]
    return "\n".join([*_comment(doc), f"export type {name} =", *lines]) + ";\n"


def _answers() -> str:
    lines = [
        f"  readonly {shapes.tag(asked)}: {title(answered)};"
        for asked, answered in shapes.ANSWERS.items()
    ]
    doc = _comment("What `ok` holds, by the `type` of the command.")
    return "\n".join([*doc, "export interface Answers {", *lines, "}\n"])


def _rule(heading: str) -> str:
    return f"// --- {heading} ".ljust(98, "-") + "\n"


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}." if words else ""


def _comment(words: str, indent: str = "") -> list[str]:
    lines = words.replace("``", "`").splitlines()
    if len(lines) == 1 and len(words) > _WIDTH - len(indent):
        lines = textwrap.wrap(lines[0], _WIDTH - len(indent))
    if len(lines) < 2:
        return [f"{indent}/** {line} */" for line in lines]
    return [f"{indent}/**", *(f"{indent} * {line}".rstrip() for line in lines), f"{indent} */"]
