"""The WSGI entry point: `gunicorn wsgi:application`, `flask --app wsgi run`."""

import sys

from issuer.app import create_app
from issuer.settings import SettingsRefused

# gunicorn restarts a worker that fails to start, except when it ends with this status.
_DOES_NOT_START = 3

try:
    application = create_app(due_work=True)
except SettingsRefused as refusal:
    sys.stderr.write(f"{refusal}\n")
    sys.exit(_DOES_NOT_START)
