//! The computation graph: linear forms over five kinds of node, and its exact meaning.
