"""What programs send and get, with examples; the words are those of ``predict``."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.catalogue.values.image_data import data_bytes, is_data
from core.serving.api.question import Question

MOST_TOP = 1000
_MUG = {"sku": "A-17", "name": "Blue mug", "description": "Ceramic mug with a handle."}
_CATEGORIES: list[Any] = [{"category": "Mugs", "confidence": 0.98}, {"category": "Bowls", "confidence": 0.01}]


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [values]})


class Product(BaseModel):
    """A product: a name, a description, an image, or several of them."""

    model_config = _example(**_MUG)

    sku: str = Field("", max_length=1000, description="Its id, which comes back with the answer.")
    name: str = Field("", max_length=20_000)
    description: str = Field("", max_length=200_000)
    image: str | None = Field(None, description="The image file in base64, or as a `data:` address.")

    def question(self) -> Question:
        """Return the product as the models are asked about it; ValueError where its image is no base64."""
        return Question(self.sku, self.name, self.description, _bytes_of(self.image))


class Classify(Product):
    """A product to be classified."""

    model_config = _example(**_MUG, top=2)

    top: int = Field(5, ge=1, le=MOST_TOP, description="How many categories to rank.")
    wanted_precision: float | None = Field(
        None,
        ge=0.5,
        le=0.99,
        description="The share of right answers wanted among those that need no review, in whole hundredths; "
        "by default the catalogue's.",
    )
    explain: bool = Field(False, description="Whether to say what the answer rests on, which takes seconds.")

    def question(self) -> Question:
        """Return the product as the models are asked about it; ValueError where its image is no base64."""
        image = _bytes_of(self.image)
        return Question(self.sku, self.name, self.description, image, self.top, self.wanted_precision)

    @field_validator("wanted_precision")
    @classmethod
    def _whole_hundredths(cls, wanted: float | None) -> float | None:
        """Let there be few: what follows from each is computed once and kept."""
        if wanted is not None and abs(100 * wanted - round(100 * wanted)) > 1e-6:
            raise ValueError("expected whole hundredths, such as 0.97")
        return None if wanted is None else round(wanted, 2)


class Find(Product):
    """A product whose nearest products are looked for."""

    model_config = _example(**_MUG, top=3)

    top: int = Field(8, ge=1, le=100, description="How many products.")


class Category(BaseModel):
    """A category and its calibrated probability."""

    category: str
    confidence: float = Field(ge=0, le=1)


class Model(BaseModel):
    """A model: a head on an input."""

    modality: str = Field(description="text, image, or fused for both.")
    head: str


class Classified(BaseModel):
    """The answer for a product."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "sku": "A-17",
                    "predicted": "Mugs",
                    "confidence": 0.98,
                    "needs_review": False,
                    "reason": "",
                    "categories": _CATEGORIES,
                    "answered_by": {"modality": "text", "head": "logistic_regression"},
                }
            ]
        }
    )

    sku: str
    predicted: str = Field(description='The category; "" where nothing was given that the models read.')
    confidence: float | None = Field(description="Its calibrated probability, 0 to 1.")
    needs_review: bool = Field(description="Whether a person should look at it.")
    reason: str = Field(description='Why, joined by "; "; "" where nobody has to.')
    categories: list[Category] = Field(description="The most probable categories, the first one first.")
    answered_by: Model | None
    explanation: dict[str, Any] | None = Field(None, description="Only with `explain`.")


class Near(BaseModel):
    """A product of the catalogue, and how similar it is."""

    sku: str
    name: str
    category: str
    similarity: float = Field(description="Cosine of the vectors, -1 to 1.")


class Neighbours(BaseModel):
    """The nearest products of a catalogue."""

    sku: str
    neighbours: list[Near] = Field(description="The nearest one first.")


class Encoder(BaseModel):
    """What made vectors: only those of the same encoder can be compared."""

    name: str
    weights_id: str
    preprocessing: int
    dim: int


class Vectors(BaseModel):
    """The vectors of a product, each of length 1."""

    sku: str
    vectors: dict[str, list[float]] = Field(description="text and/or image -> the numbers.")
    encoders: dict[str, Encoder] = Field(description="text and/or image -> what made them.")


class Listed(BaseModel):
    """A line of the list of catalogues."""

    name: str
    created: str
    products: int
    categories: int
    synthetic: bool
    private: bool
    problem: str | None = Field(description="Why it cannot be used; null where it can.")


class ListedAll(BaseModel):
    """The catalogues of this server."""

    catalogues: list[Listed]


class ModelCard(Model):
    """A model, and what it reaches on test products."""

    chosen: bool = Field(description="Whether it did best on the validation products of its input.")
    test_products: int
    accuracy: float
    macro_f1: float
    calibration_error: float | None


class Promises(BaseModel):
    """What a catalogue promises of its answers."""

    wanted_precision: float = Field(description="Share of right answers wanted among those without review.")
    coverage: float = Field(description="How often the plausible categories should hold the right one.")


class Catalogue(BaseModel):
    """A catalogue: what it is, its models, its promises."""

    name: str
    version: str = Field(description="Changes whenever it is built again.")
    created: str
    products: int
    categories: list[str]
    inputs: list[str] = Field(description="Of text, image and fused, for both: what models answer from.")
    synthetic: bool
    private: bool
    origin: str
    licence: str
    encoders: dict[str, Encoder]
    models: list[ModelCard]
    promises: Promises


class Stored(BaseModel):
    """A product of a catalogue; names and texts are empty where the catalogue is private."""

    sku: str
    name: str
    description: str
    category: str
    split: str = Field(description="train, validation or test.")
    has_text: bool
    has_image: bool


class Reports(BaseModel):
    """What every model reaches on test products."""

    reports: list[dict[str, Any]]


class Decision(BaseModel):
    """What a reviewer decided about a product, or about a pair of products."""

    id: str
    time: str
    who: str
    sku: str
    other: str = Field(description='The product it was compared with; "" for none.')
    kind: str
    action: str = Field(description="keep, correct, confirm or skip.")
    old: str
    new: str


class Decisions(BaseModel):
    """All decisions about a catalogue that were not taken back."""

    decisions: list[Decision]


class Health(BaseModel):
    """Whether the server answers."""

    status: str


def _bytes_of(image: str | None) -> bytes | None:
    """Return an image's bytes; None for none."""
    if not image:
        return None
    if is_data(image):
        content = data_bytes(image)
        if content is None:
            raise ValueError("image: the data address cannot be read")
        return content
    try:
        return base64.b64decode(image, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("image: expected an image file in base64") from None
