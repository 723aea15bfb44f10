"""A small Slack on the loopback device: the methods that this plugin uses, Socket Mode over a real websocket, and a page.

Tests start a `FakeSlack` and act as people by `click` and `submit`. A person starts ``python fake_slack.py``, opens the page
that it names, and is whoever they choose. It refuses what Slack refuses: wrong tokens, unknown channels, long blocks.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

BOT, APP, CHANNELS = "xoxb-a-bot-of-a-test", "xapp-an-app-of-a-test", ("C0TEAM", "C0ONCALL")
PATIENCE = 180.0
"""Seconds that a person waits for the app to confirm a click."""
_LIMITS = {"plain_text": 2000, "mrkdwn": 3000}


class FakeSlack:
    """A workspace with one app and two channels.

    Attributes:
        api_url: the address of the Web API.
        page: the address of the page for people.
        messages: what stands in the channels, in order, as Slack keeps it.
        whispers: what single persons were told.
        views: the form that each person sees, by user.
        calls: the methods that were called, in order.
        refusals: method → errors that it answers next, in place of serving.
    """

    def __init__(self, port: int = 0) -> None:
        self.messages: list[dict[str, Any]] = []
        self.whispers: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.refusals: dict[str, list[str]] = {}
        self.after: dict[str, Callable[[], object]] = {}
        self._lock = threading.Condition()
        self._numbers = count(1)
        self._connections: list[ServerConnection] = []
        self._confirmed: dict[str, dict[str, Any]] = {}
        self._triggers: dict[str, str] = {}
        self._sockets = serve(self._converse, "127.0.0.1", 0)
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._threads = [
            threading.Thread(target=self._sockets.serve_forever, daemon=True),
            threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True),
        ]
        self.page = f"http://127.0.0.1:{self._http.server_address[1]}/"
        self.api_url = f"{self.page}api/"
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """Stop; from now on connections are refused. Closing twice is harmless."""
        if not self._threads:
            return
        self.drop()
        self._http.shutdown()
        self._http.server_close()
        self._sockets.shutdown()
        while self._threads:
            self._threads.pop().join()

    # ------------------------------------------------------------ people

    def wait(self, what: Callable[[], Any]) -> Any:
        """Wait until something is so; gives it."""
        end = time.monotonic() + PATIENCE
        while True:
            with self._lock:
                found = what()
            if found or time.monotonic() > end:
                return found
            time.sleep(0.02)

    def connected(self) -> bool:
        """Whether the app listens; waits for it."""
        return bool(self.wait(lambda: self._connections))

    def drop(self) -> None:
        """End all connections of the app, as Slack does every few hours."""
        with self._lock:
            connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()

    def question(self) -> dict[str, Any]:
        """The first message with buttons; waits for it."""
        found = self.wait(lambda: [message for message in self.messages if _buttons(message)])
        assert found, f"nothing is asked: {self.messages}"
        message: dict[str, Any] = found[0]
        return message

    def click(self, user: str, verb: str, message: Mapping[str, Any]) -> dict[str, Any]:
        """Click a button (``approve``, ``reject``); gives what the app confirmed."""
        (action,) = [button for button in _buttons(message) if button["action_id"].endswith(verb)]
        trigger = f"trigger-{next(self._numbers)}"
        self._triggers[trigger] = user
        payload = {
            "type": "block_actions",
            "user": {"id": user},
            "channel": {"id": message["channel"]},
            "message": dict(message),
            "trigger_id": trigger,
            "actions": [{"action_id": action["action_id"], "value": action["value"], "type": "button"}],
        }
        return self.interact(payload)

    def submit(self, user: str, values: Mapping[str, str]) -> dict[str, Any]:
        """Send the form that a person sees, with what they typed or chose; gives what the app confirmed."""
        view = self.wait(lambda: self.views.get(user))
        assert view, f"{user} sees no form"
        state = {block["block_id"]: _state(block, values) for block in view["blocks"] if block["type"] == "input"}
        told = self.interact({"type": "view_submission", "user": {"id": user}, "view": {**view, "state": {"values": state}}})
        if not told.get("payload"):
            self.views.pop(user, None)
        return told

    def interact(self, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Send a payload to the app, and wait until it is confirmed; as Slack does, again when a connection breaks before."""
        envelope = f"envelope-{next(self._numbers)}"
        text = json.dumps({"type": "interactive", "envelope_id": envelope, "payload": payload})
        end = time.monotonic() + PATIENCE
        while envelope not in self._confirmed and time.monotonic() < end:
            assert self.connected(), "nobody listens"
            self._send(text, envelope)
        confirmed = self._confirmed.get(envelope)
        assert confirmed, "the app did not confirm"
        return confirmed

    def _send(self, text: str, envelope: str) -> None:
        with self._lock:
            connection = self._connections[-1] if self._connections else None
        with suppress(ConnectionClosed):
            if connection is not None:
                connection.send(text)
                self.wait(lambda: envelope in self._confirmed or connection not in self._connections)

    # ------------------------------------------------------------ the app

    def _converse(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        with self._lock:
            self._connections.append(connection)
        try:
            for text in connection:
                told = json.loads(text)
                with self._lock:
                    self._confirmed[told["envelope_id"]] = told
        except ConnectionClosed:
            pass
        finally:
            with self._lock:
                self._connections = [each for each in self._connections if each is not connection]

    def call(self, method: str, token: str, given: dict[str, Any]) -> dict[str, Any]:
        """Serve one method of the Web API."""
        with self._lock:
            self.calls.append(method)
            if self.refusals.get(method):
                return {"ok": False, "error": self.refusals[method].pop(0)}
            if token != (APP if method == "apps.connections.open" else BOT):
                return {"ok": False, "error": "invalid_auth"}
            served = {
                "apps.connections.open": self._open,
                "chat.postMessage": self._post,
                "chat.postEphemeral": self._whisper,
                "chat.update": self._update,
                "chat.delete": self._delete,
                "conversations.history": self._history,
                "conversations.replies": self._replies,
                "views.open": self._view,
            }.get(method)
            answer = served(given) if served else {"ok": False, "error": "unknown_method"}
        self.after.get(method, lambda: None)()
        return answer

    def _open(self, _given: dict[str, Any]) -> dict[str, Any]:
        return {"ok": True, "url": f"ws://127.0.0.1:{self._sockets.socket.getsockname()[1]}/link"}

    def _post(self, given: dict[str, Any]) -> dict[str, Any]:
        refused = _refused(given)
        if refused:
            return refused
        ts = f"{int(time.time())}.{next(self._numbers):06d}"
        self.messages.append({"type": "message", **given, "ts": ts})
        return {"ok": True, "channel": given["channel"], "ts": ts, "message": self.messages[-1]}

    def _whisper(self, given: dict[str, Any]) -> dict[str, Any]:
        self.whispers.append(given)
        return {"ok": True, "message_ts": f"{int(time.time())}.{next(self._numbers):06d}"}

    def _update(self, given: dict[str, Any]) -> dict[str, Any]:
        message = self._found(given)
        refused = _refused(given)
        if message is None or refused:
            return refused or {"ok": False, "error": "message_not_found"}
        message.update(given)
        return {"ok": True, "channel": given["channel"], "ts": given["ts"], "text": given["text"]}

    def _delete(self, given: dict[str, Any]) -> dict[str, Any]:
        message = self._found(given)
        if message is None:
            return {"ok": False, "error": "message_not_found"}
        self.messages.remove(message)
        return {"ok": True, "channel": given["channel"], "ts": given["ts"]}

    def _history(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["channel"] not in CHANNELS:
            return {"ok": False, "error": "channel_not_found"}
        oldest = float(given.get("oldest", 0))
        here = [message for message in self.messages if message["channel"] == given["channel"] and not message.get("thread_ts")]
        new = [message for message in reversed(here) if float(message["ts"]) > oldest]
        return {"ok": True, "messages": new[: int(given.get("limit", 100))], "has_more": False}

    def _replies(self, given: dict[str, Any]) -> dict[str, Any]:
        found = [message for message in self.messages if given["ts"] in (message["ts"], message.get("thread_ts"))]
        return {"ok": True, "messages": found} if found else {"ok": False, "error": "thread_not_found"}

    def _view(self, given: dict[str, Any]) -> dict[str, Any]:
        user = self._triggers.pop(given["trigger_id"], "")
        if not user:
            return {"ok": False, "error": "expired_trigger_id"}
        if len(given["view"]["private_metadata"]) > 3000 or _too_long(given["view"]["blocks"]):
            return {"ok": False, "error": "invalid_arguments"}
        self.views[user] = given["view"]
        return {"ok": True, "view": given["view"]}

    def _found(self, given: dict[str, Any]) -> dict[str, Any] | None:
        same = [message for message in self.messages if (message["channel"], message["ts"]) == (given["channel"], given["ts"])]
        return same[0] if same else None


def _buttons(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [button for block in message.get("blocks", ()) if block["type"] == "actions" for button in block["elements"]]


def _state(block: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    element, name = block["element"], block["block_id"]
    if element["type"] == "static_select":
        wanted = values.get(name)
        option = next((each for each in element["options"] if each["text"]["text"] == wanted), element.get("initial_option"))
        return {element["action_id"]: {"type": "static_select", "selected_option": option}}
    value = values.get(name, element.get("initial_value"))
    return {element["action_id"]: {"type": "plain_text_input", "value": value or None}}


def _refused(given: Mapping[str, Any]) -> dict[str, Any] | None:
    if given["channel"] not in CHANNELS:
        return {"ok": False, "error": "channel_not_found"}
    if len(given.get("text", "")) > 40_000:
        return {"ok": False, "error": "msg_too_long"}
    return {"ok": False, "error": "invalid_blocks"} if _too_long(given.get("blocks", [])) else None


def _too_long(blocks: list[dict[str, Any]]) -> bool:
    """Whether Slack would refuse these blocks."""
    return len(blocks) > 50 or any(_is_wrong(block) for block in blocks)


def _is_wrong(block: dict[str, Any]) -> bool:
    texts = [*block.get("fields", ()), *([block["text"]] if isinstance(block.get("text"), dict) else ())]
    texts += [each for each in block.get("elements", ()) if each["type"] in _LIMITS]
    if any(not 1 <= len(text["text"]) <= _LIMITS[text["type"]] for text in texts):
        return True
    buttons = [each for each in block.get("elements", ()) if each["type"] == "button"]
    return (
        (block["type"] == "header" and len(block["text"]["text"]) > 150)
        or (block["type"] == "markdown" and not 1 <= len(block["text"]) <= 12_000)
        or not len(block.get("fields", ())) <= 10
        or any(len(text["text"]) > 2000 for text in block.get("fields", ()))
        or any(len(button["value"]) > 2000 or len(button["text"]["text"]) > 75 for button in buttons)
    )


# ---------------------------------------------------------------- HTTP


def _handler(slack: FakeSlack) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            place = urlsplit(self.path)
            if place.path.startswith("/api/"):
                self._serve(place.path, {name: values[-1] for name, values in parse_qs(place.query).items()})
            else:
                self._send(200, _page(slack), "text/html; charset=utf-8")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if "json" in self.headers.get("Content-Type", ""):
                given = json.loads(body or b"{}")
            else:
                given = {name: values[-1] for name, values in parse_qs(body.decode()).items()}
            if self.path.startswith("/api/"):
                self._serve(self.path, given)
            elif self.path == "/webhook":
                slack.messages.append({"channel": "webhook", **given})
                self._send(200, "ok", "text/plain")
            else:
                self._act(given)

        def _serve(self, path: str, given: dict[str, Any]) -> None:
            token = self.headers.get("Authorization", "").removeprefix("Bearer ") or given.pop("token", "")
            answer = slack.call(path.removeprefix("/api/"), token, given)
            status = 429 if answer.get("error") == "ratelimited" else 200
            self._send(status, json.dumps(answer), "application/json")

        def _act(self, given: dict[str, Any]) -> None:
            """A person on the page clicks a button, or sends a form."""
            user = given.pop("user", "nobody")
            if self.path == "/click":
                messages = [message for message in slack.messages if message["ts"] == given["ts"]]
                if messages and _buttons(messages[0]):
                    slack.click(user, given["verb"], messages[0])
            elif self.path == "/submit":
                slack.submit(user, given)
            self.send_response(303)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(self, status: int, text: str, kind: str) -> None:
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


_STYLE = """
body{margin:0;background:#f4f4f5;color:#1d1c1d;font:15px/1.45 system-ui,sans-serif}
main{max-width:680px;margin:24px auto;padding:0 16px}
article{background:#fff;border:1px solid #ddd;border-radius:8px;padding:12px 16px;margin:12px 0}
article.reply{margin-left:32px} h1{font-size:18px} h2{font-size:16px;margin:0 0 6px}
pre{white-space:pre-wrap;font:inherit;margin:6px 0}
small{color:#616061} label{display:block;margin:8px 0}
button{padding:6px 14px;border:1px solid #bbb;border-radius:4px;background:#fff}
button.primary{background:#007a5a;color:#fff;border-color:#007a5a}
button.danger{background:#c01343;color:#fff;border-color:#c01343}
form{margin:8px 0} aside{background:#fff8e1;border:1px solid #e6d8a0;border-radius:8px;padding:8px 16px;margin:12px 0}
"""


def _page(slack: FakeSlack) -> str:
    shown = "".join(_article(message) for message in list(slack.messages))
    forms = "".join(_form(user, view) for user, view in list(slack.views.items()))
    whispers = "".join(
        f"<aside><small>only {escape(each['user'])} sees this:</small> {escape(each['text'])}</aside>"
        for each in list(slack.whispers)
    )
    shown = shown or "<p>Nothing was said yet. Load the page again.</p>"
    return (
        f'<!doctype html><html lang="en"><head><title>A small Slack</title><meta charset="utf-8"><style>{_STYLE}</style></head>'
        f"<body><main><h1>A small Slack</h1>{shown}{whispers}{forms}</main></body></html>"
    )


def _article(message: Mapping[str, Any]) -> str:
    parts = "".join(_block(block, message) for block in message.get("blocks", ()))
    kind = ' class="reply"' if message.get("thread_ts") else ""
    return f"<article{kind}><small>#{escape(str(message['channel']))}</small>{parts}</article>"


def _block(block: Mapping[str, Any], message: Mapping[str, Any]) -> str:
    if block["type"] == "header":
        return f"<h2>{escape(block['text']['text'])}</h2>"
    if block["type"] == "markdown":
        return f"<pre>{escape(block['text'])}</pre>"
    if block["type"] == "section":
        return "".join(f"<pre>{escape(each['text'])}</pre>" for each in block.get("fields", ()))
    if block["type"] == "actions":
        buttons = "".join(
            f'<button name="verb" value="{each["action_id"].rpartition(".")[2]}" class="{each["style"]}">'
            f"{each['text']['text']}</button> "
            for each in block["elements"]
        )
        who = '<label>I am <input name="user" value="ada"></label>'
        return f'<form method="post" action="/click"><input type="hidden" name="ts" value="{message["ts"]}">{who}{buttons}</form>'
    return "".join(f"<small>{escape(each['text'])}</small>" for each in block.get("elements", ()))


def _form(user: str, view: Mapping[str, Any]) -> str:
    inputs = "".join(
        f"<label>{escape(block['label']['text'])} "
        f'<input name="{escape(block["block_id"])}" value="{escape(_first(block["element"]))}"></label>'
        for block in view["blocks"]
        if block["type"] == "input"
    )
    hidden = f'<input type="hidden" name="user" value="{escape(user)}">'
    return (
        f"<article><h2>{escape(view['title']['text'])} ({escape(user)} sees this form)</h2>"
        f'<form method="post" action="/submit">{hidden}{inputs}'
        f'<button class="primary">{escape(view["submit"]["text"])}</button></form></article>'
    )


def _first(element: Mapping[str, Any]) -> str:
    option = element.get("initial_option")
    return str(option["text"]["text"] if option else element.get("initial_value", ""))


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description="A small Slack on this machine.")
    parser.add_argument("--port", type=int, default=8020)
    slack = FakeSlack(parser.parse_args().port)
    print(f"open {slack.page} to answer; the Web API is at {slack.api_url}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        slack.close()


if __name__ == "__main__":
    main()
