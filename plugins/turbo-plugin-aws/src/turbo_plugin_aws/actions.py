"""The namespace ``aws``: every action that the host finds here."""

from __future__ import annotations

from turbo_core import Context, action

from turbo_plugin_aws.folders import s3_mirror, s3_sync
from turbo_plugin_aws.ground import told
from turbo_plugin_aws.identity import caller
from turbo_plugin_aws.objects import s3_delete, s3_get, s3_list, s3_overwrite, s3_put
from turbo_plugin_aws.outputs import Identity
from turbo_plugin_aws.session import Place

__all__ = ["identity", "s3_delete", "s3_get", "s3_list", "s3_mirror", "s3_overwrite", "s3_put", "s3_sync"]


@action(risk="read")
def identity(context: Context, *, region: str = "", profile: str = "", endpoint_url: str = "") -> Identity:
    """Tell whose credentials these are: the account, and who acts in it.

    Args:
        region: the region, in place of the one that is configured.
        profile: a profile of the AWS configuration.
        endpoint_url: another address than AWS's own.
    """
    with told():
        found = caller(Place(region=region, profile=profile, endpoint_url=endpoint_url))
    return Identity(account=found.account, arn=found.arn, user=found.user)
