"""What all request bodies share."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Short = Annotated[str, Field(max_length=1_000)]


class RequestBody(BaseModel):
    """A body that came in; unknown fields are passed over."""

    model_config = ConfigDict(str_strip_whitespace=False)
