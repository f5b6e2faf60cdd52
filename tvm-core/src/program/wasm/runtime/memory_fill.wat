(module (memory 0) (func $memory.fill (param i32 i32 i32) unreachable))
