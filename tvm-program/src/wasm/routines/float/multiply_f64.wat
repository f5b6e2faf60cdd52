;; f64.mul: the product of two mantissas has 105 or 106 bits. It is put together from the products of
;; their words; what lies below its upper 64 bits leaves the last bit behind.
(module
  (import "routine" "round.f64" (func $round (param i32 i32 i64) (result i64)))
  (import "routine" "normal.f64" (func $normal (param i32 i32) (result i32 i32 i32)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $f64.mul
    (param $a_low i32) (param $a_high i32) (param $b_low i32) (param $b_high i32)
    (result i64)
    (local $sign i32) (local $a_exponent i32) (local $b_exponent i32)
    (local $rest i32) (local $middle_low i32) (local $middle_high i32) (local $product i64)

    (local.set $sign
      (i32.and (i32.xor (local.get $a_high) (local.get $b_high)) (i32.const 0x80000000)))
    (local.set $a_high (i32.and (local.get $a_high) (i32.const 0x7fffffff)))
    (local.set $b_high (i32.and (local.get $b_high) (i32.const 0x7fffffff)))
    (local.set $a_exponent (i32.shr_u (local.get $a_high) (i32.const 20)))
    (local.set $b_exponent (i32.shr_u (local.get $b_high) (i32.const 20)))
    (if (i32.or
          (i32.eq (local.get $a_exponent) (i32.const 0x7ff))
          (i32.eq (local.get $b_exponent) (i32.const 0x7ff)))
      (then
        ;; A NaN, or infinity times 0: NaN. Else infinity.
        (if (i32.or
              (i32.or
                (i64.gt_u
                  (call $join (local.get $a_low) (local.get $a_high))
                  (i64.const 0x7ff0000000000000))
                (i64.gt_u
                  (call $join (local.get $b_low) (local.get $b_high))
                  (i64.const 0x7ff0000000000000)))
              (i32.or
                (i32.eqz (i32.or (local.get $a_low) (local.get $a_high)))
                (i32.eqz (i32.or (local.get $b_low) (local.get $b_high)))))
          (then (return (i64.const 0x7ff8000000000000))))
        (return (call $join (i32.const 0) (i32.or (local.get $sign) (i32.const 0x7ff00000))))))

    ;; Mantissas of 53 bits.
    (if (i32.eqz (local.get $a_exponent))
      (then
        (if (i32.eqz (i32.or (local.get $a_low) (local.get $a_high)))
          (then (return (call $join (i32.const 0) (local.get $sign)))))
        (call $normal (local.get $a_low) (local.get $a_high))
        (local.set $a_exponent)
        (local.set $a_high)
        (local.set $a_low)))
    (if (i32.eqz (local.get $b_exponent))
      (then
        (if (i32.eqz (i32.or (local.get $b_low) (local.get $b_high)))
          (then (return (call $join (i32.const 0) (local.get $sign)))))
        (call $normal (local.get $b_low) (local.get $b_high))
        (local.set $b_exponent)
        (local.set $b_high)
        (local.set $b_low)))
    (local.set $a_high
      (i32.or (i32.and (local.get $a_high) (i32.const 0xfffff)) (i32.const 0x100000)))
    (local.set $b_high
      (i32.or (i32.and (local.get $b_high) (i32.const 0xfffff)) (i32.const 0x100000)))

    ;; high * 2^64 + middle * 2^32 + rest, without its last 43 bits.
    (call $split
      (i64.mul
        (call $join (local.get $a_low) (i32.const 0))
        (call $join (local.get $b_low) (i32.const 0))))
    (local.set $middle_high)
    (local.set $rest)
    (call $split
      (i64.add
        (i64.add
          (i64.mul
            (call $join (local.get $a_low) (i32.const 0))
            (call $join (local.get $b_high) (i32.const 0)))
          (i64.mul
            (call $join (local.get $a_high) (i32.const 0))
            (call $join (local.get $b_low) (i32.const 0))))
        (call $join (local.get $middle_high) (i32.const 0))))
    (local.set $middle_high)
    (local.set $middle_low)
    (local.set $product
      (i64.or
        (i64.add
          (i64.shl
            (i64.mul
              (call $join (local.get $a_high) (i32.const 0))
              (call $join (local.get $b_high) (i32.const 0)))
            (i64.const 21))
          (i64.shr_u
            (call $join (local.get $middle_low) (local.get $middle_high)) (i64.const 11)))
        (call $join
          (i32.ne
            (i32.or
              (i32.shl (local.get $middle_low) (i32.const 21)) (local.get $rest))
            (i32.const 0))
          (i32.const 0))))

    (local.set $a_exponent
      (i32.sub (i32.add (local.get $a_exponent) (local.get $b_exponent)) (i32.const 1022)))
    (if (i64.lt_u (local.get $product) (i64.const 0x4000000000000000))
      (then
        (local.set $product (i64.shl (local.get $product) (i64.const 1)))
        (local.set $a_exponent (i32.sub (local.get $a_exponent) (i32.const 1)))))
    (call $round (local.get $sign) (local.get $a_exponent) (local.get $product))))
