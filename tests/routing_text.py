"""Texts of routing files, and what is said of them."""

import pytest

from chalicelib.routing_file.document import load
from chalicelib.routing_file.problem import RoutingFileError


def problems(text):
    with pytest.raises(RoutingFileError) as caught:
        load(text, name="routing.toml")
    return str(caught.value).splitlines()


def problem(text):
    (only,) = problems(text)
    return only
