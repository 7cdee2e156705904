"""Draws pages in warm child processes that hold no key and no database.

A child that dies is replaced and the page drawn again; one that takes too long is
ended. Each makes way for a new one after some pages, and never all at the same time.
"""

import json
import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path

from issuer.credentials.page_templates import SAMPLE, list_versions
from issuer.credentials.sealer import Draft
from issuer.domain.errors import IssuerError, sentence
from issuer.services.page_child import PageChild, PageFailed
from issuer.services.page_orders import Cut, Message

PAGES_PER_CHILD = 1000
RENDER_SECONDS = 60
_ATTEMPTS = 2
_SAMPLE_PROOF = "0" * 600  # as long as the digits of a compact proof


class PageTooSlow(IssuerError):
    """Drawing was ended because it took too long, or no child came free in time."""

    code = "page.too_slow"
    sentence = sentence("The PDF was not made within %(seconds)s seconds.")


class PageNotDrawn(IssuerError):
    """The process that draws pages died, or met an error of its own, repeatedly."""

    code = "page.not_drawn"
    sentence = sentence("The PDF could not be made. The reason: %(reason)s")


class PageRenderer:
    """Draws pages in up to `workers` child processes, from any number of threads.

    `sample` names the template whose newest version a new child warms up with, and
    `read_blob` returns the organisation's logo, which the draft names by its SHA-256.
    Children start with the first page, or with `warm_up`.
    """

    def __init__(
        self,
        templates_dir: Path,
        *,
        workers: int = 1,
        sample: str | None = None,
        seconds: int = RENDER_SECONDS,
        pages_per_child: int = PAGES_PER_CHILD,
        read_blob: Callable[[str], bytes] | None = None,
    ) -> None:
        self.workers = workers
        self._templates_dir = templates_dir
        self._sample = sample
        self._seconds = seconds
        self._pages_per_child = pages_per_child
        self._read_blob = read_blob
        self._children = _Children()
        self._changed = threading.Condition()
        self._stop_at_exit = weakref.finalize(self, self._children.stop, os.getpid())

    def __call__(
        self, draft: Draft, credential: bytes, check_url: str, *, preview: bool = False
    ) -> bytes:
        """Return the PDF of `draft`, marked across each page if it is a preview.

        Raises PageRefused and its kind, PageTooSlow, PageNotDrawn, and BlobMissing
        where the logo is gone.
        """
        return self._draw(
            {
                "statement": json.dumps(draft.statement).encode(),
                "template_dir": self._folder(draft.template, draft.template_version),
                "check_url": check_url,
                "credential": credential,
                "created": draft.created,
                "template_sha256": draft.template_sha256,
                "look": draft.look,
                "logo": self._logo(draft),
                "preview": preview,
            }
        )

    def warm_up(self) -> None:
        """Start all children now, so that the first page does not wait for them.

        Returns at once; they load and draw the template's sample by themselves.
        """
        with self._changed:
            while len(self._children.all) < self.workers:
                self._children.idle.append(self._start())

    def list_children(self) -> list[int]:
        """Return the ids of the processes that draw, working or idle."""
        with self._changed:
            return [child.pid for child in self._children.all if child.is_alive]

    def close(self) -> None:
        """End the children, also in the middle of a page."""
        with self._changed:
            self._children.stop(os.getpid())
            self._changed.notify_all()

    def _draw(self, order: Message) -> bytes:
        reason = ""
        for _ in range(_ATTEMPTS):
            child = self._take()
            try:
                page = child.draw(order)
            except IssuerError:
                self._give_back(child)
                raise
            except PageFailed as error:
                self._give_back(child, is_fit=False)
                reason = str(error)
            except Cut:
                self._give_back(child, is_fit=False)
                reason = "its process died"
            except TimeoutError:
                self._give_back(child, is_fit=False)
                raise PageTooSlow(seconds=self._seconds) from None
            except BaseException:
                self._give_back(child, is_fit=False)
                raise
            else:
                self._give_back(child)
                return page
        raise PageNotDrawn(reason=reason)

    def _take(self) -> PageChild:
        """Return a child that no other thread holds; raises PageTooSlow."""
        until = time.monotonic() + _ATTEMPTS * self._seconds
        with self._changed:
            self._children.forget_of_another_process()
            while True:
                if child := self._children.take_idle():
                    return child
                if len(self._children.all) < self.workers:
                    return self._start()
                if not self._changed.wait(until - time.monotonic()):
                    raise PageTooSlow(seconds=_ATTEMPTS * self._seconds)

    def _give_back(self, child: PageChild, *, is_fit: bool = True) -> None:
        with self._changed:
            if child not in self._children.all:  # closed meanwhile
                child.stop()
                return
            if is_fit and not child.is_worn and child.is_alive:
                self._children.idle.append(child)
            else:
                self._children.remove(child)
                self._children.idle.insert(0, self._start())
            self._changed.notify()

    def _start(self) -> PageChild:
        # The first children leave one after another; their followers then do so too.
        place = len(self._children.all) + 1
        is_first = self._children.started < self.workers
        most = self._pages_per_child
        child = PageChild(
            most_pages=most * place // self.workers if is_first else most,
            seconds=self._seconds,
        )
        self._children.started += 1
        self._children.all.append(child)
        if order := self._sample_order():
            child.warm_up(order)
        return child

    def _sample_order(self) -> Message | None:
        found = list_versions(self._templates_dir)
        versions = [version for name, version in found if name == self._sample]
        if self._sample is None or not versions:
            return None
        folder = self._folder(self._sample, versions[-1])
        try:
            sample = Path(folder, SAMPLE).read_bytes()
            statement = json.loads(sample)
        except (OSError, ValueError):  # a template that is being made
            return None
        return {
            "statement": sample,
            "template_dir": folder,
            "check_url": f"{statement['id'].partition('/v/')[0]}/q#{_SAMPLE_PROOF}",
            "credential": b"{}",
            "created": statement["issued_at"],
        }

    def _logo(self, draft: Draft) -> bytes:
        """Return the logo the draft is pinned to; b"" without one."""
        address = (draft.look or {}).get("logo_sha256")
        if address is None or self._read_blob is None:
            return b""
        return self._read_blob(address)

    def _folder(self, template: str, version: str) -> str:
        return str(self._templates_dir / template / version)


class _Children:
    """All children of one renderer, and which of them nobody holds."""

    def __init__(self) -> None:
        self.all: list[PageChild] = []
        self.idle: list[PageChild] = []
        self.started = 0
        self._pid = os.getpid()

    def take_idle(self) -> PageChild | None:
        """Return the child that was idle last, so that the warmest goes first."""
        return self.idle.pop() if self.idle else None

    def remove(self, child: PageChild) -> None:
        self.all.remove(child)
        child.stop()

    def forget_of_another_process(self) -> None:
        """After a fork, leave the children to the process that started them."""
        if self._pid != os.getpid():
            self.all, self.idle, self._pid = [], [], os.getpid()

    def stop(self, pid: int) -> None:
        if pid != os.getpid():
            return
        while self.all:
            self.all.pop().stop()
        self.idle.clear()
