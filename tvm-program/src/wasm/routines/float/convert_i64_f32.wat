;; f32.{name}: the number shifted until its first bit is the first of the mantissa. What lies below leaves
;; the last bit behind.
(module
  (import "routine" "round.f32" (func $round (param i32 i32 i32) (result i32)))
  (import "words" "join" (func $join (param i32 i32) (result i64)))
  (import "words" "split" (func $split (param i64) (result i32 i32)))

  (func $f32.{name} (param $low i32) (param $high i32) (result i32)
    (local $sign i32) (local $shift i32)

    (if (i32.eqz (i32.or (local.get $low) (local.get $high))) (then (return (i32.const 0))))
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
      (i32.sub (i32.const 190) (local.get $shift))
      (i32.or
        (i32.shr_u (local.get $high) (i32.const 1))
        (i32.ne
          (i32.or (local.get $low) (i32.and (local.get $high) (i32.const 1)))
          (i32.const 0))))))
