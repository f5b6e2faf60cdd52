;; f64.{name}: as f32.{name}. Most numbers are seen by their upper word not to be a NaN.
(module
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $f64.{name}
    (param $a_low i32) (param $a_high i32) (param $b_low i32) (param $b_high i32)
    (result i32)

    (if (i32.ge_u (i32.and (local.get $a_high) (i32.const 0x7fffffff)) (i32.const 0x7ff00000))
      (then
        (if (i64.gt_u
              (call $join
                (local.get $a_low) (i32.and (local.get $a_high) (i32.const 0x7fffffff)))
              (i64.const 0x7ff0000000000000))
          (then (return (i32.const {unordered}))))))
    (if (i32.ge_u (i32.and (local.get $b_high) (i32.const 0x7fffffff)) (i32.const 0x7ff00000))
      (then
        (if (i64.gt_u
              (call $join
                (local.get $b_low) (i32.and (local.get $b_high) (i32.const 0x7fffffff)))
              (i64.const 0x7ff0000000000000))
          (then (return (i32.const {unordered}))))))
    (if (i32.lt_s (local.get $a_high) (i32.const 0))
      (then
        (call $split
          (i64.sub
            (i64.const 0x8000000000000000) (call $join (local.get $a_low) (local.get $a_high))))
        (local.set $a_high)
        (local.set $a_low)))
    (if (i32.lt_s (local.get $b_high) (i32.const 0))
      (then
        (call $split
          (i64.sub
            (i64.const 0x8000000000000000) (call $join (local.get $b_low) (local.get $b_high))))
        (local.set $b_high)
        (local.set $b_low)))
    (i64.{order}
      (call $join (local.get $a_low) (local.get $a_high))
      (call $join (local.get $b_low) (local.get $b_high)))))
