"""Coming in: the demo's doors are there in the demo, and nowhere else."""

import pytest

from tests.web.conftest import Visitor


def test_outside_the_demo_its_door_does_not_exist(app, visitor, house):
    answer = visitor.post("/entry/demo", {"person": house.ilkka.person_id})
    assert answer.status_code == 404
    assert not [r for r in app.url_map.iter_rules() if "demo" in r.endpoint]


def test_outside_the_demo_nobody_is_listed_and_the_page_tells_the_ways_in(visitor):
    page = visitor.get("/entry").text
    assert "Ilkka" not in page
    assert "/entry/demo" not in page
    assert "Avaa linkki, jonka valmentaja lähetti sinulle" in page
    assert visitor.get("/entry/mailbox").status_code == 404
    assert "demo-strip" not in page
    assert "Astu esittelyyn" not in visitor.get("/").text


def test_the_demo_lists_the_cast_by_role_and_is_marked_on_every_page(demo_visitor):
    page = demo_visitor.get("/entry").text
    for name in ("Ilkka Ohjaaja", "Paula Osallistuja", "Vieno Vieras"):
        assert f"<b>{name}</b>" in page
    assert page.index("Työpaikkaohjaaja") < page.index("Valmentaja <span")
    assert "Astu esittelyyn" in demo_visitor.get("/").text
    for path in ("/", "/v", "/entry", "/about"):
        assert "demo-strip" in demo_visitor.get(path).text


@pytest.mark.parametrize(
    ("who", "home"),
    [
        ("ilkka", "/work"),
        ("paula", "/me"),
        ("carita", "/office"),
        ("kaarlo", "/office"),
        ("sirpa", "/office"),
        ("anneli", "/office"),
        ("vieno", "/office"),
    ],
)
def test_everybody_comes_to_the_start_of_their_own_work(demo_visitor, house, who, home):
    person = getattr(house, who).person_id
    answer = demo_visitor.post("/entry/demo", {"person": person})
    assert (answer.status_code, answer.location) == (303, home)


def test_a_way_back_is_honoured_only_within_the_service(demo_visitor, house):
    for wanted, goes_to in [
        ("/work/3?x=1", "/work/3?x=1"),
        ("//evil.example", "/work"),
    ]:
        answer = demo_visitor.post(
            "/entry/demo", {"person": house.ilkka.person_id, "next": wanted}
        )
        assert answer.location == goes_to


def test_the_token_is_new_at_every_entry_and_the_old_one_is_dead(
    demo_app, demo_visitor, house
):
    demo_visitor.client.set_cookie("signed-in", "planted-by-another")
    demo_visitor.post("/entry/demo", {"person": house.ilkka.person_id})
    first = demo_visitor.client.get_cookie("signed-in").value
    assert first != "planted-by-another"
    assert len(first) >= 43
    demo_visitor.post("/entry/demo", {"person": house.paula.person_id})
    second = demo_visitor.client.get_cookie("signed-in").value
    assert second != first
    thief = Visitor(demo_app, demo_app.test_client())
    thief.client.set_cookie("signed-in", first)
    assert "Ilkka Ohjaaja" not in thief.get("/about").text
    assert "Paula Osallistuja" in demo_visitor.get("/about").text


def test_who_is_signed_in_stands_on_every_page_until_signing_out(demo_visitor, house):
    demo_visitor.sign_in(house.paula)
    page = demo_visitor.get("/about").text
    assert "<span>Paula Osallistuja</span>" in page
    token = demo_visitor.client.get_cookie("signed-in").value
    demo_visitor.post("/sign-out")
    assert demo_visitor.client.get_cookie("signed-in") is None
    demo_visitor.client.set_cookie("signed-in", token)
    assert "Paula Osallistuja" not in demo_visitor.get("/about").text


def test_nobody_enters_as_somebody_who_is_not_there(demo_visitor):
    assert demo_visitor.post("/entry/demo", {"person": "99999"}).status_code == 404
    assert demo_visitor.post("/entry/demo", {"person": "x"}).status_code == 400
    assert demo_visitor.client.get_cookie("signed-in") is None


def test_someone_with_several_roles_finds_each_of_them_at_the_top(demo_visitor, house):
    page = demo_visitor.sign_in(house.vieno).get("/about").text
    assert [page.index(f'<a href="{home}"') for home in ("/office", "/work", "/me")]
    assert 'class="sections"' not in (
        demo_visitor.sign_in(house.ilkka).get("/about").text
    )
