"""From features to maps: PCA, t-SNE and UMAP, and how far each map may be trusted."""
