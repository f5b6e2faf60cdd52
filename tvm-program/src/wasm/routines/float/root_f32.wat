;; f32.sqrt: a root of 16 bits from a straight line and two steps of Newton's, r = (r + x / r) / 2, and 14
;; more from one more step. Numbers that are not normal are left to f64: rounded twice, a root is what it is
;; rounded once, since an f64 has more than twice as many bits.
(module
  (import "step" "f32.round1" (func $round (param i32 i32 i64) (result i32)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))

  (func $f32.sqrt (param $x i32) (result i32)
    (local $exponent i32) (local $top i32) (local $root i32) (local $middle i32)

    (local.set $exponent (i32.shr_u (local.get $x) (i32.const 23)))
    (if (i32.ge_u (i32.sub (local.get $exponent) (i32.const 1)) (i32.const 254))
      (then
        (return
          (i32.reinterpret_f32
            (f32.demote_f64
              (f64.sqrt (f64.promote_f32 (f32.reinterpret_i32 (local.get $x)))))))))

    ;; The significand, shifted so that what is left of the exponent is even: 31 or 32 bits.
    (local.set $top
      (i32.shr_u
        (i32.or (i32.shl (local.get $x) (i32.const 8)) (i32.const 0x80000000))
        (i32.and (local.get $exponent) (i32.const 1))))
    (local.set $root
      (i32.add (i32.div_u (local.get $top) (i32.const 98304)) (i32.const 22700)))
    (local.set $root
      (i32.shr_u
        (i32.add (i32.div_u (local.get $top) (local.get $root)) (local.get $root))
        (i32.const 1)))
    (local.set $root
      (i32.shr_u
        (i32.add (i32.div_u (local.get $top) (local.get $root)) (local.get $root))
        (i32.const 1)))
    (local.set $root
      (i32.add
        (i32.shl (local.get $root) (i32.const 14))
        (i32.div_s
          (i32.shl
            (i32.sub (local.get $top) (i32.mul (local.get $root) (local.get $root)))
            (i32.const 13))
          (local.get $root))))

    ;; It is off by less than 2. If a multiple of 64 and 32 more are as near, what counts is the side of
    ;; that on which the root is: only such a number is halfway between two results.
    (if (i32.le_u
          (i32.and (i32.sub (local.get $root) (i32.const 31)) (i32.const 63))
          (i32.const 2))
      (then
        (local.set $root
          (i32.add
            (i32.shl
              (local.tee $middle
                (i32.shr_u (i32.add (local.get $root) (i32.const 1)) (i32.const 5)))
              (i32.const 5))
            (i32.or
              (i32.shr_s
                (i32.sub
                  (i32.shl (local.get $top) (i32.const 18))
                  (i32.mul (local.get $middle) (local.get $middle)))
                (i32.const 31))
              (i32.const 1))))))
    (call $round
      (i32.const 0)
      (i32.add
        (i32.shr_u (i32.add (local.get $exponent) (i32.const 1)) (i32.const 1))
        (i32.const 2107))
      (call $join (local.get $root) (i32.const 0)))))
