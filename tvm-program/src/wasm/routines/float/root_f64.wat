;; f64.sqrt: the root of a mantissa of 108 bits has 54. Sixteen come from a straight line and two steps of
;; Newton's, r = (r + x / r) / 2, up to 32 from one more step, which is a little too small on purpose, and
;; the others from a last one in two digits. What is left is computed modulo 2^64, which is enough.
(module
  (import "routine" "round.f64" (func $round (param i32 i32 i64) (result i64)))
  (import "routine" "normal.f64" (func $normal (param i32 i32) (result i32 i32 i32)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $f64.sqrt (param $low i32) (param $high i32) (result i64)
    (local $exponent i32) (local $top i32) (local $root i32) (local $digit i32)
    (local $mantissa i64) (local $rest i64) (local $long_root i64)

    (local.set $exponent (i32.shr_u (local.get $high) (i32.const 20)))
    (if (i32.ge_u (i32.sub (local.get $exponent) (i32.const 1)) (i32.const 2046))
      (then
        ;; 0 and infinity are their own roots. There is none of a NaN and of less than 0.
        (if (i32.or
              (i32.eqz
                (i32.or (local.get $low) (i32.shl (local.get $high) (i32.const 1))))
              (i64.eq
                (call $join (local.get $low) (local.get $high))
                (i64.const 0x7ff0000000000000)))
          (then (return (call $join (local.get $low) (local.get $high)))))
        (if (local.get $exponent)
          (then (return (i64.const 0x7ff8000000000000))))
        (call $normal (local.get $low) (local.get $high))
        (local.set $exponent)
        (local.set $high)
        (local.set $low)))
    (local.set $mantissa
      (i64.shl
        (call $join
          (local.get $low)
          (i32.or (i32.and (local.get $high) (i32.const 0xfffff)) (i32.const 0x100000)))
        (call $join
          (i32.sub (i32.const 11) (i32.and (local.get $exponent) (i32.const 1)))
          (i32.const 0))))
    (call $split (local.get $mantissa))
    (local.set $top)
    (drop)

    ;; 16 bits, less one.
    (local.set $root
      (i32.add
        (i32.add
          (i32.shr_u (local.get $top) (i32.const 17)) (i32.shr_u (local.get $top) (i32.const 19)))
        (i32.const 24380)))
    (local.set $root
      (i32.shr_u
        (i32.add (i32.div_u (local.get $top) (local.get $root)) (local.get $root))
        (i32.const 1)))
    (local.set $root
      (i32.sub
        (i32.shr_u
          (i32.add (i32.div_u (local.get $top) (local.get $root)) (local.get $root))
          (i32.const 1))
        (i32.const 1)))
    ;; 32 bits: at most 8 too small, and not too large.
    (local.set $root
      (i32.sub
        (i32.add
          (i32.shl (local.get $root) (i32.const 16))
          (i32.shl
            (i32.div_u
              (i32.shl
                (i32.sub (local.get $top) (i32.mul (local.get $root) (local.get $root)))
                (i32.const 14))
              (local.get $root))
            (i32.const 1)))
        (i32.const 4)))
    (local.set $rest
      (i64.sub
        (local.get $mantissa)
        (i64.mul
          (call $join (local.get $root) (i32.const 0))
          (call $join (local.get $root) (i32.const 0)))))

    ;; 54 bits: at most 1 too small or too large.
    (local.set $digit
      (i32.div_u
        (i32.wrap_i64 (i64.shr_u (local.get $rest) (i64.const 5)))
        (i32.add (i32.shr_u (local.get $root) (i32.const 13)) (i32.const 1))))
    (local.set $long_root
      (i64.add
        (i64.shl (call $join (local.get $root) (i32.const 0)) (i64.const 22))
        (i64.add
          (i64.shl (call $join (local.get $digit) (i32.const 0)) (i64.const 13))
          (call $join
            (i32.div_u
              (i32.wrap_i64
                (i64.shr_u
                  (i64.sub
                    (i64.shl (local.get $rest) (i64.const 21))
                    (i64.shl
                      (i64.mul
                        (call $join (local.get $digit) (i32.const 0))
                        (call $join (local.get $root) (i32.const 0)))
                      (i64.const 13)))
                  (i64.const 14)))
              (i32.add (i32.shr_u (local.get $root) (i32.const 14)) (i32.const 1)))
            (i32.const 0)))))
    (local.set $rest
      (i64.sub
        (i64.shl (local.get $mantissa) (i64.const 44))
        (i64.mul (local.get $long_root) (local.get $long_root))))
    (if (i64.lt_s (local.get $rest) (i64.const 0))
      (then
        (local.set $long_root (i64.sub (local.get $long_root) (i64.const 1)))
        (local.set $rest
          (i64.add
            (local.get $rest)
            (i64.add (i64.shl (local.get $long_root) (i64.const 1)) (i64.const 1))))))
    (if (i64.gt_s (local.get $rest) (i64.shl (local.get $long_root) (i64.const 1)))
      (then
        (local.set $long_root (i64.add (local.get $long_root) (i64.const 1)))
        (local.set $rest
          (i64.sub
            (local.get $rest)
            (i64.sub (i64.shl (local.get $long_root) (i64.const 1)) (i64.const 1))))))
    (call $round
      (i32.const 0)
      (i32.shr_u (i32.add (local.get $exponent) (i32.const 1023)) (i32.const 1))
      (i64.or
        (i64.shl (local.get $long_root) (i64.const 9))
        (call $join (i64.ne (local.get $rest) (i64.const 0)) (i32.const 0))))))
