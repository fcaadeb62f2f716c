"""What can go wrong through no fault of the code: one base class, a few kinds."""


class CoreError(Exception):
    """A mistake or a lack the user can mend; its text is one clear line, shown without a traceback."""


class CatalogueError(CoreError):
    """The product table cannot be read, or holds nothing to work with."""


class ImageError(CoreError):
    """An image cannot be opened: not an image, broken, or beyond the size limit."""


class EncoderError(CoreError):
    """An encoder is unknown, its weights are missing, or they belong to another model."""


class BundleError(CoreError):
    """A bundle is missing, damaged, or of a protocol this version does not read."""
