;; f64.promote_f32: every f32 is an f64. The least exponent of an f64 is so much lower that no result is
;; subnormal.
(module
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "routine" "normal.f32" (func $normal (param i32) (result i32 i32)))

  (func $f64.promote_f32 (param $x i32) (result i64)
    (local $sign i32) (local $exponent i32)

    (local.set $sign (i32.and (local.get $x) (i32.const 0x80000000)))
    (local.set $exponent
      (i32.and (i32.shr_u (local.get $x) (i32.const 23)) (i32.const 0xff)))
    (if (i32.ge_u (i32.sub (local.get $exponent) (i32.const 1)) (i32.const 254))
      (then
        (local.set $x (i32.and (local.get $x) (i32.const 0x007fffff)))
        (if (local.get $exponent)
          (then
            (if (local.get $x) (then (return (i64.const 0x7ff8000000000000))))
            (return
              (call $join
                (i32.const 0) (i32.or (local.get $sign) (i32.const 0x7ff00000))))))
        (if (i32.eqz (local.get $x))
          (then (return (call $join (i32.const 0) (local.get $sign)))))
        (call $normal (local.get $x))
        (local.set $exponent)
        (local.set $x)))
    (call $join
      (i32.shl (local.get $x) (i32.const 29))
      (i32.or
        (i32.add
          (i32.shr_u (i32.and (local.get $x) (i32.const 0x007fffff)) (i32.const 3))
          (i32.shl (i32.add (local.get $exponent) (i32.const 896)) (i32.const 20)))
        (local.get $sign)))))
