"""A synthetic demo catalogue, with generated texts and rendered images.

``plan`` chooses the products, ``text`` writes their names and descriptions (vocabulary in ``words.toml``),
``faults`` plants typical faults of real data and lists them, and ``photo`` makes images: shapes (``mesh``,
``solids`` and one module per group of products) in front of a ``scene``, rendered by ``render``.
"""

from core.demo.writer import DemoAccount, write_demo

__all__ = ["DemoAccount", "write_demo"]
