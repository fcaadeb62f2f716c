"""A synthetic demo catalogue: products of no real shop, their texts made up and their images drawn by code.

``plan`` decides which products there are, ``text`` names and describes them (vocabulary in ``words.toml``),
``faults`` plants what goes wrong in real data and keeps account of it, ``photo`` draws an image: shapes
(``mesh``, ``solids`` and one module per group of products) before a ``scene``, lit by ``render``.
"""

from core.demo.writer import DemoAccount, write_demo

__all__ = ["DemoAccount", "write_demo"]
