"""What all of Noko's objects have in common."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chalicelib.domain.entry import MAX_NOKO_ID
from chalicelib.errors import NokoUnavailable

NokoId = Annotated[int, Field(ge=1, le=MAX_NOKO_ID)]


class Lenient(BaseModel):
    """An object of Noko's. Fields that we do not know are in `model_extra`. Built when the first one is read."""

    model_config = ConfigDict(extra="allow", frozen=True, defer_build=True)

    def own(self) -> dict[str, Any]:
        """Return Noko's own object as JSON holds it: every field that it sent, under its name, and no other."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


Model = TypeVar("Model", bound=Lenient)


def parse(model: type[Model], data: Any) -> Model:
    """Read one object; raises NokoUnavailable when it is none."""
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise NokoUnavailable(f"Noko's answer is not a {model.__name__}: {error.error_count()} fields") from None
