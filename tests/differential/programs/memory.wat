;; Loads and stores of every width, copies, fills, and memory that grows.
(module
  (memory (export "memory") 1 2)
  (data (i32.const 16) "The quick brown fox jumps over the lazy dog.")
  (data (i32.const 65528) "\80\ff\7f\01\02\83\04\f5")
  (global $stores (mut i32) (i32.const 0))
  (global $last (mut i64) (i64.const -1))

  (func $count (param $value i64)
    (global.set $stores (i32.add (global.get $stores) (i32.const 1)))
    (global.set $last (local.get $value)))

  (func (export "store") (param $at i32) (param $value i64)
    (i64.store offset=64 (local.get $at) (local.get $value))
    (i64.store32 offset=80 (local.get $at) (local.get $value))
    (i64.store16 offset=90 align=1 (local.get $at) (local.get $value))
    (i64.store8 offset=99 (local.get $at) (local.get $value))
    (i32.store offset=101 align=1 (local.get $at) (i32.wrap_i64 (local.get $value)))
    (i32.store16 offset=106 (local.get $at) (i32.wrap_i64 (local.get $value)))
    (i32.store8 offset=65535 (local.get $at) (i32.wrap_i64 (local.get $value)))
    (call $count (local.get $value)))

  (func (export "load") (param $at i32) (result i64)
    (local $sum i64)
    (local.set $sum (i64.load (local.get $at)))
    (local.set $sum (i64.add (local.get $sum) (i64.load8_s offset=3 (local.get $at))))
    (local.set $sum (i64.sub (local.get $sum) (i64.load8_u offset=4 (local.get $at))))
    (local.set $sum (i64.add (local.get $sum) (i64.load16_s offset=65520 (local.get $at))))
    (local.set $sum (i64.sub (local.get $sum) (i64.load16_u offset=6 (local.get $at))))
    (local.set $sum (i64.add (local.get $sum) (i64.load32_s offset=7 (local.get $at))))
    (i64.xor (local.get $sum) (i64.load32_u offset=11 align=1 (local.get $at))))

  (func (export "load narrow") (param $at i32) (result i32 i32)
    (i32.sub (i32.load8_s offset=65528 (local.get $at)) (i32.load8_u offset=17 (local.get $at)))
    (i32.xor
      (i32.add (i32.load16_s (local.get $at)) (i32.load16_u offset=20 (local.get $at)))
      (i32.load offset=24 (local.get $at))))

  (func (export "reverse") (param $at i32) (param $length i32)
    (local $end i32) (local $kept i32)
    (local.set $end (i32.add (local.get $at) (local.get $length)))
    (block $done
      (loop $again
        (local.set $end (i32.sub (local.get $end) (i32.const 1)))
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $kept (i32.load8_u (local.get $at)))
        (i32.store8 (local.get $at) (i32.load8_u (local.get $end)))
        (i32.store8 (local.get $end) (local.get $kept))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (br $again))))

  (func (export "copy and fill") (param $to i32) (param $length i32)
    (memory.copy (local.get $to) (i32.const 16) (local.get $length))
    (memory.copy (i32.const 20) (i32.const 16) (i32.and (local.get $length) (i32.const 63)))
    (memory.fill (i32.add (local.get $to) (i32.const 8)) (local.get $length) (i32.const 13)))

  (func (export "grow") (param $pages i32) (result i32 i32)
    (memory.grow (local.get $pages))
    (memory.size)))
