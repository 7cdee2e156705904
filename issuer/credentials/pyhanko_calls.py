"""What pyHanko makes asynchronous, done at once: none of it waits for anybody."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Found = TypeVar("Found")


def finish(call: Coroutine[Any, Any, Found]) -> Found:
    """Return what the call returns, also where the caller's thread runs a loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(call)
    with ThreadPoolExecutor(max_workers=1) as aside:
        return aside.submit(asyncio.run, call).result()
