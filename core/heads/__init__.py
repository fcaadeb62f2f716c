"""Classifiers on text, image or both, trained with the frameworks and served as ONNX."""
