;; f64.{name}: as f32.{name}. Most numbers are seen by their upper word not to be a NaN.
(module
  (import "words" "join" (func $join (param i32 i32) (result i64)))

  (func $f64.{name}
    (param $a_low i32) (param $a_high i32) (param $b_low i32) (param $b_high i32)
    (result i64)

    (if (i32.ge_u (i32.and (local.get $a_high) (i32.const 0x7fffffff)) (i32.const 0x7ff00000))
      (then
        (if (i64.gt_u
              (call $join
                (local.get $a_low) (i32.and (local.get $a_high) (i32.const 0x7fffffff)))
              (i64.const 0x7ff0000000000000))
          (then (return (i64.const 0x7ff8000000000000))))))
    (if (i32.ge_u (i32.and (local.get $b_high) (i32.const 0x7fffffff)) (i32.const 0x7ff00000))
      (then
        (if (i64.gt_u
              (call $join
                (local.get $b_low) (i32.and (local.get $b_high) (i32.const 0x7fffffff)))
              (i64.const 0x7ff0000000000000))
          (then (return (i64.const 0x7ff8000000000000))))))
    (select
      (call $join (local.get ${if less}_low) (local.get ${if less}_high))
      (call $join (local.get ${else}_low) (local.get ${else}_high))
      (i32.xor
        (i64.lt_s
          (call $join (local.get $a_low) (local.get $a_high))
          (call $join (local.get $b_low) (local.get $b_high)))
        (i32.lt_s (i32.and (local.get $a_high) (local.get $b_high)) (i32.const 0))))))
