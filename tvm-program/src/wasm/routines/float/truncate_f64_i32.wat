;; i32.{name}: the mantissa, its first bit the first of a word, shifted right. The magnitude may be
;; {greatest}, and of a negative number {least}; one that is greater {else}.
(module
  (import "trap" "integer_overflow" (func $integer_overflow))
  (import "trap" "invalid_conversion_to_integer" (func $invalid_conversion_to_integer))
  (import "words" "join" (func $join (param i32 i32) (result i64)))

  (func $i32.{name} (param $low i32) (param $high i32) (result i32)
    (local $exponent i32) (local $magnitude i32) (local $limit i32)

    (local.set $exponent
      (i32.sub
        (i32.and (i32.shr_u (local.get $high) (i32.const 20)) (i32.const 0x7ff))
        (i32.const 1023)))
    (if (i32.lt_s (local.get $exponent) (i32.const 0)) (then (return (i32.const 0))))
    (local.set $magnitude
      (i32.shr_u
        (i32.or
          (i32.or (i32.shl (local.get $high) (i32.const 11)) (i32.const 0x80000000))
          (i32.shr_u (local.get $low) (i32.const 21)))
        (i32.sub (i32.const 31) (local.get $exponent))))
    (local.set $limit
      (select
        (i32.const {least})
        (i32.const {greatest})
        (i32.lt_s (local.get $high) (i32.const 0))))
    (if (i32.or
          (i32.ge_s (local.get $exponent) (i32.const 32))
          (i32.gt_u (local.get $magnitude) (local.get $limit)))
      (then
        (if (i64.gt_u
              (call $join (local.get $low) (i32.and (local.get $high) (i32.const 0x7fffffff)))
              (i64.const 0x7ff0000000000000))
          (then {not a number}))
        {outside}))
    (select
      (i32.sub (i32.const 0) (local.get $magnitude))
      (local.get $magnitude)
      (i32.lt_s (local.get $high) (i32.const 0)))))
