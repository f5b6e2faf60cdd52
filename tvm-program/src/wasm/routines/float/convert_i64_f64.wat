;; f64.{name}: the number shifted until its first bit is the first of the mantissa.
(module
  (import "routine" "round.f64" (func $round (param i32 i32 i64) (result i64)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $f64.{name} (param $low i32) (param $high i32) (result i64)
    (local $sign i32) (local $shift i32)

    (if (i32.eqz (i32.or (local.get $low) (local.get $high))) (then (return (i64.const 0))))
    (if {negative}
      (then
        (local.set $sign (i32.const 0x80000000))
        (call $split
          (i64.sub (i64.const 0) (call $join (local.get $low) (local.get $high))))
        (local.set $high)
        (local.set $low)))
    (local.set $shift
      (i32.wrap_i64 (i64.clz (call $join (local.get $low) (local.get $high)))))
    (call $split
      (i64.shl
        (call $join (local.get $low) (local.get $high))
        (call $join (local.get $shift) (i32.const 0))))
    (local.set $high)
    (local.set $low)
    (call $round
      (local.get $sign)
      (i32.sub (i32.const 1086) (local.get $shift))
      (i64.or
        (i64.shr_u (call $join (local.get $low) (local.get $high)) (i64.const 1))
        (call $join (i32.and (local.get $low) (i32.const 1)) (i32.const 0))))))
