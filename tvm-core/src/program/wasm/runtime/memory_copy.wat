(module (memory 0) (func $memory.copy (param i32 i32 i32) unreachable))
