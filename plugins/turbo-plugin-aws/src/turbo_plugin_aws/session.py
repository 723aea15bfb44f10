"""The way to AWS: clients with bounded patience, and every error of boto3 told as a fault. Knows nothing of Turbo.

boto3 is imported when the first client is made, for it takes longer to import than most actions run. Credentials come from its
own chain (environment, profile, role) and pass through no function of this package.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final

from turbo_plugin_aws.faults import AwsFault, AwsUnavailable

ATTEMPTS: Final = 3
"""How often one request is sent, at most, before a fault is told."""
CONNECT_SECONDS: Final = 10
READ_SECONDS: Final = 60

_NOT_IMPLEMENTED: Final = 501
_BUSY: Final = frozenset(
    {
        "BandwidthLimitExceeded",
        "InternalError",
        "PriorRequestNotComplete",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "SlowDown",
        "Throttling",
        "ThrottlingException",
        "ThrottledException",
        "TooManyRequestsException",
    }
)
_BAD_CREDENTIALS: Final = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidToken",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_DENIED: Final = frozenset({"403", "AccessDenied", "AccessDeniedException", "AllAccessDisabled", "Forbidden"})
_ELSEWHERE: Final = frozenset({"301", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException", "PermanentRedirect"})

_SET_CREDENTIALS: Final = (
    "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (a workflow names them under 'secrets'), or give a 'profile'"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and as whom to work; what is empty is left to boto3 and its settings."""

    region: str = ""
    profile: str = ""
    endpoint_url: str = ""


def client(service: str, place: Place) -> Any:
    """A client of a service (``s3``, ``sts``); made anew for each action, because the environment may have changed.

    Raises:
        AwsFault: the profile is unknown, no region is set, or the endpoint is no address.
    """
    boto3 = import_module("boto3")
    config = import_module("botocore.config").Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        user_agent_extra="turbo-plugin-aws",
    )
    with explained(service):
        session = boto3.session.Session(profile_name=place.profile or None, region_name=place.region or None)
        try:
            return session.client(service, endpoint_url=place.endpoint_url or None, config=config)
        except ValueError as error:
            raise AwsFault(
                "there is no client for these settings",
                where=service,
                why=str(error),
                next_step="write 'endpoint_url' as https://HOST, and check 'region'",
            ) from error


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Tell what boto3 raises inside as a fault.

    Args:
        where: what the requests are about, as a person names it.

    Raises:
        AwsUnavailable: AWS could not be reached, is overloaded, or failed on its side.
        AwsFault: any other refusal.
    """
    kinds = import_module("botocore.exceptions")
    try:
        yield
    except kinds.ClientError as error:
        raise _refused(error, where) from error
    except (kinds.ConnectionError, kinds.FlexibleChecksumError, kinds.HTTPClientError, kinds.IncompleteReadError) as error:
        raise AwsUnavailable(
            "AWS could not be reached",
            where=where,
            why=str(error),
            next_step="try again later, or check the network and 'endpoint_url'",
        ) from error
    except (
        kinds.NoCredentialsError,
        kinds.PartialCredentialsError,
        kinds.CredentialRetrievalError,
        kinds.SSOError,
        kinds.TokenRetrievalError,
    ) as error:
        raise AwsFault(
            "there are no credentials to work with", where=where, why=str(error), next_step=_SET_CREDENTIALS
        ) from error
    except kinds.NoRegionError as error:
        raise AwsFault(
            "no region is set", where=where, why=str(error), next_step="give 'region', or set AWS_DEFAULT_REGION"
        ) from error
    except kinds.BotoCoreError as error:
        raise AwsFault("the request could not be made", where=where, why=str(error), next_step="mend the arguments") from error


def _refused(error: Any, where: str) -> AwsFault:
    """The fault for an answer that says no."""
    told = error.response.get("Error", {})
    code = str(told.get("Code", ""))
    answer = error.response.get("ResponseMetadata", {})
    status = int(answer.get("HTTPStatusCode", 0))
    operation = error.operation_name
    why = f"{code}: {told.get('Message', '')}".removesuffix(": ")
    if (status >= 500 and status != _NOT_IMPLEMENTED) or status == 429 or code in _BUSY:
        sent = int(answer.get("RetryAttempts", 0)) + 1
        return AwsUnavailable(
            f"AWS could not do {operation} now", where=where, why=f"{why} (requests sent: {sent})", next_step="try again later"
        )
    return AwsFault(f"AWS refused {operation}", where=where, why=why, next_step=_next_step(code, operation))


def _next_step(code: str, operation: str) -> str:
    if code == "NoSuchBucket":
        return "create the bucket, or mend 'bucket'"
    if code in _BAD_CREDENTIALS:
        return f"renew the credentials, or {_SET_CREDENTIALS}"
    if code in _DENIED:
        return f"let these credentials do {operation} there; whose they are tells: turbo aws identity"
    if code in _ELSEWHERE:
        return "name the region that the bucket is in: 'region'"
    return "mend the arguments, or look the code up in the documentation of AWS"
