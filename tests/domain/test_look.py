"""An accent can be read on white and on its tint, or is refused with one that can."""

import itertools

import pytest

from issuer.domain.look import (
    LEAST_ON_TINT,
    LEAST_ON_WHITE,
    SPRUCE,
    ColourMalformed,
    ContrastTooLow,
    PageLook,
    contrast,
    nearest_readable,
    parse_accent,
    tint_of,
)

EVERY = [
    "#" + "".join(c)
    for c in itertools.product(("00", "38", "77", "b0", "ff"), repeat=3)
]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.478),
        ("#ff0000", "#ffffff", 3.998),
        ("#ffffff", "#ffffff", 1.0),
        ("#14523f", "#ffffff", 9.097),
    ],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    assert contrast(one, other) == pytest.approx(ratio, abs=0.001)
    assert contrast(other, one) == contrast(one, other)


def test_our_own_look_is_within_the_limits_and_has_its_own_tint():
    assert parse_accent(SPRUCE) == SPRUCE
    assert PageLook().accent_tint == tint_of(SPRUCE)


@pytest.mark.parametrize("typed", ["#14523F", " #14523f\n"])
def test_case_and_space_do_not_matter(typed):
    assert parse_accent(typed) == SPRUCE


@pytest.mark.parametrize(
    "typed",
    ["", "14523f", "#14523", "#14523f0", "green", "#14523g", "#14523f;}", "#１４523f"],
)
def test_what_is_no_colour_is_refused(typed):
    with pytest.raises(ColourMalformed):
        parse_accent(typed)


def test_a_light_colour_is_refused_with_its_ratio_and_one_that_will_do():
    with pytest.raises(ContrastTooLow) as refused:
        parse_accent("#FFCC00")
    assert refused.value.facts["ratio"] == "1.51"
    assert parse_accent(refused.value.facts["nearest"]) == "#907300"


def test_a_ratio_that_misses_the_limit_is_not_rounded_up_to_it():
    with pytest.raises(ContrastTooLow) as refused:
        parse_accent("#777777")
    assert refused.value.facts["ratio"] == "4.47"


@pytest.mark.parametrize("colour", EVERY)
def test_the_nearest_shade_is_within_the_limits_and_the_next_lighter_is_not(colour):
    nearest = nearest_readable(colour)
    assert parse_accent(nearest) == nearest
    if nearest == colour:
        return
    share = max(int(nearest[i : i + 2], 16) for i in (1, 3, 5)) + 3
    most = max(int(colour[i : i + 2], 16) for i in (1, 3, 5))
    lighter = "#" + "".join(
        f"{min(255, round(int(colour[i : i + 2], 16) * share / most)):02x}"
        for i in (1, 3, 5)
    )
    with pytest.raises(ContrastTooLow):
        parse_accent(lighter)


@pytest.mark.parametrize("colour", EVERY)
def test_whatever_is_taken_stands_out_from_its_tint(colour):
    taken = nearest_readable(colour)
    assert contrast(taken, "#ffffff") >= LEAST_ON_WHITE
    assert contrast(taken, tint_of(taken)) >= LEAST_ON_TINT
