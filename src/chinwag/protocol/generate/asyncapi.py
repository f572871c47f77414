"""The socket as an AsyncAPI 3.0 document , seen from the server: it receives requests and
sends answers and pushes (https://www.asyncapi.com/docs/reference/specification/v3.0.0).
"""

import inspect
import json
from typing import Any

import msgspec
from msgspec import Struct

from chinwag.protocol import version
from chinwag.protocol.generate import shapes
from chinwag.protocol.generate.shapes import tag

_CHANNEL = {"$ref": "#/channels/socket"}
_REPLY = {"type": "integer", "description": "The id of the request."}


def document() -> str:
    """The document as JSON text."""
    page = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "chinwag",
            "version": str(version.PROTOCOL),
            "description": inspect.cleandoc(version.__doc__ or ""),
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "channels": {"socket": _channel()},
        "operations": _operations(),
        "components": _components(),
    }
    return json.dumps(page, ensure_ascii=False, indent=2) + "\n"


def _channel() -> dict[str, Any]:
    names = [f"request-{tag(cls)}" for cls in shapes.COMMANDS]
    names += [f"answer-{tag(cls)}" for cls in shapes.COMMANDS]
    names += [f"push-{tag(cls)}" for cls in shapes.PUSHES] + ["error"]
    headers = {"Sec-WebSocket-Protocol": {"const": version.SUBPROTOCOL}}
    return {
        "address": "/ws",
        "description": f"A WebSocket; the subprotocol is {version.SUBPROTOCOL}.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in names},
        "bindings": {
            "ws": {
                "method": "GET",
                "headers": {"type": "object", "properties": headers},
                "bindingVersion": "0.1.0",
            }
        },
    }


def _operations() -> dict[str, Any]:
    found: dict[str, Any] = {tag(cls): _request(cls) for cls in shapes.COMMANDS}
    names = [f"push-{tag(cls)}" for cls in shapes.PUSHES]
    found["push"] = {"action": "send", "channel": _CHANNEL, "messages": _refs(*names)}
    return found


def _request(cls: type[Struct]) -> dict[str, Any]:
    return {
        "action": "receive",
        "channel": _CHANNEL,
        "summary": _words(cls),
        "messages": _refs(f"request-{tag(cls)}"),
        "reply": {"channel": _CHANNEL, "messages": _refs(f"answer-{tag(cls)}", "error")},
    }


def _components() -> dict[str, Any]:
    types = [*shapes.COMMANDS, *dict.fromkeys(shapes.ANSWERS.values()), *shapes.PUSHES]
    refs, schemas = msgspec.json.schema_components(
        [*types, shapes.ERROR], ref_template="#/components/schemas/{name}"
    )
    ref = dict(zip([*types, shapes.ERROR], refs, strict=True))
    identity = {"type": "integer", "minimum": 0, "default": 0}
    messages = {"error": _message(shapes.ERROR, {"reply": _REPLY, "error": ref[shapes.ERROR]})}
    for cls in shapes.COMMANDS:
        request = _message(cls, {"id": identity, "do": ref[cls]}, optional="id")
        request["payload"]["additionalProperties"] = False
        answer = shapes.ANSWERS[cls]
        messages[f"request-{tag(cls)}"] = request
        messages[f"answer-{tag(cls)}"] = _message(answer, {"reply": _REPLY, "ok": ref[answer]})
    for cls in shapes.PUSHES:
        messages[f"push-{tag(cls)}"] = _message(cls, {"push": ref[cls]})
    return {"messages": messages, "schemas": _draft_07(schemas)}


def _draft_07(schema: Any) -> Any:
    """JSON Schema 2020-12 with OpenAPI's extras as the draft that AsyncAPI builds on: rows are
    written otherwise, and a discriminator would have to name schemas (the tags tell enough).
    """
    match schema:
        case {"discriminator": _, **rest}:
            return _draft_07(rest)
        case {"prefixItems": row, **rest}:
            return _draft_07(rest | {"items": row, "additionalItems": False})
        case dict():
            return {key: _draft_07(value) for key, value in schema.items()}
        case list():
            return [_draft_07(item) for item in schema]
    return schema


def _message(
    cls: type[Struct], properties: dict[str, Any], *, optional: str = ""
) -> dict[str, Any]:
    required = [name for name in properties if name != optional]
    payload = {"type": "object", "properties": properties, "required": required}
    return {"summary": _words(cls), "payload": payload}


def _refs(*names: str) -> list[dict[str, str]]:
    return [{"$ref": f"#/channels/socket/messages/{name}"} for name in names]


def _words(cls: type[Struct]) -> str:
    return " ".join((cls.__doc__ or "").split())
