"""Getting files back on Azure: a share of a storage account from its snapshots."""

from __future__ import annotations

from groundplan.markdown import section, shell
from groundplan.model.environment import Environment
from groundplan.platforms.azure.documents.names import resource_group
from groundplan.platforms.azure.naming import storage_account


def shares(environment: Environment) -> list[str]:
    """How files of the shares come back that belong to a storage account and to no store."""
    accounts = environment.platform.azure.storage if environment.platform.azure is not None else {}
    return [
        restore_share(resource_group(environment), storage_account(environment, account), share)
        for account, storage in accounts.items()
        for share in storage.shares
    ]


def restore_share(group: str, account: str, share: str) -> str:
    """The section of one share of a storage account."""
    address = f"https://{account}.file.core.windows.net/{share}"
    return section(
        f"Restore the share {share}",
        "Find the last snapshot in which the files were right, and copy it into a share of its own; the damaged one stays "
        "as it is until somebody has looked at both. The one who copies needs the role Storage File Data Privileged "
        "Contributor, for as long as it takes.",
        shell(
            f"az storage share-rm list --resource-group {group} --storage-account {account} --include-snapshot "
            f"""--query "[?name=='{share}' && snapshotTime].snapshotTime" """.rstrip(),
            f"az storage share-rm create --resource-group {group} --storage-account {account} --name {share}-restored",
            "azcopy login",
            f"azcopy copy '{address}?sharesnapshot=SNAPSHOT' '{address}-restored' --recursive --preserve-smb-info",
        ),
        "To put single files back, copy them from the restored share to the live one the same way. To replace everything, "
        "stop who writes, copy back, and start them again:",
        shell(f"azcopy copy '{address}-restored/*' '{address}' --recursive --preserve-smb-info --overwrite true"),
        f"A share that was deleted as a whole is kept for 7 days: `az storage share-rm restore --resource-group {group} "
        f"--storage-account {account} --name {share} --deleted-version VERSION`.",
    )
