;; f64.add: as f32.add.
(module
  (import "routine" "round.f64" (func $round (param i32 i32 i64) (result i64)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))

  (func $f64.add
    (param $a_low i32) (param $a_high i32) (param $b_low i32) (param $b_high i32)
    (result i64)
    (local $difference i32) (local $exponent i32) (local $shift i32)
    (local $sum i64) (local $smaller i64)

    ;; From here on `$a` has the greater magnitude.
    (if (i64.lt_u
          (call $join (local.get $a_low) (i32.and (local.get $a_high) (i32.const 0x7fffffff)))
          (call $join (local.get $b_low) (i32.and (local.get $b_high) (i32.const 0x7fffffff))))
      (then
        (local.get $a_low)
        (local.get $a_high)
        (local.set $a_low (local.get $b_low))
        (local.set $a_high (local.get $b_high))
        (local.set $b_high)
        (local.set $b_low)))
    (local.set $difference (i32.xor (local.get $a_high) (local.get $b_high)))

    (local.set $exponent
      (i32.and (i32.shr_u (local.get $a_high) (i32.const 20)) (i32.const 0x7ff)))
    (if (i32.eq (local.get $exponent) (i32.const 0x7ff))
      (then
        ;; A NaN, or infinity minus infinity: NaN. Else infinity.
        (if (i32.or
              (i32.ne
                (i32.or (i32.shl (local.get $a_high) (i32.const 12)) (local.get $a_low))
                (i32.const 0))
              (i32.and
                (i32.eq (local.get $difference) (i32.const 0x80000000))
                (i32.eq (local.get $a_low) (local.get $b_low))))
          (then (return (i64.const 0x7ff8000000000000))))
        (return (call $join (local.get $a_low) (local.get $a_high)))))
    (local.set $shift
      (i32.and (i32.shr_u (local.get $b_high) (i32.const 20)) (i32.const 0x7ff)))

    ;; Both mantissas with nine bits more below them. A subnormal number has the exponent 1.
    (local.set $sum
      (i64.shl
        (call $join
          (local.get $a_low)
          (i32.or (i32.and (local.get $a_high) (i32.const 0xfffff)) (i32.const 0x100000)))
        (i64.const 9)))
    (if (i32.eqz (local.get $exponent))
      (then
        (local.set $exponent (i32.const 1))
        (local.set $sum
          (i64.shl
            (call $join (local.get $a_low) (i32.and (local.get $a_high) (i32.const 0xfffff)))
            (i64.const 9)))))
    (local.set $smaller
      (i64.shl
        (call $join
          (local.get $b_low)
          (i32.or (i32.and (local.get $b_high) (i32.const 0xfffff)) (i32.const 0x100000)))
        (i64.const 9)))
    (if (i32.eqz (local.get $shift))
      (then
        (local.set $shift (i32.const 1))
        (local.set $smaller
          (i64.shl
            (call $join (local.get $b_low) (i32.and (local.get $b_high) (i32.const 0xfffff)))
            (i64.const 9)))))

    (if (local.tee $shift (i32.sub (local.get $exponent) (local.get $shift)))
      (then
        (local.set $smaller
          (if (result i64) (i32.ge_u (local.get $shift) (i32.const 63))
            (then
              (call $join (i64.ne (local.get $smaller) (i64.const 0)) (i32.const 0)))
            (else
              (i64.or
                (i64.shr_u (local.get $smaller) (call $join (local.get $shift) (i32.const 0)))
                (call $join
                  (i64.ne
                    (i64.shl
                      (local.get $smaller)
                      (call $join
                        (i32.sub (i32.const 64) (local.get $shift)) (i32.const 0)))
                    (i64.const 0))
                  (i32.const 0))))))))
    (local.set $sum
      (if (result i64) (i32.ge_s (local.get $difference) (i32.const 0))
        (then (i64.add (local.get $sum) (local.get $smaller)))
        (else (i64.sub (local.get $sum) (local.get $smaller)))))

    ;; A sum of 0 is -0 only if both numbers are.
    (if (i64.eqz (local.get $sum))
      (then
        (return
          (call $join
            (i32.const 0)
            (i32.and
              (i32.and (local.get $a_high) (local.get $b_high)) (i32.const 0x80000000))))))
    (local.set $shift (i32.sub (i32.wrap_i64 (i64.clz (local.get $sum))) (i32.const 1)))
    (call $round
      (local.get $a_high)
      (i32.sub (i32.add (local.get $exponent) (i32.const 1)) (local.get $shift))
      (i64.shl (local.get $sum) (call $join (local.get $shift) (i32.const 0))))))
