//! What ships in every executable: the model file, the attention caches, the engines and the run loop.
