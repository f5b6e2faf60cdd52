(module (func $i64.div_u (param i64 i64) (result i64) unreachable))
