;; f32.mul: the product of two mantissas has 47 or 48 bits. What lies below the upper word of the shifted
;; product leaves the last bit behind.
(module
  (import "routine" "round.f32" (func $round (param i32 i32 i32) (result i32)))
  (import "routine" "normal.f32" (func $normal (param i32) (result i32 i32)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $f32.mul (param $a i32) (param $b i32) (result i32)
    (local $sign i32) (local $a_exponent i32) (local $b_exponent i32)

    (local.set $sign
      (i32.and (i32.xor (local.get $a) (local.get $b)) (i32.const 0x80000000)))
    (local.set $a (i32.and (local.get $a) (i32.const 0x7fffffff)))
    (local.set $b (i32.and (local.get $b) (i32.const 0x7fffffff)))
    (local.set $a_exponent (i32.shr_u (local.get $a) (i32.const 23)))
    (local.set $b_exponent (i32.shr_u (local.get $b) (i32.const 23)))
    (if (i32.or
          (i32.eq (local.get $a_exponent) (i32.const 0xff))
          (i32.eq (local.get $b_exponent) (i32.const 0xff)))
      (then
        ;; A NaN, or infinity times 0: NaN. Else infinity.
        (if (i32.or
              (i32.or
                (i32.gt_u (local.get $a) (i32.const 0x7f800000))
                (i32.gt_u (local.get $b) (i32.const 0x7f800000)))
              (i32.or (i32.eqz (local.get $a)) (i32.eqz (local.get $b))))
          (then (return (i32.const 0x7fc00000))))
        (return (i32.or (local.get $sign) (i32.const 0x7f800000)))))

    ;; Mantissas of 24 bits.
    (if (i32.eqz (local.get $a_exponent))
      (then
        (if (i32.eqz (local.get $a)) (then (return (local.get $sign))))
        (call $normal (local.get $a))
        (local.set $a_exponent)
        (local.set $a)))
    (if (i32.eqz (local.get $b_exponent))
      (then
        (if (i32.eqz (local.get $b)) (then (return (local.get $sign))))
        (call $normal (local.get $b))
        (local.set $b_exponent)
        (local.set $b)))
    (local.set $a (i32.or (i32.shl (local.get $a) (i32.const 8)) (i32.const 0x80000000)))
    (local.set $b
      (i32.and
        (i32.or (i32.shl (local.get $b) (i32.const 7)) (i32.const 0x40000000))
        (i32.const 0x7fffffff)))

    (call $split
      (i64.mul
        (call $join (local.get $a) (i32.const 0)) (call $join (local.get $b) (i32.const 0))))
    (local.set $a)
    (local.set $b (i32.or (i32.ne (i32.const 0)) (local.get $a)))
    (local.set $a_exponent
      (i32.sub (i32.add (local.get $a_exponent) (local.get $b_exponent)) (i32.const 126)))
    (if (i32.lt_u (local.get $b) (i32.const 0x40000000))
      (then
        (local.set $b (i32.shl (local.get $b) (i32.const 1)))
        (local.set $a_exponent (i32.sub (local.get $a_exponent) (i32.const 1)))))
    (call $round (local.get $sign) (local.get $a_exponent) (local.get $b))))
