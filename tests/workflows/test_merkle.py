"""Merkle trees: against the definition of RFC 6962 and its published example."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows import merkle


def by_definition(leaves: list[bytes]) -> bytes:
    """MTH of RFC 6962, 2.1, word by word, over contents."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return hashlib.sha256(b"\x00" + leaves[0]).digest()
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    left, right = by_definition(leaves[:split]), by_definition(leaves[split:])
    return hashlib.sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize(
    ("count", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_the_roots_of_certificate_transparency_s_own_examples(count, root):
    contents = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ]

    assert merkle.root_of(map(merkle.leaf, contents[:count])).hex() == root


@given(contents=st.lists(st.binary(max_size=4), max_size=70))
def test_every_leaf_of_every_tree_is_proved_by_its_path(contents):
    leaves = [merkle.leaf(content) for content in contents]
    root = merkle.root_of(leaves)

    assert root == by_definition(contents)
    for index, top in enumerate(leaves):
        path = merkle.path_to(index, leaves)
        found = merkle.root_by_path(top, index=index, size=len(leaves), path=path)
        assert found == root


def test_a_path_proves_nothing_else():
    leaves = [merkle.leaf(bytes([number])) for number in range(7)]
    root, path = merkle.root_of(leaves), merkle.path_to(4, leaves)

    def found(**other) -> bytes | None:
        asked = {"top": leaves[4], "index": 4, "size": 7, "path": path, **other}
        return merkle.root_by_path(asked.pop("top"), **asked)

    assert found() == root
    assert root not in (
        found(top=leaves[3]),
        found(index=5),
        found(path=path[::-1]),
        found(path=path[:-1]),
        found(path=[*path, root]),
        found(index=7),
        found(index=-1),
        found(size=1, index=0),
    )
