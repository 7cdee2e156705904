"""The short list of what a drawing may hold: elements, attributes and their values."""

from collections.abc import Mapping

from issuer.credentials.logo_svg_values import (
    Rewrite,
    colour,
    dashes,
    length,
    number,
    one_of,
    paint,
    path,
    points,
    transform,
)

SVG = "http://www.w3.org/2000/svg"
XLINK = "http://www.w3.org/1999/xlink"

# Notes of drawing programs: nothing of them is drawn, and they are left out.
EDITORS = frozenset(
    {
        "http://creativecommons.org/ns#",
        "http://purl.org/dc/elements/1.1/",
        "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
        "http://www.bohemiancoding.com/sketch/ns",
        "http://www.inkscape.org/namespaces/inkscape",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://www.serif.com/",
    }
)
LEFT_OUT = frozenset({"desc", "metadata", "title"})
TEXTS = frozenset({"text", "textPath", "tref", "tspan"})
# Without these a shape has no form, and a renderer nothing to measure.
FORMS = {"path": "d", "polyline": "points", "polygon": "points"}
GRADIENTS = frozenset({"linearGradient", "radialGradient"})
PAINTS = frozenset({"fill", "stroke"})

_UNITS = one_of("userSpaceOnUse", "objectBoundingBox")
_RULES = one_of("nonzero", "evenodd", "inherit")
_SPREAD = one_of("pad", "reflect", "repeat")
_BOX: Mapping[str, Rewrite] = dict.fromkeys(("x", "y", "width", "height"), length)
_LINE: Mapping[str, Rewrite] = dict.fromkeys(("x1", "y1", "x2", "y2"), length)
_GRADIENT: Mapping[str, Rewrite] = {
    "gradientUnits": _UNITS,
    "gradientTransform": transform,
    "spreadMethod": _SPREAD,
}

# Attributes of every element: how it is painted.
PRESENTATION: Mapping[str, Rewrite] = {
    "transform": transform,
    "fill": paint,
    "fill-opacity": length,
    "fill-rule": _RULES,
    "stroke": paint,
    "stroke-width": length,
    "stroke-opacity": length,
    "stroke-linecap": one_of("butt", "round", "square", "inherit"),
    "stroke-linejoin": one_of("miter", "round", "bevel", "inherit"),
    "stroke-miterlimit": number,
    "stroke-dasharray": dashes,
    "stroke-dashoffset": length,
    "opacity": length,
    "clip-rule": _RULES,
    "color": colour,
    "display": one_of("none", "inline", "block", "inherit"),
    "visibility": one_of("visible", "hidden", "collapse", "inherit"),
    "stop-color": colour,
    "stop-opacity": length,
}

ELEMENTS: Mapping[str, Mapping[str, Rewrite]] = {
    "svg": {},
    "g": {},
    "defs": {},
    "path": {"d": path},
    "rect": {**_BOX, "rx": length, "ry": length},
    "circle": dict.fromkeys(("cx", "cy", "r"), length),
    "ellipse": dict.fromkeys(("cx", "cy", "rx", "ry"), length),
    "line": _LINE,
    "polyline": {"points": points},
    "polygon": {"points": points},
    "linearGradient": {**_LINE, **_GRADIENT},
    "radialGradient": {
        **dict.fromkeys(("cx", "cy", "r", "fx", "fy"), length),
        **_GRADIENT,
    },
    "stop": {"offset": length},
    "clipPath": {"clipPathUnits": _UNITS},
}
