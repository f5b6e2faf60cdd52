;; The mantissa of a subnormal f64 shifted so far that it has 53 bits, and the exponent that belongs to it.
(module
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $normal.f64 (param $low i32) (param $high i32) (result i32 i32 i32)
    (local $shift i32)

    (call $split
      (i64.shl
        (call $join (local.get $low) (local.get $high))
        (call $join
          (local.tee $shift
            (i32.sub
              (i32.wrap_i64 (i64.clz (call $join (local.get $low) (local.get $high))))
              (i32.const 11)))
          (i32.const 0))))
    (i32.sub (i32.const 1) (local.get $shift))))
