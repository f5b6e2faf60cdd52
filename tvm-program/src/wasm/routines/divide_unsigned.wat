;; i64.div_u: the quotient of two numbers of two words.
;;
;; Division is native for single words, and traps there when the divisor is 0. A longer quotient
;; is found in digits of 16 bits. A digit is the quotient of the upper 32 bits of the dividend and
;; the upper 16 of the divisor: at most 2 too large, which a negative rest shows.
(module
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $i64.div_u
    (param $low i32) (param $high i32) (param $divisor_low i32) (param $divisor_high i32)
    (result i32 i32)
    (local $quotient_high i32) (local $upper_digit i32) (local $lower_digit i32)
    (local $shift i32) (local $top i32) (local $part i32) (local $rest i64)
    (local $rest_low i32) (local $rest_high i32)

    (if (i32.eqz (i32.or (local.get $high) (local.get $divisor_high)))
      (then (return (i32.div_u (local.get $low) (local.get $divisor_low)) (i32.const 0))))

    (block $long_divisor
      (br_if $long_divisor (local.get $divisor_high))

      ;; The upper word of the quotient; what is left of the dividend's is below the divisor.
      (if (i32.ge_u (local.get $high) (local.get $divisor_low))
        (then
          (local.set $quotient_high (i32.div_u (local.get $high) (local.get $divisor_low)))
          (local.set $high (i32.rem_u (local.get $high) (local.get $divisor_low)))))

      ;; A divisor of 16 bits: each digit is exact.
      (if (i32.lt_u (local.get $divisor_low) (i32.const 0x10000))
        (then
          (local.tee $part
            (i32.wrap_i64
              (i64.shr_u (call $join (local.get $low) (local.get $high)) (i64.const 16))))
          (local.get $divisor_low)
          (i32.shl (i32.div_u) (i32.const 16))
          (i32.shl (i32.rem_u (local.get $part) (local.get $divisor_low)) (i32.const 16))
          (i32.and (local.get $low) (i32.const 0xffff))
          (i32.div_u (i32.or) (local.get $divisor_low))
          (return (i32.or) (local.get $quotient_high))))

      ;; The upper 16 bits of the divisor.
      (local.set $top
        (i32.shr_u
          (local.get $divisor_low)
          (local.tee $shift (i32.sub (i32.const 16) (i32.clz (local.get $divisor_low))))))

      (local.set $rest
        (i64.sub
          (call $join (local.get $low) (local.get $high))
          (i64.shl
            (i64.mul
              (call $join
                (local.tee $upper_digit
                  (i32.div_u
                    (i32.wrap_i64
                      (i64.shr_u
                        (call $join (local.get $low) (local.get $high))
                        (call $join
                          (i32.add (local.get $shift) (i32.const 16)) (i32.const 0))))
                    (local.get $top)))
                (i32.const 0))
              (call $join (local.get $divisor_low) (i32.const 0)))
            (i64.const 16))))
      (if (i64.lt_s (local.get $rest) (i64.const 0))
        (then
          (loop $too_large
            (local.set $upper_digit (i32.sub (local.get $upper_digit) (i32.const 1)))
            (local.set $rest
              (i64.add
                (local.get $rest)
                (i64.shl
                  (call $join (local.get $divisor_low) (i32.const 0)) (i64.const 16))))
            (br_if $too_large (i64.lt_s (local.get $rest) (i64.const 0))))))

      (call $split
        (i64.sub
          (local.get $rest)
          (i64.mul
            (call $join
              (local.tee $lower_digit
                (i32.div_u
                  (i32.wrap_i64
                    (i64.shr_u (local.get $rest) (call $join (local.get $shift) (i32.const 0))))
                  (local.get $top)))
              (i32.const 0))
            (call $join (local.get $divisor_low) (i32.const 0)))))
      (local.tee $rest_high)
      (if (param i32) (result i32)
        (then
          (local.set $rest_low)
          (loop $too_large
            (local.set $lower_digit (i32.sub (local.get $lower_digit) (i32.const 1)))
            (call $split
              (i64.add
                (call $join (local.get $rest_low) (local.get $rest_high))
                (call $join (local.get $divisor_low) (i32.const 0))))
            (local.set $rest_high)
            (local.set $rest_low)
            (br_if $too_large (local.get $rest_high)))
          (local.get $rest_low)))
      (drop)
      (return
        (i32.or (i32.shl (local.get $upper_digit) (i32.const 16)) (local.get $lower_digit))
        (local.get $quotient_high)))

    ;; A divisor of more than a word: the quotient has one word, and the estimates are at most 1
    ;; too large.
    (if (i64.lt_u
          (call $join (local.get $low) (local.get $high))
          (call $join (local.get $divisor_low) (local.get $divisor_high)))
      (then (return (i32.const 0) (i32.const 0))))
    (if (i32.ge_u (local.get $divisor_high) (i32.const 0x10000))
      (then
        (local.set $lower_digit (i32.div_u (local.get $high) (local.get $divisor_high))))
      (else
        ;; Half the dividend by the upper 32 bits of the divisor.
        (local.set $lower_digit
          (i32.shr_u
            (i32.wrap_i64
              (i64.div_u
                (i64.shr_u (call $join (local.get $low) (local.get $high)) (i64.const 1))
                (i64.shr_u
                  (i64.shl
                    (call $join (local.get $divisor_low) (local.get $divisor_high))
                    (call $join
                      (local.tee $shift (i32.clz (local.get $divisor_high))) (i32.const 0)))
                  (i64.const 32))))
            (i32.sub (i32.const 31) (local.get $shift))))))
    (i32.sub
      (local.get $lower_digit)
      (i64.ge_u
        (i64.sub
          (call $join (local.get $low) (local.get $high))
          (i64.mul
            (call $join (local.get $lower_digit) (i32.const 0))
            (call $join (local.get $divisor_low) (local.get $divisor_high))))
        (call $join (local.get $divisor_low) (local.get $divisor_high))))
    (i32.const 0)))
