"""The tables and figures of the Models page."""
