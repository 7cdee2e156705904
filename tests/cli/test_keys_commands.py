import re
from datetime import timedelta

import pytest

from issuer.cli import keys as module
from issuer.credentials.key_folder import KeyFolder
from issuer.services.keys import list_keys
from tests.cli.conftest import AT, OTHER
from tests.services.conftest import DID


def kids(folder, state):
    return [
        line.id.partition("#")[2] for line in list_keys(folder) if line.state == state
    ]


def require_refused(result, sentence):
    assert result.exit_code == 1
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    assert line.startswith("✗ ")
    assert re.search(sentence, line), line


def test_an_issuer_gets_its_keys_in_one_go(run, folder):
    result = run("create")

    assert result.exit_code == 0
    credential, jwt, compact, last = result.stdout.splitlines()
    assert re.fullmatch(
        rf"✓ credential {DID}#ed25519-\w{{10}}  seals from now on", credential
    )
    assert jwt.startswith(f"✓ jwt        {DID}#p256-")
    assert compact.startswith(f"✓ compact    {DID}#ed25519-")
    assert "Back up the key folder and the passphrase" in last


def test_the_next_keys_are_published_ahead_and_taken_into_use(run, folder, clock):
    run("create")
    old = kids(folder, "in force")
    said = run("create").stdout
    assert said.count("published ahead; `flask keys rotate` takes it into use") == 3
    require_refused(run("create"), "The next key is there already: .*flask keys rotate")

    ahead = kids(folder, "next")
    refused = run("rotate")
    assert refused.exit_code == 1
    assert refused.stderr.count("Rotate at 2026-11-24T09:35:00Z or later.") == 3
    assert kids(folder, "in force") == old

    clock.now = AT + timedelta(days=1)
    result = run("rotate")
    assert result.exit_code == 0
    assert result.stdout.count("seals from now on") == 3
    assert result.stdout.count("what it sealed stays valid") == 3
    assert kids(folder, "in force") == ahead
    assert sorted(kids(folder, "retired")) == sorted(old)


def test_one_purpose_of_one_issuer_can_be_named(run, folder, clock):
    run("create", "--did", OTHER)
    run("create", "--did", OTHER, "--purpose", "jwt")
    clock.now = AT + timedelta(days=1)

    result = run("rotate", "--did", OTHER)
    assert result.exit_code == 0
    assert [line[:11] for line in result.stdout.splitlines()] == [
        "✓ jwt      ",
        "  retired  ",
    ]
    require_refused(
        run("rotate", "--did", OTHER, "--purpose", "compact"),
        f"no next compact key for {OTHER}.*flask keys create",
    )
    listed = run("list", "--did", OTHER, "--purpose", "jwt").stdout.splitlines()
    assert len(listed) == 2
    assert run("list", "--did", DID).stdout.startswith("No keys yet")


def test_nothing_to_rotate_is_said_for_every_purpose(run):
    run("create")
    result = run("rotate")

    assert (result.exit_code, result.stdout) == (1, "")
    assert [line[:15] for line in result.stderr.splitlines()] == ["✗ There is no n"] * 3


def test_the_list_shows_what_each_key_is_for(run, folder, clock):
    assert run("list").stdout == "No keys yet. Make them: flask keys create\n"
    run("create", "--purpose", "credential")
    run("create", "--purpose", "credential")
    [old] = kids(folder, "in force")
    clock.now = AT + timedelta(days=1)
    run("rotate")

    lines = run("list").stdout.splitlines()
    assert sorted(line[:33] for line in lines) == [
        "2026-11-24  credential  in force ",
        "2026-11-24  credential  retired  ",
    ]
    assert f"2026-11-24  credential  retired   {DID}#{old}" in "\n".join(lines)
    assert "(retired 2026-11-25T09:35:00Z)" in "\n".join(lines)


def test_the_list_tells_keys_of_the_demo(run, folder):
    demo = KeyFolder(folder.folder, folder.passphrase_file, makes_demo_keys=True)
    module.create_signing_key(demo, did=DID, at=AT)

    assert run("list").stdout.endswith("  (made by the demo)\n")


def test_a_key_is_retired(run, folder):
    run("create", "--purpose", "compact")
    [kid] = kids(folder, "in force")

    require_refused(run("retire", kid), "is the one in force.*--leave-none")
    result = run("retire", kid, "--leave-none")
    assert result.exit_code == 0
    assert result.stdout == f"✓ retired    {DID}#{kid}  what it sealed stays valid\n"
    require_refused(run("retire", kid), "retired or revoked already")
    require_refused(run("retire", "ed25519-0"), "There is no key ed25519-0")


def test_whose_key_sealed_the_lists_is_told_to_seal_them_anew(run, folder):
    run("create")
    told = {
        kid: "flask certificates publish"
        in run("revoke-from", kid, "2026-11-24T08:00:00Z").stdout
        for kid in kids(folder, "in force")
    }
    purposes = {line.id.partition("#")[2]: line.purpose for line in list_keys(folder)}
    assert {purposes[kid]: is_told for kid, is_told in told.items()} == {
        "credential": True,
        "jwt": False,
        "compact": False,
    }


def test_a_stolen_key_is_revoked_from_an_instant_on(run, folder):
    run("create", "--purpose", "jwt")
    [kid] = kids(folder, "in force")

    result = run("revoke-from", kid, "2026-11-24T08:00:00Z")
    assert result.exit_code == 0
    first, second, third = result.stdout.splitlines()
    assert first == f"✓ revoked    {DID}#{kid}  from 2026-11-24T08:00:00Z"
    assert "issue it anew" in second
    assert third.startswith("  No jwt key is in force now.")
    assert "(revoked from 2026-11-24T08:00:00Z)" in run("list").stdout

    run("create", "--purpose", "jwt")
    again = run("revoke-from", f"{DID}#{kid}", "2026-11-24T07:00:00Z").stdout
    assert len(again.splitlines()) == 2
    require_refused(run("revoke-from", kid, "2026-11-24T09:00:00Z"), "only an earlier")
    require_refused(run("revoke-from", kid, "2026-11-25T09:00:00Z"), "has not come yet")


@pytest.mark.parametrize("instant", ["yesterday", "2026-11-24", "2026-11-24T09:00:00"])
def test_an_instant_is_a_date_a_time_and_z(instant, run):
    result = run("revoke-from", "ed25519-0", instant)

    assert result.exit_code == 2
    assert "%Y-%m-%dT%H:%M:%SZ" in result.stderr


def test_another_purpose_is_unknown(run):
    result = run("create", "--purpose", "sealing")

    assert result.exit_code == 2
    assert "'credential', 'jwt', 'compact'" in result.stderr


def test_a_passphrase_that_others_can_read_is_refused(run, folder):
    folder.passphrase_file.chmod(0o444)

    require_refused(run("create"), "others can read it. Run: chmod 0400")
    assert kids(folder, "in force") == []


def test_a_did_that_is_none_is_refused(run):
    require_refused(run("create", "--did", "hiisi.example"), "no address of an issuer")
