"""Secrets: where they come from, how long they are believed, and that they are not shown."""

import pytest
from botocore.stub import Stubber

from chalicelib.aws.secrets import CACHE_MS, FixedSecrets, SsmSecrets
from chalicelib.errors import ConfigurationError, StoreUnavailable
from chalicelib.noko.protocol import Token


class Parameters:
    """Secrets on the emulator's SSM, with a clock to turn."""

    def __init__(self, client, prefix):
        self.now = 0
        self.calls = 0
        self._client = client
        self._prefix = prefix
        self.secrets = SsmSecrets(self, prefix=prefix, now=lambda: self.now)

    def get_parameter(self, **arguments):
        self.calls += 1
        return self._client.get_parameter(**arguments)

    def put(self, name, value):
        self._client.put_parameter(Name=f"{self._prefix}/{name}", Value=value, Type="SecureString", Overwrite=True)


@pytest.fixture
def ssm(emulator):
    return emulator.client("ssm")


@pytest.fixture
def parameters(ssm, account):
    return Parameters(ssm, f"/{account}")


def test_webhook_secrets_come_current_first(parameters):
    parameters.put("github-webhook-secrets", " new , old,, \n")
    assert list(parameters.secrets.github_webhook()) == ["new", "old"]


def test_the_secrets_of_each_form_have_a_parameter_of_their_own(parameters):
    parameters.put("form-time-sheet-secrets", "new, old")
    assert parameters.secrets.form("time-sheet") == ["new", "old"]
    assert parameters.secrets.form("other") == []


def test_without_a_parameter_there_is_no_webhook_secret(parameters):
    assert list(parameters.secrets.github_webhook()) == []


def test_githubs_token_is_read_and_may_be_missing(parameters):
    assert parameters.secrets.github_token() is None
    parameters.now += CACHE_MS
    parameters.put("github-token", "ghp \n")
    assert parameters.secrets.github_token() == "ghp"


def test_a_personal_token_goes_before_an_oauth_one(parameters):
    parameters.put("noko-access-token", "access")
    parameters.put("noko-token", "personal")
    assert parameters.secrets.noko_token() == Token("personal")


def test_an_oauth_token_serves_where_there_is_no_personal_one(parameters):
    parameters.put("noko-access-token", "access")
    assert parameters.secrets.noko_token() == Token("access", bearer=True)


def test_a_token_that_was_put_from_a_file_loses_its_newline(parameters):
    parameters.put("noko-token", "personal\n")
    assert parameters.secrets.noko_token() == Token("personal")


def test_without_a_token_the_configuration_is_wrong(parameters):
    with pytest.raises(ConfigurationError, match="noko-token"):
        parameters.secrets.noko_token()


def test_a_secret_is_read_once_in_five_minutes(parameters):
    parameters.put("noko-token", "first")
    parameters.secrets.noko_token()
    parameters.put("noko-token", "second")
    parameters.now = CACHE_MS - 1
    assert parameters.secrets.noko_token() == Token("first")
    assert parameters.calls == 1
    parameters.now = CACHE_MS
    assert parameters.secrets.noko_token() == Token("second")


def test_a_secret_counts_from_when_it_was_asked_for_not_from_its_answer(parameters):
    """Else an answer that took long would be believed for longer than rotations wait."""
    parameters.put("noko-token", "first")
    ask = parameters.get_parameter

    def slowly(**arguments):
        answer = ask(**arguments)
        parameters.now += 10_000
        return answer

    parameters.get_parameter = slowly
    parameters.secrets.noko_token()
    parameters.put("noko-token", "second")
    parameters.now = CACHE_MS
    assert parameters.secrets.noko_token() == Token("second")


def test_a_missing_parameter_is_remembered_too(parameters):
    for _ in range(3):
        parameters.secrets.github_webhook()
    assert parameters.calls == 1


def test_a_forgotten_token_is_read_anew_at_once(parameters):
    parameters.put("noko-token", "revoked")
    parameters.secrets.noko_token()
    parameters.put("noko-token", "fresh")
    parameters.secrets.forget_noko_token()
    assert parameters.secrets.noko_token() == Token("fresh")


def test_forgetting_the_token_keeps_the_webhook_secrets(parameters):
    parameters.put("github-webhook-secrets", "s")
    parameters.secrets.github_webhook()
    parameters.secrets.forget_noko_token()
    parameters.secrets.github_webhook()
    assert parameters.calls == 1


def test_a_stale_secret_serves_on_while_ssm_does_not_answer(ssm):
    readings = iter([0, CACHE_MS, CACHE_MS + 1])
    secrets = SsmSecrets(ssm, prefix="/p", now=lambda: next(readings))
    with Stubber(ssm) as stubber:
        stubber.add_response("get_parameter", {"Parameter": {"Value": "kept"}})
        stubber.add_client_error("get_parameter", "ThrottlingException")
        stubber.add_response("get_parameter", {"Parameter": {"Value": "new"}})
        seen = [secret for _ in range(3) for secret in secrets.github_webhook()]
    assert seen == ["kept", "kept", "new"]


def test_a_secret_never_read_is_unavailable_and_the_error_does_not_quote(ssm):
    secrets = SsmSecrets(ssm, prefix="/p", now=lambda: 0)
    with Stubber(ssm) as stubber:
        stubber.add_client_error("get_parameter", "AccessDeniedException", "who are you")
        with pytest.raises(StoreUnavailable) as raised:
            secrets.noko_token()
    assert str(raised.value) == "the secrets could not be read: AccessDeniedException"


def test_an_ssm_that_is_not_there_is_unavailable(emulator):
    nobody = emulator.client("ssm", url="http://127.0.0.1:9", attempts=1)
    with pytest.raises(StoreUnavailable, match="EndpointConnectionError"):
        SsmSecrets(nobody, prefix="/p", now=lambda: 0).noko_token()


def test_fixed_secrets_are_what_was_given():
    fixed = FixedSecrets(github=("a", "b"), token=Token("t"))
    fixed.forget_noko_token()
    assert (fixed.github_webhook(), fixed.noko_token()) == (("a", "b"), Token("t"))


def test_without_a_fixed_token_the_configuration_is_wrong():
    with pytest.raises(ConfigurationError, match="NOKO_TOKEN"):
        FixedSecrets(github=(), token=None).noko_token()
