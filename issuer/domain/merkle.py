"""A Merkle tree over byte strings, as RFC 9162 §2.1 builds it, with SHA-256.

One signature over the root signs every leaf, and each leaf is shown to belong to the
root by the hashes beside its way up, without the other leaves.
"""

from collections.abc import Sequence
from hashlib import sha256

HASH_BYTES = 32


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash of a leaf, tagged so that no inner node can pass for one."""
    return sha256(b"\x00" + leaf).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over one leaf or more; raises ValueError for none."""
    if not leaves:
        raise ValueError("a tree has a leaf")
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    half = _largest_half(len(leaves))
    return _node(root_of(leaves[:half]), root_of(leaves[half:]))


def path_of(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the hashes beside a leaf's way up, from below (RFC 9162 §2.1.3.1).

    Raises ValueError for a place that is not in the tree.
    """
    if not 0 <= index < len(leaves):
        raise ValueError("the tree has no such leaf")
    if len(leaves) == 1:
        return ()
    half = _largest_half(len(leaves))
    if index < half:
        return (*path_of(leaves[:half], index), root_of(leaves[half:]))
    return (*path_of(leaves[half:], index - half), root_of(leaves[:half]))


def root_along(
    leaf: bytes, *, index: int, size: int, path: Sequence[bytes]
) -> bytes | None:
    """Return the root that a leaf and its path lead to (RFC 9162 §2.1.3.2).

    None where the path is not as long as it is at this place in a tree of this size.
    """
    if not 0 <= index < size:
        return None
    place, last, found = index, size - 1, leaf_hash(leaf)
    for beside in path:
        if last == 0 or len(beside) != HASH_BYTES:
            return None
        if place % 2 or place == last:
            found = _node(beside, found)
            while place % 2 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = _node(found, beside)
        place, last = place >> 1, last >> 1
    return found if last == 0 else None


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def _largest_half(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1
