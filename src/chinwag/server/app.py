"""The composition root: every part is made here, by plain constructor calls, and run."""

import asyncio
import contextlib
import socket as sockets
import sys
import time
from collections.abc import Coroutine
from typing import Any

import uvicorn

from chinwag.protocol.closing import Close
from chinwag.server.adapters.local_broker import LocalBroker
from chinwag.server.adapters.local_registry import LocalRegistry
from chinwag.server.adapters.sqlite.store import SqliteStore
from chinwag.server.config import Settings
from chinwag.server.delivery.delivery import Delivery
from chinwag.server.delivery.ladder import Ladder
from chinwag.server.gateway.auth import Auth, Refusal
from chinwag.server.gateway.connection import Connection, Services
from chinwag.server.gateway.handlers import handlers
from chinwag.server.gateway.oneport import one_port
from chinwag.server.gateway.upgrade import Accepted, Admission, Refused, UpgradeRequest
from chinwag.server.observe import log
from chinwag.server.services.chats import Chats
from chinwag.server.services.devices import Devices
from chinwag.server.services.log import Log
from chinwag.server.services.messages import Messages
from chinwag.server.services.presence import Presence
from chinwag.server.services.profiles import Profiles
from chinwag.server.services.receipts import Receipts
from chinwag.server.services.sync import Sync
from chinwag.server.sessions.sessions import Sessions
