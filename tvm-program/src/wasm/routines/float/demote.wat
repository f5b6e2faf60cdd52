;; f32.demote_f64: the first 31 bits of the mantissa, of which what lies below leaves the last behind. The
;; exponent of a subnormal f64 is so low that nothing but 0 can come of it.
(module
  (import "routine" "round.f32" (func $round (param i32 i32 i32) (result i32)))

  (func $f32.demote_f64 (param $low i32) (param $high i32) (result i32)
    (local $exponent i32)

    (local.set $exponent
      (i32.and (i32.shr_u (local.get $high) (i32.const 20)) (i32.const 0x7ff)))
    (if (i32.and
          (i32.eq (local.get $exponent) (i32.const 0x7ff))
          (i32.ne
            (i32.or (i32.shl (local.get $high) (i32.const 12)) (local.get $low)) (i32.const 0)))
      (then (return (i32.const 0x7fc00000))))
    (call $round
      (local.get $high)
      (i32.sub (local.get $exponent) (i32.const 896))
      (i32.or
        (i32.or
          (i32.shl
            (i32.or (i32.and (local.get $high) (i32.const 0xfffff)) (i32.const 0x100000))
            (i32.const 10))
          (i32.shr_u (local.get $low) (i32.const 22)))
        (i32.ne (i32.shl (local.get $low) (i32.const 10)) (i32.const 0))))))
