"""What the Models page tells of a bundle's heads: answers, confusions, comparisons, and figures."""
