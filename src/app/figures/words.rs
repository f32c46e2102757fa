//! Short texts for figures: sizes, times, keys and images.
