"""Draws pages in one warm child process that holds no key and no database."""

import json
import multiprocessing
import threading
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from issuer.credentials.page import render_in_child
from issuer.credentials.sealer import Draft

PAGES_PER_CHILD = 1000
RENDER_SECONDS = 120


class PageRenderer:
    """Draws pages in one warm child process; a child that dies is replaced."""

    def __init__(self, templates_dir: Path) -> None:
        self._templates_dir = templates_dir
        self._lock = threading.Lock()
        self._pool: ProcessPoolExecutor | None = None

    def __call__(self, draft: Draft, credential: bytes, check_url: str) -> bytes:
        """Return the PDF of `draft`; raises IssuerError or BrokenProcessPool."""
        folder = self._templates_dir / draft.template / draft.template_version
        future = self._open_pool().submit(
            render_in_child,
            json.dumps(draft.statement).encode(),
            template_dir=str(folder),
            check_url=check_url,
            credential=credential,
            created=draft.created,
        )
        try:
            return future.result(timeout=RENDER_SECONDS)
        except (BrokenProcessPool, TimeoutError):
            self.close()
            raise

    def close(self) -> None:
        """End the child process."""
        with self._lock:
            if self._pool is not None:
                self._pool.shutdown(wait=False, cancel_futures=True)
                self._pool = None

    def _open_pool(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(
                    max_workers=1,
                    mp_context=multiprocessing.get_context("spawn"),
                    max_tasks_per_child=PAGES_PER_CHILD,
                )
            return self._pool
