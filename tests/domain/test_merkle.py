"""The tree of RFC 9162 §2.1, held against hashes written out by hand."""

from hashlib import sha256

import pytest

from issuer.domain.merkle import leaf_hash, path_of, root_along, root_of


def leaves(count):
    return [b"leaf %d" % number for number in range(count)]


def node(left, right):
    return sha256(b"\x01" + left + right).digest()


def test_the_root_of_seven_is_the_one_of_the_rfc():
    """RFC 9162 §2.1.5 draws the tree over seven leaves: ((ab)(cd))((ef)g)."""
    a, b, c, d, e, f, g = (leaf_hash(leaf) for leaf in leaves(7))
    k = node(node(a, b), node(c, d))
    lower = node(node(e, f), g)
    assert root_of(leaves(7)) == node(k, lower)
    assert path_of(leaves(7), 0) == (b, node(c, d), lower)
    assert path_of(leaves(7), 3) == (c, node(a, b), lower)
    assert path_of(leaves(7), 4) == (f, g, k)
    assert path_of(leaves(7), 6) == (node(e, f), k)


def test_a_leaf_alone_is_the_root_and_no_leaf_is_none():
    assert root_of([b"x"]) == sha256(b"\x00x").digest()
    assert path_of([b"x"], 0) == ()
    with pytest.raises(ValueError, match="leaf"):
        root_of([])
    with pytest.raises(ValueError, match="leaf"):
        path_of([b"x"], 1)


@pytest.mark.parametrize("size", range(1, 40))
def test_every_leaf_leads_to_the_root_and_nothing_else_does(size):
    all_ = leaves(size)
    root = root_of(all_)
    for index, leaf in enumerate(all_):
        path = path_of(all_, index)
        assert root_along(leaf, index=index, size=size, path=path) == root
        assert root_along(b"other", index=index, size=size, path=path) != root
        for other in {index - 1, index + 1} - {index}:
            assert root_along(leaf, index=other, size=size, path=path) != root
        assert root_along(leaf, index=index, size=size, path=(*path, root)) != root
        if path:
            assert root_along(leaf, index=index, size=size, path=path[:-1]) != root
            turned = (path[0][::-1], *path[1:])
            assert root_along(leaf, index=index, size=size, path=turned) != root


def test_a_node_cannot_pass_for_a_leaf():
    one, two = (leaf_hash(leaf) for leaf in leaves(2))
    forged = one + two
    assert root_along(forged, index=0, size=1, path=()) != root_of(leaves(2))


def test_twelve_need_four_hashes():
    assert {len(path_of(leaves(12), i)) for i in range(8)} == {4}
