;; i64.rem_s: by i64.rem_u of the absolute values. The sign is that of the dividend.
(module
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $i64.rem_s
    (param $low i32) (param $high i32) (param $divisor_low i32) (param $divisor_high i32)
    (result i32 i32)

    (if (i32.eqz (i32.or (local.get $high) (local.get $divisor_high)))
      (then (return (i32.rem_u (local.get $low) (local.get $divisor_low)) (i32.const 0))))

    (if (i32.lt_s (local.get $divisor_high) (i32.const 0))
      (then
        (call $split
          (i64.sub
            (i64.const 0) (call $join (local.get $divisor_low) (local.get $divisor_high))))
        (local.set $divisor_high)
        (local.set $divisor_low)))
    (if (i32.lt_s (local.get $high) (i32.const 0))
      (then
        (return
          (call $split
            (i64.sub
              (i64.const 0)
              (i64.rem_u
                (i64.sub (i64.const 0) (call $join (local.get $low) (local.get $high)))
                (call $join (local.get $divisor_low) (local.get $divisor_high))))))))
    (call $split
      (i64.rem_u
        (call $join (local.get $low) (local.get $high))
        (call $join (local.get $divisor_low) (local.get $divisor_high))))))
