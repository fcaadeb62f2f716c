"""From texts and images to vectors: encoders, the feature cache, augmentation."""
