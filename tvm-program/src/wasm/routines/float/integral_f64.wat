;; f64.{name}: as f32.{name}.
(module
  (import "words" "join" (func $join (param i32 i32) (result i64)))

  (func $f64.{name} (param $low i32) (param $high i32) (result i64)
    (local $exponent i32) (local $fraction i64) (local $x i64)

    (local.set $exponent
      (i32.sub
        (i32.and (i32.shr_u (local.get $high) (i32.const 20)) (i32.const 0x7ff))
        (i32.const 1023)))
    (if (i32.lt_s (local.get $exponent) (i32.const 0))
      (then
        ;; Below 1: 0, or 1 if it is not 0 itself.
        (return
          (call $join
            (i32.const 0)
            (i32.or
              (i32.and (local.get $high) (i32.const 0x80000000))
              (select
                (i32.const 0x3ff00000)
                (i32.const 0)
                (i32.and
                  {away}
                  (i32.ne
                    (i32.or (i32.shl (local.get $high) (i32.const 1)) (local.get $low))
                    (i32.const 0)))))))))
    (local.set $x (call $join (local.get $low) (local.get $high)))
    (if (i32.ge_s (local.get $exponent) (i32.const 52))
      (then
        ;; An integer, an infinity or a NaN.
        (if (i64.gt_u
              (i64.and (local.get $x) (i64.const 0x7fffffffffffffff))
              (i64.const 0x7ff0000000000000))
          (then (return (i64.const 0x7ff8000000000000))))
        (return (local.get $x))))
    (local.set $fraction
      (i64.shr_u
        (i64.const 0x000fffffffffffff)
        (call $join (local.get $exponent) (i32.const 0))))
    (if {away}
      (then (local.set $x (i64.add (local.get $x) (local.get $fraction)))))
    (i64.and (local.get $x) (i64.xor (local.get $fraction) (i64.const -1)))))
