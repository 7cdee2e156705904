"""The starter catalogue: an unofficial summary that comes with this program."""

from importlib.resources import files

STARTER_NAME = "puutarha-ala-tiivistelma.json"


def read_starter() -> bytes:
    """Return the bytes of the starter catalogue, in the shape of ePerusteet."""
    folder = files("issuer").joinpath("starter_catalogue")
    return folder.joinpath(STARTER_NAME).read_bytes()
