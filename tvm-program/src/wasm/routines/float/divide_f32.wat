;; f32.div: the product of the dividend and of a reciprocal of 17 bits, less what the reciprocal is too
;; large by. Numbers that are not normal, and quotients that may not be, are divided as f64: rounded twice
;; they are what they are rounded once, since an f64 has more than twice as many bits.
(module
  (import "step" "f32.scale_product" (func $scale_product (param i32 i32) (result i32 i32 i32)))
  (import "step" "f32.significand" (func $significand (param i32 i32) (result i32 i32 i32 i32)))
  (import "step" "f32.product" (func $product (param i32 i32 i32) (result i32 i32 i32 i64)))
  (import "step" "f32.round2" (func $round (param i32 i32 i32 i64) (result i32)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))

  (func $f32.div (param $a i32) (param $b i32) (result i32)
    (local $scale i32) (local $divisor i32) (local $reciprocal i32)
    (local $quotient i64) (local $middle i64)

    ;; The exponent of b with its sign changed: so the scale of the quotient is that of a product.
    (call $scale_product (local.get $a) (i32.xor (local.get $b) (i32.const 0x7f800000)))
    (local.tee $scale)
    ;; Both are normal and not infinite or NaN, and so is the quotient, or it is too large.
    (if (i32.gt_u
          (i32.sub (i32.and (i32.const 0xfffeffff)) (i32.const 0x001807ee))
          (i32.const 378))
      (then
        (return
          (i32.reinterpret_f32
            (f32.demote_f64
              (f64.div
                (f64.promote_f32 (f32.reinterpret_i32 (local.get $a)))
                (f64.promote_f32 (f32.reinterpret_i32 (local.get $b)))))))))

    (call $significand (local.get $scale))
    (drop)
    (local.set $divisor)
    (drop)
    (drop)

    ;; 2^40 by the significand of b, but for 2^-15 of it.
    (local.tee $reciprocal
      (i32.div_u
        (i32.const 0xffff0000)
        (i32.shr_u (local.get $divisor) (i32.const 8))))
    ;; Times that of a: 2^40 times the quotient.
    (call $product (i32.add (local.get $scale) (i32.const 0xfff00005)))
    (local.tee $quotient)
    ;; By how much of 2^40 the reciprocal is too large, times the quotient.
    (local.tee $quotient
      (i64.sub
        (i64.shr_s
          (i64.mul
            (local.get $quotient)
            (i64.extend_i32_s
              (i32.shr_s
                (i32.mul (local.get $divisor) (local.get $reciprocal)) (i32.const 5))))
          (i64.const 35))))

    ;; It may be 100 too large and 2200 too small. If a multiple of 2^15 is as near, what counts is the side
    ;; of it on which the quotient is: no number but such a multiple is halfway between two results.
    (if (i32.le_u
          (i32.and (i32.add (i32.wrap_i64) (i32.const 2200)) (i32.const 0x7fff))
          (i32.const 2300))
      (then
        (local.set $quotient
          (i64.add
            (local.tee $middle
              (i64.and
                (i64.add (local.get $quotient) (i64.const 2200))
                (i64.const -0x8000)))
            (i64.or
              (i64.shr_s
                (i64.sub
                  (call $join
                    (i32.const 0)
                    (i32.or
                      (i32.shl (local.get $a) (i32.const 8)) (i32.const 0x80000000)))
                  (i64.mul
                    (call $join (local.get $divisor) (i32.const 0)) (local.get $middle)))
                (i64.const 63))
              (i64.const 1))))))
    (local.get $quotient)
    (call $round)))
