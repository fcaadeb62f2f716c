"""Errors that the user can fix, with one base class."""


class CoreError(Exception):
    """An error the user can fix; its message is one clear line, shown without a traceback."""


class CatalogueError(CoreError):
    """The product table cannot be read, or has no usable rows."""


class ImageError(CoreError):
    """An image cannot be opened: not an image, broken, or beyond the size limit."""


class EncoderError(CoreError):
    """An encoder is unknown, its weights are missing, or the weights are those of another model."""


class BundleError(CoreError):
    """A bundle is missing, damaged, or of an unsupported protocol."""


class AccessError(CoreError):
    """Something that this server does not allow, or a setting of access that is wrong."""


class LimitError(CoreError):
    """More than this server keeps or does for one visitor, or for all, or a limit that is none."""
