"""One POST to one receiver: to the judged address only, with a bound on time and on what is read. Knows nothing of Turbo.

urllib3 is used without the layer that most programs put on it: that one follows redirects by itself, asks the environment for
proxies and looks names up again, and each of the three would lead past the guard.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urljoin

from standardwebhooks.webhooks import Webhook
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as OutOfTime

from turbo_plugin_webhook.faults import WebhookFault, WebhookUnavailable
from turbo_plugin_webhook.guard import Place, judged

REDIRECTS: Final = 3
SHOWN: Final = 65_536
"""Bytes of an answer that are read at most."""
_AGAIN: Final = frozenset({307, 308})
"""The only redirects that keep method and body."""
_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """How requests are made.

    Attributes:
        signing_key: Base64, with or without ``whsec_``; empty: nothing is signed.
        token: a bearer token for the receiver; empty: none. It stays with the origin that it is meant for.
        allow: hosts and networks that need not be public.
        timeout: seconds for one request, its answer included.
        authorities: a file of certificates to trust in place of the system's; empty: the system's.
    """

    signing_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    allow: Sequence[str] = ()
    timeout: float = 20.0
    authorities: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What a receiver answered: the status, and the beginning of the body."""

    status: int
    body: str


def post(url: str, key: str, payload: object, sender: Sender) -> Posted:
    """Send JSON to a receiver.

    Args:
        url: where to.
        key: the name of this message (``webhook-id``), the same when it is sent again; a receiver drops what it has.
        payload: anything that JSON can hold; what it cannot is sent as text.
        sender: how.

    Raises:
        WebhookUnavailable: the receiver could not be reached, or is busy.
        WebhookFault: it may not be asked, or refused.
    """
    body = json.dumps(payload, default=str)
    headers = _headers(key, body, sender)
    first = place = judged(url, sender.allow)
    for _ in range(REDIRECTS + 1):
        given = headers if place.origin == first.origin else {name: headers[name] for name in headers if name != "Authorization"}
        status, elsewhere, answer = _send(place, given, body, sender)
        if status not in _AGAIN or not elsewhere:
            return _accepted(place, status, answer)
        # A stranger must not make use of what is allowed for us.
        place = judged(urljoin(f"{place.origin}{place.target}", elsewhere), () if place.public else sender.allow)
    raise WebhookFault("it sends from one place to another", where=first.origin, next_step="name the last place in the URL")


def _headers(key: str, body: str, sender: Sender) -> dict[str, str]:
    now, name = datetime.now(UTC), _name(key)
    headers = {"Content-Type": "application/json", "User-Agent": "turbo-plugin-webhook", "webhook-id": name}
    headers["webhook-timestamp"] = str(int(now.timestamp()))
    if sender.signing_key:
        try:
            headers["webhook-signature"] = Webhook(sender.signing_key).sign(name, now, body)
        except (ValueError, RuntimeError) as error:
            raise WebhookFault("the signing key cannot be used", why=str(error), next_step="let it be Base64") from error
    if sender.token:
        headers["Authorization"] = f"Bearer {sender.token}"
    return headers


def _name(key: str) -> str:
    """The key as a header can carry it."""
    return key if re.fullmatch(r"[!-~]{1,256}", key) else hashlib.sha256(key.encode()).hexdigest()


def _send(place: Place, headers: Mapping[str, str], body: str, sender: Sender) -> tuple[int, str, str]:
    """Ask the first address that takes a connection; gives status, where else to, and the beginning of the answer."""
    end = time.monotonic() + sender.timeout
    fault: HTTPError | OSError = OSError("there is no address")
    for address in place.addresses:
        try:
            with _pool(place, address, sender) as pool:
                answer = pool.urlopen(
                    "POST", place.target, body=body.encode(), headers={**headers, "Host": _host(place)}, preload_content=False
                )
                return answer.status, answer.headers.get("Location", ""), _beginning(answer, end)
        except NewConnectionError as error:
            fault = error
        except (HTTPError, OSError) as error:
            fault = error
            break
    raise WebhookUnavailable(
        "no answer came", where=place.origin, why=_reason(fault), next_step="try again later, or check the address"
    ) from fault


def _pool(place: Place, address: str, sender: Sender) -> HTTPConnectionPool:
    timeout = Timeout(total=sender.timeout)
    if place.scheme == "http":
        return HTTPConnectionPool(address, place.port, timeout=timeout, retries=False, block=True)
    return HTTPSConnectionPool(
        address,
        place.port,
        timeout=timeout,
        retries=False,
        block=True,
        server_hostname=place.host,
        assert_hostname=place.host,
        ca_certs=sender.authorities or None,
        cert_reqs="CERT_REQUIRED",
    )


def _host(place: Place) -> str:
    return place.origin.partition("://")[2]


def _beginning(answer: BaseHTTPResponse, end: float) -> str:
    """What the receiver says, as far as it is worth waiting for: one that never ends holds nobody."""
    read = b""
    try:
        while len(read) < SHOWN and time.monotonic() < end and (part := answer.read1(SHOWN - len(read))):
            read += part
    finally:
        answer.close()
    return read.decode("utf-8", "replace")


def _accepted(place: Place, status: int, body: str) -> Posted:
    if 200 <= status < 300:
        return Posted(status=status, body=body)
    told = " ".join(body.split())[:200]
    if status in _BUSY:
        raise WebhookUnavailable(f"the receiver answers {status}", where=place.origin, why=told, next_step="try again later")
    raise WebhookFault(
        f"the receiver answers {status}", where=place.origin, why=told, next_step="mend the URL, the token or the signing key"
    )


def _reason(fault: HTTPError | OSError) -> str:
    return "it took too long" if isinstance(fault, OutOfTime) else str(fault)
