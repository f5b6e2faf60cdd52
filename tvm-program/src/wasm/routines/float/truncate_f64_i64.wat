;; i64.{name}: the mantissa, its first bit the first of two words, shifted right. The magnitude may be
;; {greatest}, and of a negative number {least}; one that is greater {else}.
(module
  (import "trap" "integer_overflow" (func $integer_overflow))
  (import "trap" "invalid_conversion_to_integer" (func $invalid_conversion_to_integer))
  (import "words" "join" (func $join (param i32 i32) (result i64)))

  (func $i64.{name} (param $low i32) (param $high i32) (result i64)
    (local $exponent i32) (local $magnitude i64) (local $limit i64)

    (local.set $exponent
      (i32.sub
        (i32.and (i32.shr_u (local.get $high) (i32.const 20)) (i32.const 0x7ff))
        (i32.const 1023)))
    (if (i32.lt_s (local.get $exponent) (i32.const 0)) (then (return (i64.const 0))))
    (local.set $magnitude
      (i64.shr_u
        (i64.shl
          (call $join (local.get $low) (i32.or (local.get $high) (i32.const 0x100000)))
          (i64.const 11))
        (call $join (i32.sub (i32.const 63) (local.get $exponent)) (i32.const 0))))
    (local.set $limit
      (select
        (i64.const {least})
        (i64.const {greatest})
        (i32.lt_s (local.get $high) (i32.const 0))))
    (if (i32.or
          (i32.ge_s (local.get $exponent) (i32.const 64))
          (i64.gt_u (local.get $magnitude) (local.get $limit)))
      (then
        (if (i64.gt_u
              (call $join (local.get $low) (i32.and (local.get $high) (i32.const 0x7fffffff)))
              (i64.const 0x7ff0000000000000))
          (then {not a number}))
        {outside}))
    (select
      (i64.sub (i64.const 0) (local.get $magnitude))
      (local.get $magnitude)
      (i32.lt_s (local.get $high) (i32.const 0)))))
