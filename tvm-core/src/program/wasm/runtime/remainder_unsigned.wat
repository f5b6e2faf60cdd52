(module (func $i64.rem_u (param i64 i64) (result i64) unreachable))
