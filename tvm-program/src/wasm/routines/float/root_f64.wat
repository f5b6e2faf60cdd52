;; f64.sqrt: the product of the number and of the reciprocal of its root in 31 bits, and what that is too
;; small by. All of it is computed modulo 2^64 where it is known to be less. Below, n is the significand, or
;; twice as much if the exponent is even; $exponent is one less than that.
(module
  (import "step" "f64.significand"
    (func $significand (param i32 i32 i32) (result i32 i32 i32 i32 i32)))
  (import "step" "f64.product_high"
    (func $product (param i32 i32 i32 i32 i32) (result i32 i32 i32 i32 i32 i32 i32)))
  (import "step" "f64.round4"
    (func $round (param i32 i32 i32 i32 i32 i64) (result i64)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $f64.sqrt (param $low i32) (param $high i32) (result i64)
    (local $exponent i32) (local $twice i32) (local $top i32) (local $reciprocal i32) (local $part i32)
    (local $root i64) (local $middle i64)

    (if (i32.ge_u
          (local.tee $exponent
            (i32.sub (i32.shr_u (local.get $high) (i32.const 20)) (i32.const 1)))
          (i32.const 2046))
      (then
        ;; 0 and infinity are their own roots. There is none of a NaN and of less than 0.
        (if (i32.or
              (i32.eqz (i32.or (local.get $low) (i32.shl (local.get $high) (i32.const 1))))
              (i64.eq
                (call $join (local.get $low) (local.get $high))
                (i64.const 0x7ff0000000000000)))
          (then (return (call $join (local.get $low) (local.get $high)))))
        (if (i32.shr_u (local.get $high) (i32.const 20))
          (then (return (i64.const 0x7ff8000000000000))))
        ;; A subnormal number: the root of 2^54 times as much is 2^27 times as much.
        (return
          (i64.reinterpret_f64
            (f64.mul
              (f64.sqrt
                (f64.mul
                  (f64.reinterpret_i64 (call $join (local.get $low) (local.get $high)))
                  (f64.const 0x1p54)))
              (f64.const 0x1p-27))))))

    ;; The upper 32 bits of n, without 22 bits.
    (call $significand (local.get $low) (local.get $high) (i32.const 0x00080000))
    (call $join)
    (i64.shr_u
      (call $join
        (i32.sub
          (i32.const 22)
          (local.tee $twice (i32.and (local.get $exponent) (i32.const 1))))
        (i32.const 0)))
    (local.set $top (i32.wrap_i64))
    (drop)

    ;; The root of that has 16 bits: a straight line, and two of Newton's steps.
    (local.set $part
      (i32.add (i32.div_u (local.get $top) (i32.const 98304)) (i32.const 22700)))
    (local.set $part
      (i32.add (i32.div_u (local.get $top) (local.get $part)) (local.get $part)))
    ;; That was twice the root. Its reciprocal: 2^43 by the root of n, and by a step of Newton's 2^57 by it.
    ;; The dividend is less than 2^32 by what the divisor is too small by, on average.
    (local.tee $reciprocal
      (i32.div_u
        (i32.const 0xfffec000)
        (i32.add
          (i32.div_u (local.get $top) (local.get $part))
          (i32.shr_u (local.get $part) (i32.const 2)))))
    (i32.shl (i32.const 14))
    (call $split
      (i64.mul
        (i64.shr_s
          (i64.mul
            (i64.mul
              (call $join (local.get $reciprocal) (i32.const 0))
              (call $join (local.get $reciprocal) (i32.const 0)))
            (call $join (local.get $top) (i32.const 0)))
          (i64.const 19))
        (call $join (local.get $reciprocal) (i32.const 0))))
    (local.set $part)
    (drop)
    (i32.sub (local.get $part))
    (local.tee $reciprocal)

    ;; n times that, without 24 bits: 2^33 times the root of n, which has 60 bits.
    (i32.shl (local.get $twice))
    (call $product
      (i32.const 0)
      (i32.add
        (i32.shr_u (local.get $exponent) (i32.const 1))
        (i32.const 0x0308065e)))
    (call $join)
    (local.tee $root)
    ;; By how much the reciprocal is too large, times half the root.
    (local.tee $root
      (i64.sub
        (i64.shr_s
          (i64.mul
            (i64.shr_u (local.get $root) (i64.const 29))
            (i64.shr_s
              (i64.mul (local.get $root) (call $join (local.get $reciprocal) (i32.const 0)))
              (i64.const 31)))
          (i64.const 31))))

    ;; It may be 3 too large and 7 too small. If a multiple of 128 and 64 more are as near, what counts is the
    ;; side of that on which the root is: only such a number is halfway between two results.
    (if (i32.le_u
          (i32.and (i32.sub (i32.wrap_i64) (i32.const 57)) (i32.const 127))
          (i32.const 10))
      (then
        (local.set $root
          (i64.add
            (i64.shl
              (local.tee $middle
                (i64.shr_u
                  (i64.add (local.get $root) (i64.const 7))
                  (i64.const 6)))
              (i64.const 6))
            (i64.or
              (i64.shr_s
                (i64.sub
                  (call $join
                    (i32.const 0)
                    (i32.shl
                      (local.get $low) (i32.add (local.get $twice) (i32.const 22))))
                  (i64.mul (local.get $middle) (local.get $middle)))
                (i64.const 63))
              (i64.const 1))))))
    (local.get $root)
    (call $round)))
