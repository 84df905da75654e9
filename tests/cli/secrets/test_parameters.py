"""SSM for whoever changes secrets, on the emulator: versions, notes, and what is said of a put that went wrong."""

import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from chalicelib.aws.secrets import SsmSecrets
from chalicelib.errors import StoreUnavailable, UserError
from cli.secrets.parameters import Overtaken, Parameters

NAME = "github-webhook-secrets"
SECRET = "lighthouse-lantern-keeper"


def note(version):
    return f"note of {version}"


@pytest.fixture
def parameters(vault):
    return vault.parameters


def test_what_is_written_is_read_with_its_version_note_and_time(parameters, vault):
    parameters.write(NAME, SECRET, seen=0, note=note)
    vault.clock.advance(minutes=2)
    held = parameters.read(NAME)
    assert (held.name, held.value, held.version, held.note) == (NAME, SECRET, 1, "note of 1")
    assert (held.changed_at, held.age_ms, held.encrypted) == (vault.clock.now() - 120_000, 120_000, True)


def test_functions_read_what_is_written(parameters, vault, client):
    parameters.write(NAME, f"{SECRET},old", seen=0, note=note)
    assert SsmSecrets(client, prefix=vault.prefix, now=lambda: 0).github_webhook() == [SECRET, "old"]


def test_it_is_encrypted_with_the_key_that_aws_keeps(parameters, vault, client):
    vault.put(NAME, "x", KeyId="alias/another")
    parameters.write(NAME, SECRET, seen=1, note=note)
    latest = client.get_parameter_history(Name=f"{vault.prefix}/{NAME}")["Parameters"][-1]
    assert (latest["Type"], latest["KeyId"]) == ("SecureString", "alias/aws/ssm")
    assert latest["Value"] != SECRET


def test_of_many_versions_the_latest_is_read(parameters, vault):
    for number in range(60):  # a page of the history has fifty
        vault.put(NAME, f"secret-{number}")
    held = parameters.read(NAME)
    assert (held.value, held.version) == ("secret-59", 60)


def test_what_is_not_there_is_none(parameters):
    assert parameters.read(NAME) is None
    assert parameters.all() == []


def test_all_of_a_stage_are_found_and_none_of_its_neighbours(parameters, vault):
    for number in range(12):  # a page of a path has ten
        vault.put(f"form-f{number:02}-secrets", "x")
    vault.ssm.put(f"{vault.prefix}0/{NAME}", "x")
    assert [held.name for held in parameters.all()] == [f"form-f{number:02}-secrets" for number in range(12)]


def test_a_parameter_that_is_not_encrypted_is_known(parameters, vault):
    vault.put(NAME, "x", Type="String")
    assert [parameters.read(NAME).encrypted, *(held.encrypted for held in parameters.all())] == [False, False]


def test_a_new_parameter_that_somebody_else_was_faster_with_is_left_alone(parameters, vault):
    vault.put(NAME, "theirs")
    with pytest.raises(Overtaken, match="nothing was changed"):
        parameters.write(NAME, SECRET, seen=0, note=note)
    assert vault.value(NAME) == "theirs"


def test_a_version_that_was_overwritten_unseen_is_told(parameters, vault):
    vault.put(NAME, "first")
    vault.ssm.before_put.append(lambda: vault.put(NAME, "theirs"))
    with pytest.raises(Overtaken, match=r"their version 2 was overwritten by ours, 3") as raised:
        parameters.write(NAME, SECRET, seen=1, note=note)
    assert "theirs" not in str(raised.value)
    assert SECRET not in str(raised.value)


def test_two_who_write_the_same_agree_and_the_note_names_the_right_version(parameters, vault):
    vault.put(NAME, "first")
    vault.ssm.before_put.append(lambda: vault.put(NAME, SECRET))
    parameters.write(NAME, SECRET, seen=1, note=note)
    held = parameters.read(NAME)
    assert (held.value, held.note) == (SECRET, note(held.version))


def test_a_put_whose_answer_was_lost_was_done(parameters, vault):
    vault.put(NAME, "first")
    vault.ssm.lost = "after"
    parameters.write(NAME, SECRET, seen=1, note=note)
    assert (vault.value(NAME), vault.version(NAME)) == (SECRET, 2)


def test_of_a_put_that_may_not_have_arrived_nobody_claims_anything(parameters, vault):
    vault.put(NAME, "first")
    vault.ssm.lost = "before"
    with pytest.raises(StoreUnavailable, match="nobody knows"):
        parameters.write(NAME, SECRET, seen=1, note=note)


@pytest.mark.parametrize(
    ("code", "status", "error", "said"),
    [
        ("AccessDeniedException", 400, UserError, "does not let you"),
        ("ValidationException", 400, UserError, "nothing was changed"),
        ("ThrottlingException", 400, StoreUnavailable, "nothing was changed"),
        ("HierarchyTypeMismatchException", 400, UserError, "not encrypted"),
        ("InternalServerError", 500, StoreUnavailable, "nobody knows"),
    ],
)
def test_no_refusal_of_ssm_quotes_the_secret(emulator, code, status, error, said):
    client = emulator.client("ssm", attempts=1)
    with Stubber(client) as stubber:
        words = f"Value '{SECRET}' at 'value' failed"
        stubber.add_client_error("put_parameter", code, words, http_status_code=status)
        if status == 500:
            stubber.add_client_error("get_parameter_history", "ParameterNotFound")
        with pytest.raises(error, match=said) as raised:
            Parameters(client, prefix="/p").write(NAME, SECRET, seen=1, note=note)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("code", "error"), [("AccessDeniedException", UserError), ("ThrottlingException", StoreUnavailable)]
)
def test_who_may_not_read_is_told_what_it_would_take(emulator, code, error):
    client = emulator.client("ssm", attempts=1)
    with Stubber(client) as stubber:
        stubber.add_client_error("get_parameters_by_path", code)
        with pytest.raises(error, match="GetParametersByPath" if error is UserError else code):
            Parameters(client, prefix="/p").all()


def test_an_ssm_that_is_not_there_is_unavailable(emulator):
    nobody = emulator.client("ssm", url="http://127.0.0.1:9", attempts=1)
    with pytest.raises(StoreUnavailable, match=EndpointConnectionError.__name__):
        Parameters(nobody, prefix="/p").read(NAME)


def test_what_holds_a_secret_does_not_print_it(parameters, vault):
    vault.put(NAME, SECRET)
    assert SECRET not in repr(parameters.read(NAME))
