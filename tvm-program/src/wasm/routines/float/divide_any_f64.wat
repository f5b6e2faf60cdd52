;; f64.div of any two numbers: a quotient of 56 bits in two digits. Each is the product of what is left of the dividend and of
;; the reciprocal of the divisor's upper word. It is never too large, and a little too small; what is left
;; is computed modulo 2^64, which is enough, since it is less than 2^60.
(module
  (import "step" "f64.round1" (func $round (param i32 i32 i64) (result i64)))
  (import "routine" "normal.f64" (func $normal (param i32 i32) (result i32 i32 i32)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $divide.f64
    (param $a_low i32) (param $a_high i32) (param $b_low i32) (param $b_high i32)
    (result i64)
    (local $sign i32) (local $a_exponent i32) (local $b_exponent i32)
    (local $top i32) (local $reciprocal i32) (local $digit i32)
    (local $rest i64) (local $divisor i64) (local $quotient i64)

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
        ;; A NaN, or infinity by infinity: NaN. Else infinity by a number, or a number by infinity.
        (if (i32.or
              (i32.or
                (i64.gt_u
                  (call $join (local.get $a_low) (local.get $a_high))
                  (i64.const 0x7ff0000000000000))
                (i64.gt_u
                  (call $join (local.get $b_low) (local.get $b_high))
                  (i64.const 0x7ff0000000000000)))
              (i32.eq (local.get $a_exponent) (local.get $b_exponent)))
          (then (return (i64.const 0x7ff8000000000000))))
        (return
          (call $join
            (i32.const 0)
            (i32.or
              (local.get $sign)
              (select
                (i32.const 0x7ff00000)
                (i32.const 0)
                (i32.eq (local.get $a_exponent) (i32.const 0x7ff))))))))

    ;; Mantissas of 53 bits.
    (if (i32.eqz (local.get $b_exponent))
      (then
        (if (i32.eqz (i32.or (local.get $b_low) (local.get $b_high)))
          (then
            (if (i32.eqz (i32.or (local.get $a_low) (local.get $a_high)))
              (then (return (i64.const 0x7ff8000000000000))))
            (return
              (call $join (i32.const 0) (i32.or (local.get $sign) (i32.const 0x7ff00000))))))
        (call $normal (local.get $b_low) (local.get $b_high))
        (local.set $b_exponent)
        (local.set $b_high)
        (local.set $b_low)))
    (if (i32.eqz (local.get $a_exponent))
      (then
        (if (i32.eqz (i32.or (local.get $a_low) (local.get $a_high)))
          (then (return (call $join (i32.const 0) (local.get $sign)))))
        (call $normal (local.get $a_low) (local.get $a_high))
        (local.set $a_exponent)
        (local.set $a_high)
        (local.set $a_low)))
    (local.set $rest
      (call $join
        (local.get $a_low)
        (i32.or (i32.and (local.get $a_high) (i32.const 0xfffff)) (i32.const 0x100000))))
    (local.set $divisor
      (call $join
        (local.get $b_low)
        (i32.or (i32.and (local.get $b_high) (i32.const 0xfffff)) (i32.const 0x100000))))

    ;; From here on the dividend is at least the divisor, and less than twice as much.
    (local.set $a_exponent
      (i32.add (i32.sub (local.get $a_exponent) (local.get $b_exponent)) (i32.const 1023)))
    (if (i64.lt_u (local.get $rest) (local.get $divisor))
      (then
        (local.set $rest (i64.shl (local.get $rest) (i64.const 1)))
        (local.set $a_exponent (i32.sub (local.get $a_exponent) (i32.const 1)))))

    ;; 2^63 by the upper word of the divisor, less a little: 17 bits by division, then Newton's step.
    (call $split (i64.shl (local.get $divisor) (i64.const 11)))
    (local.set $top)
    (drop)
    (call $split
      (i64.shr_u
        (i64.mul
          (call $join
            (local.tee $reciprocal
              (i32.div_u
                (i32.const -1)
                (i32.add (i32.shr_u (local.get $top) (i32.const 16)) (i32.const 1))))
            (i32.const 0))
          (i64.shr_u
            (i64.sub
              (i64.const 0x2000000000000)
              (i64.mul
                (call $join (local.get $top) (i32.const 0))
                (call $join (local.get $reciprocal) (i32.const 0))))
            (i64.const 17)))
        (i64.const 16)))
    (drop)
    (local.set $reciprocal (i32.sub (i32.const 3)))

    ;; The first digit: 30 or 31 bits.
    (call $split
      (i64.mul
        (i64.shr_u (local.get $rest) (i64.const 22))
        (call $join (local.get $reciprocal) (i32.const 0))))
    (local.set $digit)
    (drop)
    (local.set $rest
      (i64.sub
        (i64.shl (local.get $rest) (i64.const 30))
        (i64.mul (call $join (local.get $digit) (i32.const 0)) (local.get $divisor))))
    (local.set $quotient
      (i64.shl (call $join (local.get $digit) (i32.const 0)) (i64.const 25)))

    ;; The second digit.
    (call $split
      (i64.mul
        (i64.shr_u (local.get $rest) (i64.const 26))
        (call $join (local.get $reciprocal) (i32.const 0))))
    (local.set $digit (i32.shr_u (i32.const 1)))
    (drop)
    (local.set $rest
      (i64.sub
        (i64.shl (local.get $rest) (i64.const 25))
        (i64.mul (call $join (local.get $digit) (i32.const 0)) (local.get $divisor))))
    (local.set $quotient
      (i64.add (local.get $quotient) (call $join (local.get $digit) (i32.const 0))))
    (block $enough
      (loop $more
        (br_if $enough (i64.lt_u (local.get $rest) (local.get $divisor)))
        (local.set $rest (i64.sub (local.get $rest) (local.get $divisor)))
        (local.set $quotient (i64.add (local.get $quotient) (i64.const 1)))
        (br $more)))

    ;; The quotient is 2^55 to 2^56.
    (call $round
      (i32.const 0)
      (i32.or
        (i32.add (local.get $a_exponent) (i32.const 1122))
        (i32.shr_u (local.get $sign) (i32.const 15)))
      (i64.or
        (local.get $quotient)
        (call $join (i64.ne (local.get $rest) (i64.const 0)) (i32.const 0))))))
