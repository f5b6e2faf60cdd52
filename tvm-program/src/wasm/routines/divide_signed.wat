;; i64.div_s: by i64.div_u of the absolute values. The least integer is its own absolute value, and
;; right as a number without sign; by -1 its quotient is the only one of equal signs that is
;; negative.
(module
  (import "trap" "integer_overflow" (func $integer_overflow))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $i64.div_s
    (param $low i32) (param $high i32) (param $divisor_low i32) (param $divisor_high i32)
    (result i32 i32)
    (local $signs i32)

    (if (i32.eqz
          (local.tee $signs (i32.or (local.get $high) (local.get $divisor_high))))
      (then (return (i32.div_u (local.get $low) (local.get $divisor_low)) (i32.const 0))))
    (if (i32.ge_s (local.get $signs) (i32.const 0))
      (then
        (return
          (call $split
            (i64.div_u
              (call $join (local.get $low) (local.get $high))
              (call $join (local.get $divisor_low) (local.get $divisor_high)))))))

    (local.set $signs (i32.xor (local.get $high) (local.get $divisor_high)))
    (if (i32.lt_s (local.get $high) (i32.const 0))
      (then
        (call $split
          (i64.sub (i64.const 0) (call $join (local.get $low) (local.get $high))))
        (local.set $high)
        (local.set $low)))
    (if (i32.lt_s (local.get $divisor_high) (i32.const 0))
      (then
        (call $split
          (i64.sub
            (i64.const 0) (call $join (local.get $divisor_low) (local.get $divisor_high))))
        (local.set $divisor_high)
        (local.set $divisor_low)))
    (call $split
      (i64.div_u
        (call $join (local.get $low) (local.get $high))
        (call $join (local.get $divisor_low) (local.get $divisor_high))))
    (if (param i32 i32) (result i32 i32) (i32.lt_s (local.get $signs) (i32.const 0))
      (then
        (local.set $high)
        (local.set $low)
        (return
          (call $split
            (i64.sub (i64.const 0) (call $join (local.get $low) (local.get $high)))))))
    (if (i32.lt_s (local.tee $high) (i32.const 0))
      (then (call $integer_overflow)))
    (local.get $high)))
