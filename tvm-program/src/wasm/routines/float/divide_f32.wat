;; f32.div: after a quotient of 1 come three digits of 8 bits, each by a division of words.
(module
  (import "routine" "round.f32" (func $round (param i32 i32 i32) (result i32)))
  (import "routine" "normal.f32" (func $normal (param i32) (result i32 i32)))

  (func $f32.div (param $a i32) (param $b i32) (result i32)
    (local $sign i32) (local $a_exponent i32) (local $b_exponent i32)
    (local $quotient i32) (local $digits i32)

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
        ;; A NaN, or infinity by infinity: NaN. Else infinity by a number, or a number by infinity.
        (if (i32.or
              (i32.or
                (i32.gt_u (local.get $a) (i32.const 0x7f800000))
                (i32.gt_u (local.get $b) (i32.const 0x7f800000)))
              (i32.eq (local.get $a) (local.get $b)))
          (then (return (i32.const 0x7fc00000))))
        (return
          (i32.or
            (local.get $sign)
            (select
              (i32.const 0x7f800000)
              (i32.const 0)
              (i32.eq (local.get $a_exponent) (i32.const 0xff)))))))

    ;; Mantissas of 24 bits.
    (if (i32.eqz (local.get $b_exponent))
      (then
        (if (i32.eqz (local.get $b))
          (then
            (if (i32.eqz (local.get $a)) (then (return (i32.const 0x7fc00000))))
            (return (i32.or (local.get $sign) (i32.const 0x7f800000)))))
        (call $normal (local.get $b))
        (local.set $b_exponent)
        (local.set $b)))
    (if (i32.eqz (local.get $a_exponent))
      (then
        (if (i32.eqz (local.get $a)) (then (return (local.get $sign))))
        (call $normal (local.get $a))
        (local.set $a_exponent)
        (local.set $a)))
    (local.set $a
      (i32.or (i32.and (local.get $a) (i32.const 0x007fffff)) (i32.const 0x00800000)))
    (local.set $b
      (i32.or (i32.and (local.get $b) (i32.const 0x007fffff)) (i32.const 0x00800000)))

    (local.set $a_exponent
      (i32.add (i32.sub (local.get $a_exponent) (local.get $b_exponent)) (i32.const 127)))
    (if (i32.lt_u (local.get $a) (local.get $b))
      (then
        (local.set $a (i32.shl (local.get $a) (i32.const 1)))
        (local.set $a_exponent (i32.sub (local.get $a_exponent) (i32.const 1)))))
    (local.set $a (i32.sub (local.get $a) (local.get $b)))
    (local.set $quotient (i32.const 1))
    (local.set $digits (i32.const 3))
    (loop $again
      (local.set $quotient
        (i32.or
          (i32.shl (local.get $quotient) (i32.const 8))
          (i32.div_u
            (local.tee $a (i32.shl (local.get $a) (i32.const 8))) (local.get $b))))
      (local.set $a (i32.rem_u (local.get $a) (local.get $b)))
      (br_if $again
        (local.tee $digits (i32.sub (local.get $digits) (i32.const 1)))))
    (call $round
      (local.get $sign)
      (local.get $a_exponent)
      (i32.or
        (i32.shl (local.get $quotient) (i32.const 6))
        (i32.ne (local.get $a) (i32.const 0))))))
