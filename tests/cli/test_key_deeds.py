"""What `flask keys` does stands in the audit trail: once, and whatever went wrong."""

import re
from datetime import timedelta

from sqlalchemy import select, text

from issuer.database import build_sessions
from issuer.records.audit import AuditLineRecord
from issuer.records.base import Record
from issuer.services.keys import list_keys, retire_key, revoke_key
from tests import cast
from tests.cli.conftest import AT, OTHER
from tests.services.conftest import DID, make_keys


def lines(engine, did=DID):
    """Return deed, key with its instant, and time of every line, as written."""
    with build_sessions(engine)() as session:
        rows = session.scalars(select(AuditLineRecord).order_by(AuditLineRecord.id))
        prefix = f"key:{did}#"
        return [
            (row.deed, row.subject.removeprefix(prefix), row.at)
            for row in rows
            if row.subject.startswith(prefix)
        ]


def kid(folder, state="in force", purpose="credential"):
    (line,) = [
        line
        for line in list_keys(folder, did=DID, purpose=purpose)
        if line.state == state
    ]
    return line.id.partition("#")[2]


def test_making_keys_is_told(run, engine, folder):
    assert run("create").exit_code == 0
    found = lines(engine)
    assert sorted(deed for deed, _, _ in found) == (
        ["key.activated"] * 3 + ["key.created"] * 3
    )
    assert {subject for _, subject, _ in found} == {
        f"{line.id.partition('#')[2]} from 2026-11-24T09:30:00Z"
        for line in list_keys(folder)
    }
    assert {at for _, _, at in found} == {AT}


def test_a_next_key_is_made_then_taken_into_use_and_the_former_retired(
    run, engine, folder, clock
):
    run("create")
    former = kid(folder)
    clock.now += timedelta(days=1)
    run("create", "--purpose", "credential")
    ahead = kid(folder, "next")
    day = "2026-11-25T09:30:00Z"
    assert lines(engine)[6:] == [("key.created", f"{ahead} from {day}", clock.now)]
    clock.now += timedelta(days=1)
    assert run("rotate", "--purpose", "credential").exit_code == 0
    assert lines(engine)[7:] == [
        ("key.activated", f"{ahead} from 2026-11-26T09:25:00Z", clock.now),
        ("key.retired", f"{former} from 2026-11-26T09:35:00Z", clock.now),
    ], "five minutes either way for what is being released"


def test_retiring_and_revoking_are_told(run, engine, folder, clock):
    run("create")
    key = kid(folder)
    clock.now += timedelta(hours=1)
    run("retire", key, "--leave-none")
    assert lines(engine)[6:] == [
        ("key.retired", f"{key} from 2026-11-24T10:35:00Z", clock.now)
    ]
    clock.now += timedelta(days=3)
    run("revoke-from", key, "2026-11-24T10:00:00Z")
    run("revoke-from", key, "2026-11-24T09:40:00Z")
    assert lines(engine)[7:] == [
        ("key.revoked", f"{key} from 2026-11-24T10:00:00Z", clock.now),
        ("key.revoked", f"{key} from 2026-11-24T09:40:00Z", clock.now),
    ]


def test_a_refused_deed_tells_nothing(run, engine, folder):
    run("create")
    before = lines(engine)
    for words in (
        ("rotate",),
        ("retire", kid(folder)),
        ("retire", "nobody"),
        ("revoke-from", kid(folder), "2030-01-01T00:00:00Z"),
    ):
        assert run(*words).exit_code == 1
    assert lines(engine) == before


def test_listing_tells_nothing(run, engine):
    run("create")
    before = lines(engine)
    run("list")
    assert lines(engine) == before


def test_each_issuer_has_lines_of_its_own(run, engine):
    with build_sessions(engine)() as session:
        organisation = cast.add_organisation(session, "Hiisi", "hiisi", "1234567-1")
    run("create")
    run("create", "--did", OTHER)
    assert len(lines(engine)) == len(lines(engine, OTHER)) == 6
    with build_sessions(engine)() as session:
        rows = session.scalars(select(AuditLineRecord)).all()
    of_keys = [row for row in rows if row.deed.startswith("key.")]
    assert {row.organisation_id for row in of_keys} == {organisation, None}
    assert {row.actor_id for row in of_keys} == {None}, "no person is named"


def test_where_the_database_is_out_of_reach_the_deed_stands_and_is_told_later(
    run, engine, folder
):
    with engine.begin() as books:
        books.execute(text("ALTER TABLE audit_line RENAME TO away"))
    done = run("create")
    assert done.exit_code == 0, "a script must not repeat what is done"
    assert len(list_keys(folder)) == 3
    warning, advice = done.stderr.splitlines()
    assert re.match(r"! What was done with the keys stands, but .*flask keys", warning)
    assert "Do not run this command again" in advice
    refused = run("record")
    assert refused.exit_code == 1
    assert refused.stderr.count("\n") == 1

    with engine.begin() as books:
        books.execute(text("ALTER TABLE away RENAME TO audit_line"))
    assert run("record").stdout == "✓ 6 lines written\n"
    assert len(lines(engine)) == 6
    assert run("record").stdout == "✓ 0 lines written\n"
    assert len(lines(engine)) == 6


def test_what_a_crash_left_untold_is_told_by_the_next_deed_and_never_twice(
    run, engine, folder, clock
):
    """The files were changed; the process died before it wrote the lines."""
    run("create")
    key = kid(folder, purpose="jwt")
    died = AT + timedelta(hours=1)
    retire_key(folder, key=key, at=died, leave_none=True)
    revoke_key(folder, key=key, instant=AT, at=died)
    clock.now += timedelta(days=1)
    run("retire", kid(folder), "--leave-none")
    run("record")
    found = lines(engine)
    assert len(found) == len(set(found)) == 9
    assert ("key.retired", f"{key} from 2026-11-24T10:35:00Z", clock.now) in found
    assert ("key.revoked", f"{key} from 2026-11-24T09:30:00Z", clock.now) in found


def test_keys_of_an_issuer_that_an_operator_added_are_nobodys_deed(
    run, engine, folder, tmp_path
):
    make_keys(tmp_path, "did:web:foreign.example")
    run("create")
    run("record")
    assert lines(engine, "did:web:foreign.example") == []


def test_keys_are_read_and_listed_without_a_database(run, engine, folder):
    run("create")
    engine.dispose()
    with engine.begin() as books:
        for table in reversed(Record.metadata.sorted_tables):
            books.execute(text(f"DROP TABLE {table.name}"))
    assert run("list").exit_code == 0
    assert folder.signer_in_force(DID).key_id
