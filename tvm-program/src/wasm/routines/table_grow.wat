;; table.grow: more elements for a table in reserved memory, unless there would be too many. The table is
;; the address of its length; its elements follow.
(module
  (import "reserved" "load" (func $load (param i32) (result i32)))
  (import "reserved" "store" (func $store (param i32 i32)))

  (func $table.grow
    (param $value i32) (param $more i32) (param $table i32) (param $most i32) (result i32)
    (local $size i32) (local $to i32)

    (if (i32.gt_u
          (local.get $more)
          (i32.sub (local.get $most) (local.tee $size (call $load (local.get $table)))))
      (then (return (i32.const -1))))
    (call $store (local.get $table) (i32.add (local.get $size) (local.get $more)))

    ;; Elements that were never written are null.
    (if (local.get $value)
      (then
        (local.set $to
          (i32.add
            (local.get $table) (i32.shl (i32.add (local.get $size) (i32.const 1)) (i32.const 2))))
        (block $done
          (loop $again
            (br_if $done (i32.eqz (local.get $more)))
            (call $store (local.get $to) (local.get $value))
            (local.set $to (i32.add (local.get $to) (i32.const 4)))
            (local.set $more (i32.sub (local.get $more) (i32.const 1)))
            (br $again)))))
    (local.get $size)))
