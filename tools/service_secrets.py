"""Two secrets of a service on this machine, made once and never overwritten.

`var/secret_key` signs sessions; `var/key_passphrase` opens the private signing keys.
In production both come from the operator (SECRET_KEY_FILE, KEY_PASSPHRASE_FILE).
"""

import os
import secrets
from pathlib import Path

from tools.steps import did

MODES = {"secret_key": 0o600, "key_passphrase": 0o400}


def require_secrets(folder: Path) -> None:
    """Make what is missing, readable by its owner alone; keep what is there."""
    for name, mode in MODES.items():
        try:
            file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            continue
        with os.fdopen(file, "w", encoding="ascii") as secret:
            secret.write(secrets.token_urlsafe(48) + "\n")
        did(f"made {folder / name}")
