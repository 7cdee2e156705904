"""State changes only through forms that our own pages sent."""

import pytest

from tests.web.conftest import Visitor


def test_a_form_without_its_token_changes_nothing(visitor, house):
    visitor.sign_in(house.ilkka)
    answer = visitor.client.post("/sign-out")
    assert answer.status_code == 400
    assert "Lomake oli auki liian kauan" in answer.text
    assert "Ilkka Ohjaaja" in visitor.get("/about").text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "http://localhost.elsewhere.example"},
        {"Origin": "https://localhost"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://elsewhere.example"},
    ],
)
def test_a_form_from_elsewhere_is_refused_even_with_a_token(visitor, house, headers):
    visitor.sign_in(house.ilkka)
    answer = visitor.post("/sign-out", headers=headers)
    assert answer.status_code == 403
    assert "Lomake ei tullut meidän sivultamme" in answer.text
    assert "Ilkka Ohjaaja" in visitor.get("/about").text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_form_of_our_own_page_is_taken(visitor, house, headers):
    visitor.sign_in(house.ilkka)
    answer = visitor.post("/sign-out", headers=headers)
    assert (answer.status_code, answer.location) == (303, "/")
    assert "Ilkka Ohjaaja" not in visitor.get("/about").text


def test_reading_a_page_from_elsewhere_is_fine(visitor):
    answer = visitor.get("/", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


def test_signing_out_by_a_link_does_not_exist(visitor):
    answer = visitor.get("/sign-out")
    assert answer.status_code == 405
    assert "Sivu avautuu vain lomakkeeltaan" in answer.text


def test_over_https_both_cookies_are_bound_to_the_host(https_app, house):
    visitor = Visitor(https_app, https_app.test_client())
    base = {"base_url": "https://todistus.example"}
    page = visitor.get("/entry", **base)
    assert page.status_code == 200
    token = page.text.split('name="csrf_token" value="')[1].split('"')[0]
    answer = visitor.client.post(
        "/entry/demo",
        data={"csrf_token": token, "person": house.ilkka.person_id},
        **base,
    )
    assert answer.status_code == 303
    form = page.headers["Set-Cookie"]
    signed_in = next(
        c for c in answer.headers.getlist("Set-Cookie") if "signed-in" in c
    )
    assert form.startswith("__Host-form=")
    assert signed_in.startswith("__Host-signed-in=")
    for cookie in (form, signed_in):
        flags = set(cookie.split("; ")[1:])
        assert {"HttpOnly", "Secure", "SameSite=Lax", "Path=/"} <= flags
        assert "Domain" not in cookie


def test_a_megabyte_is_the_most_that_is_read(visitor):
    answer = visitor.post("/sign-out", {"x": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "Lähetit liikaa kerralla" in answer.text
