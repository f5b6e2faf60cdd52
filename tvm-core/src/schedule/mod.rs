//! Packing the graph into transformer layers: an integer program, residual slots, a checker.
