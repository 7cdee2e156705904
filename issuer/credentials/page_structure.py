"""The parts of a page's file that its conformance is told by: tags, fonts, files."""

from collections.abc import Iterator
from typing import Any

# pikepdf's: an object of a file is whatever the file says it is.
Pdf = Any
Object = Any

MOST_TAGS = 100_000


def list_tags(pdf: Pdf) -> Iterator[Object]:
    """Give every structure element in reading order; raises ValueError if endless."""
    waiting: list[Any] = [pdf.Root.StructTreeRoot]
    seen = 0
    while waiting:
        node = waiting.pop()
        seen += 1
        if seen > MOST_TAGS:
            raise ValueError("the structure has no end")
        if "/S" in node:
            yield node
        waiting.extend(reversed(_children(node)))


def _children(node: Object) -> list[Object]:
    children = node.get("/K", [])
    each = children if _is_array(children) else [children]
    return [child for child in each if _is_dictionary(child)]


def aloud(tag: Object, name: str) -> str:
    """Return an attribute of a structure element, or an empty text."""
    attributes = tag.get("/A", {})
    each = attributes if _is_array(attributes) else [attributes]
    found = [str(a[name]) for a in each if _is_dictionary(a) and name in a]
    return found[0] if found else ""


def list_fonts(pdf: Pdf) -> list[Object]:
    """Return every font that a page, a picture or a field names, each by its places."""
    found = []
    for item in pdf.objects:
        if not _is_dictionary(item):
            continue
        for place in (item, item.get("/Resources", {}), item.get("/DR", {})):
            named = place.get("/Font", {}) if _is_mapping(place) else {}
            if _is_mapping(named):
                found += [font for font in dict(named).values() if "/BaseFont" in font]
    return found


def attachments(pdf: Pdf) -> list[Object]:
    """Return the file specifications in the tree of names."""
    tree = pdf.Root.get("/Names", {}).get("/EmbeddedFiles", {})
    return _leaves(tree, "/Names")[1::2] if _is_dictionary(tree) else []


def is_annotation_tagged(pdf: Pdf, note: Object) -> bool:
    """Tell whether the parent tree leads from an annotation to a Link or a Form."""
    if "/StructParent" not in note:
        return False
    leaves = _leaves(pdf.Root.StructTreeRoot.ParentTree, "/Nums")
    owners = {int(key): tag for key, tag in zip(leaves[::2], leaves[1::2], strict=True)}
    owner = owners.get(int(note.StructParent))
    return owner is not None and str(owner.get("/S", "")) in {"/Link", "/Form"}


def is_seen(note: Object, box: Object) -> bool:
    """Tell whether any of an annotation is on the page; an invisible seal's is not."""
    left, bottom, right, top = (float(side) for side in note.Rect)
    page_left, page_bottom, page_right, page_top = (float(side) for side in box)
    return (
        left != right
        and bottom != top
        and max(left, right) > page_left
        and min(left, right) < page_right
        and max(bottom, top) > page_bottom
        and min(bottom, top) < page_top
    )


def _leaves(tree: Any, name: str, depth: int = 0) -> list[Any]:  # noqa: ANN401
    """Return what a tree of names or numbers holds, at any depth."""
    if depth > 16:
        raise ValueError("a tree is too deep")
    found = list(tree.get(name, []))
    for kid in tree.get("/Kids", []):
        found += _leaves(kid, name, depth + 1)
    return found


def _is_array(value: Any) -> bool:  # noqa: ANN401
    return type(value).__name__ in {"list", "Array"} or (
        getattr(value, "_type_name", "") == "array"
    )


def _is_dictionary(value: Any) -> bool:  # noqa: ANN401
    return getattr(value, "_type_name", "") in {"dictionary", "stream"}


def _is_mapping(value: Any) -> bool:  # noqa: ANN401
    return isinstance(value, dict) or _is_dictionary(value)
