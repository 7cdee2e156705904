import json
from types import SimpleNamespace

import pytest
from flask import Flask

from issuer.cli.catalogue import catalogue
from issuer.database import build_engine, build_sessions
from issuer.records.base import Record
from tests.gateways.eperusteet_server import Answer, replaying, serving
from tests.gateways.qualifications import REAL_FILES, as_bytes, gardening, older
from tests.services.test_catalogue import TABLES, reworded


@pytest.fixture
def house(tmp_path):
    engine = build_engine(f"sqlite:///{tmp_path}/catalogue.db")
    tables = [Record.metadata.tables[name] for name in TABLES]
    Record.metadata.create_all(engine, tables=tables)
    settings = SimpleNamespace(eperusteet_url="http://127.0.0.1:9", caller_id="tests")
    yield SimpleNamespace(
        settings=settings,
        sessions=build_sessions(engine),
        reading=build_sessions(engine.execution_options(read_only=True)),
    )
    engine.dispose()


@pytest.fixture
def run(house):
    app = Flask("bare")
    app.extensions["issuer"] = house
    app.cli.add_command(catalogue)
    runner = app.test_cli_runner()
    return lambda *words: runner.invoke(args=["catalogue", *map(str, words)])


@pytest.fixture
def file_of(tmp_path):
    def write(name, given):
        file = tmp_path / name
        file.write_bytes(given if isinstance(given, bytes) else as_bytes(given))
        return file

    return write


def test_a_file_is_imported_and_accounted_for(run, file_of):
    file = file_of("a.json", gardening())
    result = run("import", "--json", file)

    assert result.exit_code == 0
    assert result.stderr == ""
    first, last = result.stdout.splitlines()
    assert first == (
        f"✓ {file}: stored OPH-1-2099 as edition 1 with 2 units, 2 target areas and "
        "4 requirements (2 with a code)."
    )
    assert json.loads(last) == {
        "record_number": "OPH-1-2099",
        "units": 2,
        "target_areas": 2,
        "requirements": 4,
        "coded": 2,
    }


def test_the_same_bytes_are_a_no_op_that_says_so(run, file_of):
    file = file_of("a.json", gardening())
    run("import", file)
    result = run("import", file, "--json")

    assert result.exit_code == 0
    assert "nothing to do, these bytes are edition 1" in result.stdout
    assert json.loads(result.stdout.splitlines()[-1])["requirements"] == 4


def test_a_bad_file_stops_nobody_and_still_fails_the_command(run, file_of, tmp_path):
    cut = as_bytes(gardening())[:-40]
    result = run(
        "import",
        "--json",
        file_of("cut.json", cut),
        file_of("good.json", gardening()),
        file_of("empty.json", older("")),
        tmp_path / "absent.json",
        tmp_path,
    )

    assert result.exit_code == 1
    said = result.stderr.splitlines()
    assert len(said) == 4
    assert "cut.json” is not whole JSON: it goes wrong at line 1, column" in said[0]
    assert "empty.json” has nothing to certify" in said[1]
    assert "absent.json” cannot be read: No such file or directory." in said[2]
    assert "cannot be read: Is a directory." in said[3]
    assert "Traceback" not in result.output
    assert json.loads(result.stdout.splitlines()[-1])["units"] == 2
    assert "1  OPH-1-2099" in run("list").stdout


def test_a_changed_file_points_to_the_difference(run, file_of):
    run("import", file_of("a.json", gardening()))
    result = run("import", file_of("b.json", reworded()))
    assert "See what changed with `flask catalogue diff 1 2`." in result.stdout

    said = (
        "• Pihatyöt (tutkinnonosat_101) has a new requirement: “tunnistaa "
        "vieraslajin”.\n"
    )
    assert run("diff", "OPH-1-2099").stdout == f"From edition 1 to edition 2:\n{said}"
    assert run("diff", 1, 2).stdout == said
    assert "no longer requires" in run("diff", 2, 1).stdout
    assert "Nothing that a certificate cites has changed" in run("diff", 1, 1).stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["OPH-9-2099"], "There is no catalogue edition OPH-9-2099."),
        (["OPH-1-2099"], "OPH-1-2099 has one edition only"),
        (["1", "7"], "There is no catalogue edition 7."),
    ],
)
def test_a_diff_of_nothing_is_one_sentence(run, file_of, words, said):
    run("import", file_of("a.json", gardening()))
    result = run("diff", *words)

    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("words", [["1", "x"], ["1", "2", "3"], ["²", "1"]])
def test_a_diff_of_nonsense_explains_itself(run, words):
    result = run("diff", *words)
    assert result.exit_code == 2
    assert "two editions" in result.stderr


def test_an_empty_list_says_how_to_begin(run):
    assert "flask catalogue starter" in run("list").stdout


def test_the_list_marks_the_starter_as_unofficial(run):
    result = run("starter", "--json")
    assert json.loads(result.stdout.splitlines()[-1])["units"] == 3

    said = run("list").stdout
    assert "Puutarha-alan perustutkinto (epävirallinen tiivistelmä)" in said
    assert "latest, unofficial" in said
    assert "nothing to do" in run("starter").stdout


def test_a_qualification_is_fetched(run, house):
    with serving(replaying(as_bytes(gardening()), "OPH-1-2099")) as server:
        house.settings.eperusteet_url = server.url
        result = run("fetch", "OPH-1-2099", "--json")

    assert result.exit_code == 0
    assert "stored OPH-1-2099 as edition 1" in result.stdout
    assert json.loads(result.stdout.splitlines()[-1])["coded"] == 2
    assert server.headers[0]["Caller-id"] == "tests"


def test_a_failed_fetch_is_one_sentence(run, house):
    with serving(lambda *_: Answer(status=301, Location="http://x/")) as server:
        house.settings.eperusteet_url = server.url
        result = run("fetch", "OPH-1-2099")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "redirects to http://x/" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.shared
def test_the_account_of_every_real_file(run, shared_data):
    files = [shared_data / "eperusteet" / name for name in REAL_FILES]
    result = run("import", "--json", *files)

    assert result.exit_code == 0
    counted = [json.loads(line) for line in result.stdout.splitlines()[len(files) :]]
    names = ("units", "target_areas", "requirements", "coded")
    assert [tuple(c[name] for name in names) for c in counted] == list(
        REAL_FILES.values()
    )


@pytest.mark.shared
def test_a_real_file_replayed_by_a_server(run, house, shared_data):
    file = "eperusteet/OPH-901-2020_puutarha-alan-perustutkinto.json"
    raw = (shared_data / file).read_bytes()
    with serving(replaying(raw, "OPH-901-2020")) as server:
        house.settings.eperusteet_url = server.url
        result = run("fetch", "OPH-901-2020", "--json")
    assert json.loads(result.stdout.splitlines()[-1])["requirements"] == 449
