"""The field's terms, each in a sentence or two: what the (?) beside them says on every page."""

from __future__ import annotations

TERMS = {
    "Accuracy": "Share of test products whose category the model predicts correctly.",
    "Precision": "Of the products that the model puts into a category, the share that belongs there.",
    "Recall": "Of the products that belong in a category, the share that the model puts there.",
    "F1": "Precision and recall of a category in one number, their harmonic mean: 100% only where both are.",
    "Macro F1": "The mean F1 of all categories: small ones count as much as large ones.",
    "Weighted F1": "The mean F1 of all categories, each weighted by its number of products.",
    "Top-3 accuracy": "Share of test products whose category is among the model's three most probable ones.",
    "Calibration error": "The mean distance between confidence and accuracy. 0% is perfect: of all answers "
    "with 90% confidence, 90% are right.",
    "Log loss": "The mean negative logarithm of the probability of the true category. 0 is perfect; being "
    "confident and wrong costs most.",
    "95% interval": "Where the true value probably lies: an interval made like this holds it in 95 of 100 "
    "catalogues. With more test products it is narrower.",
    "Confidence": "The calibrated probability that the answer is right: about 90% of the answers with 90% "
    "confidence are.",
    "Calibrated": "Confidence is adjusted on products that the model did not learn from, until it equals the "
    "share of right answers.",
    "Coverage": "Share of products whose answers are accepted without review.",
    "Wanted precision": "The share of accepted answers that is to be right. Less confident answers need "
    "review.",
    "Embedding": "A list of numbers that an encoder makes of a text or an image, so that similar products "
    "have similar numbers.",
    "Encoder": "A network trained on millions of texts or images, which turns one into numbers.",
    "Dimensions": "How many numbers an encoder makes of a product.",
    "Encoding": "Time to encode one product by itself, its image decoded already.",
    "Loading": "Time to load the encoder and to encode a first product.",
    "Standard error": "How far a mean moves by chance, with other products.",
    "Map": "Every product is a point, and similar products are near each other. Only nearness means "
    "something: axes, sizes of clusters and distances between clusters do not.",
    "Method": "How hundreds of numbers become a point on a map. PCA keeps the large differences, t-SNE and "
    "UMAP keep neighbours together.",
    "PCA": "Principal component analysis: the flat view in which products lie farthest apart. Fast, the "
    "same each time; neighbours may be separated.",
    "t-SNE": "Keeps neighbours together. Sizes of clusters and distances between them mean nothing.",
    "UMAP": "Keeps neighbours together, and some of the arrangement of clusters.",
    "Trustworthiness": "How far neighbours on the map are neighbours by all features, too: 1 means always.",
    "Head": "A kind of classifier, trained on the features of an input.",
    "Text + image": "Fused: one model that reads both inputs of a product.",
    "Input": "What maps and models are based on: text, image, or both.",
    "Split": "Models learn from training products. Validation products choose the settings. Test products "
    "are used for the scores shown here, and for nothing else.",
    "Held out": "A product that the model was not trained on, so that its answer is a fair test.",
    "Same as catalogue": "Whether the model's answer is the category that the product has in the catalogue.",
    "Catalogue": "A product table with its images, and everything learned from it.",
    "Similarity": "The cosine of two embeddings: 1 for equal products, about 0 for unrelated ones.",
    "Strength": "How strongly a word marks the category, on the scale of standard deviations.",
    "Training accuracy": "Accuracy on the products the model learned from. Far above the accuracy on test "
    "products, it has memorised them.",
    "Validation accuracy": "Accuracy on validation products, which chose the model.",
    "Per product": "Time to classify one encoded product.",
    "Memory": "Peak memory added by training.",
    "Needs review": "The answer is not confident enough, or something about the product is unusual.",
    "Outlier": "A product unlike all others, or unlike those of its category.",
}
"""Term as it stands on screen -> what it means."""


def meaning(term: str) -> str | None:
    """Return what a term means, capitals aside; None where it is no technical term."""
    return _BY_FOLDED.get(term.casefold())


_BY_FOLDED = {term.casefold(): text for term, text in TERMS.items()}
