"""Who the credentials are, as AWS sees them. Knows nothing of Turbo."""

from __future__ import annotations

from dataclasses import dataclass

from turbo_plugin_aws.session import Place, client, explained


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """An account, and who acts in it."""

    account: str
    arn: str
    user: str


def caller(place: Place) -> Caller:
    """Ask whose credentials these are.

    Raises:
        AwsFault: there are none, or AWS does not accept them.
        AwsUnavailable: AWS could not be asked.
    """
    sts = client("sts", place)
    with explained("sts"):
        told = sts.get_caller_identity()
    return Caller(account=told["Account"], arn=told["Arn"], user=told["UserId"])
