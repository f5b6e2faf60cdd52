;; f32.add: the mantissa of the smaller number is shifted right by the difference of the exponents and
;; added, or subtracted if the signs differ. What is shifted out leaves the last bit behind.
(module
  (import "routine" "round.f32" (func $round (param i32 i32 i32) (result i32)))

  (func $f32.add (param $a i32) (param $b i32) (result i32)
    (local $difference i32) (local $exponent i32) (local $shift i32)
    (local $sum i32) (local $smaller i32)

    ;; From here on `$a` has the greater magnitude.
    (if (i32.lt_u
          (i32.and (local.get $a) (i32.const 0x7fffffff))
          (i32.and (local.get $b) (i32.const 0x7fffffff)))
      (then
        (local.get $a)
        (local.set $a (local.get $b))
        (local.set $b)))
    (local.set $difference (i32.xor (local.get $a) (local.get $b)))

    (local.set $exponent
      (i32.and (i32.shr_u (local.get $a) (i32.const 23)) (i32.const 0xff)))
    (if (i32.eq (local.get $exponent) (i32.const 0xff))
      (then
        ;; A NaN, or infinity minus infinity: NaN. Else infinity.
        (if (i32.or
              (i32.ne (i32.shl (local.get $a) (i32.const 9)) (i32.const 0))
              (i32.eq (local.get $difference) (i32.const 0x80000000)))
          (then (return (i32.const 0x7fc00000))))
        (return (local.get $a))))
    (local.set $shift (i32.and (i32.shr_u (local.get $b) (i32.const 23)) (i32.const 0xff)))

    ;; Both mantissas with six bits more below them. A subnormal number has the exponent 1.
    (local.set $sum
      (i32.shl (i32.or (local.get $a) (i32.const 0x00800000)) (i32.const 6)))
    (if (i32.eqz (local.get $exponent))
      (then
        (local.set $exponent (i32.const 1))
        (local.set $sum (i32.shl (local.get $a) (i32.const 6)))))
    (local.set $sum (i32.and (local.get $sum) (i32.const 0x3fffffc0)))
    (local.set $smaller
      (i32.shl (i32.or (local.get $b) (i32.const 0x00800000)) (i32.const 6)))
    (if (i32.eqz (local.get $shift))
      (then
        (local.set $shift (i32.const 1))
        (local.set $smaller (i32.shl (local.get $b) (i32.const 6)))))
    (local.set $smaller (i32.and (local.get $smaller) (i32.const 0x3fffffc0)))

    (if (local.tee $shift (i32.sub (local.get $exponent) (local.get $shift)))
      (then
        (local.set $smaller
          (if (result i32) (i32.ge_u (local.get $shift) (i32.const 31))
            (then (i32.ne (local.get $smaller) (i32.const 0)))
            (else
              (i32.or
                (i32.shr_u (local.get $smaller) (local.get $shift))
                (i32.ne
                  (i32.shl (local.get $smaller) (i32.sub (i32.const 32) (local.get $shift)))
                  (i32.const 0))))))))
    (local.set $sum
      (if (result i32) (i32.ge_s (local.get $difference) (i32.const 0))
        (then (i32.add (local.get $sum) (local.get $smaller)))
        (else (i32.sub (local.get $sum) (local.get $smaller)))))

    ;; A sum of 0 is -0 only if both numbers are.
    (if (i32.eqz (local.get $sum))
      (then
        (return
          (i32.and
            (i32.and (local.get $a) (local.get $b)) (i32.const 0x80000000)))))
    (local.set $shift (i32.sub (i32.clz (local.get $sum)) (i32.const 1)))
    (call $round
      (local.get $a)
      (i32.sub (i32.add (local.get $exponent) (i32.const 1)) (local.get $shift))
      (i32.shl (local.get $sum) (local.get $shift)))))
