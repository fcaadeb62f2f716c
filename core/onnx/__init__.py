"""ONNX Runtime sessions, and models exported to ONNX: the one small runtime that serves."""
