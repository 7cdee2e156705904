"""A certificate's pinned look as pages get it: colours, and the logo's own bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from issuer.domain.look import PageLook

LOGO_ADDRESS = "logo"


@dataclass(frozen=True, slots=True)
class DrawnLook:
    """What a page is drawn with; the logo lies in its assets as `asset:logo`."""

    pinned: PageLook
    logo: bytes | None = None

    @classmethod
    def of_draft(cls, look: Mapping[str, Any] | None, logo: bytes | None) -> Self:
        """Return the look of a draft; one from before looks were pinned has ours."""
        return cls(PageLook(**look) if look else PageLook(), logo)

    def contents(self) -> dict[str, Any]:
        """Return what a template gets as `look`; `logo` tells whether there is one."""
        return {
            "logo": self.logo is not None,
            "logo_alt": self.pinned.logo_alt,
            "logo_ratio": float(self.pinned.logo_ratio or 1),
            "accent": self.pinned.accent,
            "accent_tint": self.pinned.accent_tint,
        }

    def assets(self) -> dict[str, bytes]:
        """Return the pictures that the look adds to a template's own."""
        return {} if self.logo is None else {LOGO_ADDRESS: self.logo}
