"""A published report is open to everybody, and says which version it is."""

from tests import cast

FIRST = f"{1:032x}"


def test_anybody_reads_what_the_work_can_show(visitor):
    answer = visitor.get(f"/reports/{FIRST}")
    assert answer.status_code == 200
    page = answer.text
    assert "<h1>Metsäpiha</h1>" in page
    assert "Lumityöt ja hiekoitus" in page
    assert "Kaarlo Tarkastaja" in page
    assert "OPH-9999-2024" in page
    assert "1, 3.3.2025" in page
    assert "uudempi versio" not in page
    assert answer.headers["X-Robots-Tag"] == "all"


def test_an_older_version_says_that_a_newer_one_exists(app, visitor, house):
    with app.extensions["issuer"].sessions() as session:
        cast.map_task(
            session,
            house.carita,
            house.winter_task_id,
            house.unit_id,
            house.requirements[:2],
        )
        newer = cast.map_and_publish(session, house)
    assert "uudempi versio" in visitor.get(f"/reports/{FIRST}").text
    assert "uudempi versio" not in visitor.get(f"/reports/{newer}").text


def test_requirements_that_lack_the_language_say_in_which_they_are(visitor):
    page = visitor.get(f"/reports/{FIRST}", headers={"Accept-Language": "en"}).text
    assert '<html lang="en">' in page
    assert '<li><span lang="fi">' in page


def test_a_report_that_is_not_there_is_not_found(visitor):
    assert visitor.get("/reports/none").status_code == 404
