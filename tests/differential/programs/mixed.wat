;; A random number generator and a sort of what it gives; a hash; a sieve.
(module
  (memory 1 1)
  (global $state (mut i64) (i64.const 88172645463325252))
  (global $swaps (mut i32) (i32.const 0))

  (func $random (export "random") (result i64)
    (local $x i64)
    (local.set $x (global.get $state))
    (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 12))))
    (local.set $x (i64.xor (local.get $x) (i64.shl (local.get $x) (i64.const 25))))
    (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 27))))
    (global.set $state (local.get $x))
    (i64.mul (local.get $x) (i64.const 2685821657736338717)))

  (func $at (param $index i32) (result i32) (i32.shl (local.get $index) (i32.const 3)))

  ;; Fills an array and sorts it by insertion.
  (func (export "sort") (param $count i32) (result i64)
    (local $i i32) (local $j i32) (local $x i64)
    (local.set $count (i32.and (local.get $count) (i32.const 15)))
    (block $sorted
      (loop $insert
        (br_if $sorted (i32.ge_s (local.get $i) (local.get $count)))
        (local.set $x (call $random))
        (local.set $j (local.get $i))
        (block $placed
          (loop $shift
            (br_if $placed (i32.eqz (local.get $j)))
            (br_if $placed
              (i64.le_s (i64.load offset=1016 (call $at (local.get $j))) (local.get $x)))
            (i64.store offset=1024 (call $at (local.get $j))
              (i64.load offset=1016 (call $at (local.get $j))))
            (global.set $swaps (i32.add (global.get $swaps) (i32.const 1)))
            (local.set $j (i32.sub (local.get $j) (i32.const 1)))
            (br $shift)))
        (i64.store offset=1024 (call $at (local.get $j)) (local.get $x))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $insert)))
    (i64.load (i32.const 1024)))

  ;; FNV-1a over memory
  (func (export "hash") (param $from i32) (param $length i32) (result i32)
    (local $hash i32)
    (local.set $hash (i32.const 0x811c9dc5))
    (local.set $length (i32.rem_u (local.get $length) (i32.const 64)))
    (block $done
      (loop $again
        (br_if $done (i32.eqz (local.get $length)))
        (local.set $hash (i32.mul
          (i32.xor (local.get $hash) (i32.load8_u offset=1024 (local.get $from)))
          (i32.const 0x01000193)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $again)))
    (local.get $hash))

  (func (export "sieve") (param $limit i32) (result i32)
    (local $i i32) (local $j i32) (local $count i32)
    (local.set $limit (i32.and (local.get $limit) (i32.const 63)))
    (local.set $i (i32.const 2))
    (block $done
      (loop $next
        (br_if $done (i32.gt_u (local.get $i) (local.get $limit)))
        (if (i32.eqz (i32.load8_s (local.get $i)))
          (then
            (local.set $count (i32.add (local.get $count) (i32.const 1)))
            (local.set $j (local.get $i))
            (loop $cross
              (local.set $j (i32.add (local.get $j) (local.get $i)))
              (i32.store8 (local.get $j) (i32.const 1))
              (br_if $cross (i32.lt_s (local.get $j) (local.get $limit))))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (local.get $count)))
