;; The last step of other routines: an f32 from a sign, an exponent and a mantissa of 31 bits, the first
;; of which is set. It is mantissa * 2^(exponent - 127 - 30), rounded to nearest, ties to even. The last
;; bit stands for anything below it.
(module
  (func $round.f32 (param $sign i32) (param $exponent i32) (param $mantissa i32) (result i32)
    (if (i32.ge_u
          (local.tee $exponent (i32.sub (local.get $exponent) (i32.const 1))) (i32.const 254))
      (then
        (if (i32.ge_s (local.get $exponent) (i32.const 0))
          (then
            (return
              (i32.or
                (i32.and (local.get $sign) (i32.const 0x80000000)) (i32.const 0x7f800000)))))
        ;; Below the least normal number. What is shifted out leaves the last bit behind.
        (local.set $exponent (i32.sub (i32.const 0) (local.get $exponent)))
        (local.set $mantissa
          (if (result i32) (i32.ge_u (local.get $exponent) (i32.const 31))
            (then (i32.const 1))
            (else
              (i32.or
                (i32.shr_u (local.get $mantissa) (local.get $exponent))
                (i32.ne
                  (i32.shl
                    (local.get $mantissa) (i32.sub (i32.const 32) (local.get $exponent)))
                  (i32.const 0))))))
        (local.set $exponent (i32.const 0))))
    ;; The first bit of the mantissa, and a carry of the rounding, add to the exponent.
    (i32.or
      (i32.add
        (i32.shr_u
          (i32.add
            (i32.add (local.get $mantissa) (i32.const 0x3f))
            (i32.and (i32.shr_u (local.get $mantissa) (i32.const 7)) (i32.const 1)))
          (i32.const 7))
        (i32.shl (local.get $exponent) (i32.const 23)))
      (i32.and (local.get $sign) (i32.const 0x80000000)))))
