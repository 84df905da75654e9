"""Telemetry that remembers, and secrets that are given."""

from contextlib import nullcontext

from chalicelib.errors import ConfigurationError


class FakeTelemetry:
    def __init__(self):
        self.events = []
        self.alarms = []

    def event(self, name, **fields):
        self.events.append((name, fields))

    def alarm(self, name, **fields):
        self.alarms.append((name, fields))

    def about(self, **_):
        return nullcontext()


class FakeSecrets:
    def __init__(self, *, github=("current-secret",), token=None, github_token=None, forms=None):
        self.github = github
        self.token = token
        self.forms = forms or {}
        self.passwords = {}
        self.api_token = github_token
        self.notify_secrets = ()
        self.addresses = {}
        self.forgotten = 0

    def github_webhook(self):
        return self.github

    def form(self, name):
        return self.forms.get(name, ())

    def form_password(self, name):
        return self.passwords.get(name)

    def github_token(self):
        return self.api_token

    def notify(self):
        return self.notify_secrets

    def address(self, address):
        return self.addresses.get(address, address)

    def noko_token(self):
        if self.token is None:
            raise ConfigurationError("no Noko token is configured")
        return self.token

    def forget_noko_token(self):
        self.forgotten += 1
