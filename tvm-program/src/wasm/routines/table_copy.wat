;; table.copy and table.init: elements from one place of reserved memory to another. A place is the address
;; of its length; its elements follow. Elements are words.
(module
  (import "trap" "out_of_bounds" (func $out_of_bounds))
  (import "reserved" "load" (func $load (param i32) (result i32)))
  (import "reserved" "store" (func $store (param i32 i32)))

  (func $table.copy
    (param $to i32) (param $from i32) (param $length i32) (param $table i32) (param $source i32)
    (local $size i32) (local $step i32)

    ;; Is any of it outside?
    (if (i32.gt_u (local.get $length) (local.tee $size (call $load (local.get $table))))
      (then (call $out_of_bounds)))
    (if (i32.gt_u (local.get $to) (i32.sub (local.get $size) (local.get $length)))
      (then (call $out_of_bounds)))
    (if (i32.gt_u (local.get $length) (local.tee $size (call $load (local.get $source))))
      (then (call $out_of_bounds)))
    (if (i32.gt_u (local.get $from) (i32.sub (local.get $size) (local.get $length)))
      (then (call $out_of_bounds)))
    (br_if 0 (i32.eqz (local.get $length)))

    (local.set $to
      (i32.add (local.get $table) (i32.shl (i32.add (local.get $to) (i32.const 1)) (i32.const 2))))
    (local.set $from
      (i32.add
        (local.get $source) (i32.shl (i32.add (local.get $from) (i32.const 1)) (i32.const 2))))
    (local.set $step (i32.const 4))

    ;; The last one first, where they move upwards.
    (if (i32.gt_u (local.get $to) (local.get $from))
      (then
        (local.set $size (i32.shl (i32.sub (local.get $length) (i32.const 1)) (i32.const 2)))
        (local.set $to (i32.add (local.get $to) (local.get $size)))
        (local.set $from (i32.add (local.get $from) (local.get $size)))
        (local.set $step (i32.const -4))))
    (loop $again
      (call $store (local.get $to) (call $load (local.get $from)))
      (local.set $to (i32.add (local.get $to) (local.get $step)))
      (local.set $from (i32.add (local.get $from) (local.get $step)))
      (br_if $again
        (local.tee $length (i32.sub (local.get $length) (i32.const 1)))))))
