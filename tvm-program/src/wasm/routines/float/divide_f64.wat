;; f64.div: the product of the dividend and of a reciprocal of 32 bits, less what the reciprocal is too large
;; by. All of it is computed modulo 2^64 where it is known to be less. Numbers that are not normal, and
;; quotients that may not be, are left to the other routine.
(module
  (import "routine" "divide.f64" (func $divide (param i32 i32 i32 i32) (result i64)))
  (import "step" "f64.scale_product"
    (func $scale_product (param i32 i32 i32 i32) (result i32 i32 i32 i32 i32)))
  (import "step" "f64.significand"
    (func $significand (param i32 i32 i32) (result i32 i32 i32 i32 i32)))
  (import "step" "f64.product_high"
    (func $product (param i32 i32 i32 i32 i32) (result i32 i32 i32 i32 i32 i32 i32)))
  (import "step" "f64.round4"
    (func $round (param i32 i32 i32 i32 i32 i64) (result i64)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $f64.div
    (param $a_low i32) (param $a_high i32) (param $b_low i32) (param $b_high i32)
    (result i64)
    (local $scale i32) (local $low i32) (local $high i32) (local $reciprocal i32)
    (local $part i32) (local $quotient i64) (local $middle i64)

    ;; The exponent of b with its sign changed: so the scale of the quotient is that of a product.
    (call $scale_product
      (local.get $a_low)
      (local.get $a_high)
      (local.get $b_low)
      (i32.xor (local.get $b_high) (i32.const 0x7ff00000)))
    (local.tee $scale)
    ;; Both are normal and not infinite or NaN, and so is the quotient or what is too large.
    (if (i32.gt_u
          (i32.sub (i32.and (i32.const 0xfffeffff)) (i32.const 0x00180464))
          (i32.const 3066))
      (then
        (return
          (call $divide
            (local.get $a_low) (local.get $a_high) (local.get $b_low) (local.get $b_high)))))

    (call $significand (local.get $scale))
    (local.set $high)
    (local.set $low)
    (drop)
    (drop)
    (drop)

    ;; 2^84 by the significand of b: 16 bits by division, the others by Newton's step. The dividend is a
    ;; little less than 2^32, so that the reciprocal of 1 has 32 bits.
    (local.tee $reciprocal
      (i32.div_u
        (i32.const 0xffff0000)
        (i32.shr_u (local.get $high) (i32.const 5))))
    (i32.shl (i32.const 15))
    (call $split
      (i64.mul
        (i64.shr_s
          (i64.mul
            (call $join (local.get $low) (local.get $high))
            (call $join (local.get $reciprocal) (i32.const 0)))
          (i64.const 22))
        (call $join (local.get $reciprocal) (i32.const 0))))
    (local.set $part)
    (drop)
    (i32.sub (local.get $part))
    (local.tee $reciprocal)

    ;; The significand of a times that, without 24 bits: 2^60 times the quotient.
    (call $product
      (i32.const 0)
      (i32.add (local.get $scale) (i32.const 0x02effffb)))
    (local.tee $part)
    (call $join)
    ;; By how much of 2^84 the reciprocal is too large, times the quotient.
    (local.tee $quotient
      (i64.sub
        (i64.shr_s
          (i64.mul
            (call $join (local.get $part) (i32.const 0))
            (i64.shr_s
              (i64.mul
                (call $join (local.get $low) (local.get $high))
                (call $join (local.get $reciprocal) (i32.const 0)))
              (i64.const 22)))
          (i64.const 30))))

    ;; It may be 4 too large and 8 too small. If a multiple of 64 is as near, what counts is the side of it
    ;; on which the quotient is: no number but such a multiple is halfway between two results.
    (if (i32.le_u
          (i32.and (i32.add (i32.wrap_i64) (i32.const 8)) (i32.const 63))
          (i32.const 12))
      (then
        (local.set $quotient
          (i64.add
            (local.tee $middle
              (i64.and
                (i64.add (local.get $quotient) (i64.const 8))
                (i64.const -64)))
            (i64.or
              (i64.shr_s
                (i64.sub
                  (call $join (i32.const 0) (i32.shl (local.get $a_low) (i32.const 28)))
                  (i64.mul
                    (call $join (local.get $low) (local.get $high)) (local.get $middle)))
                (i64.const 63))
              (i64.const 1))))))
    (local.get $quotient)
    (call $round)))
