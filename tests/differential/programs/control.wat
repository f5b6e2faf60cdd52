;; Branches: tables, loops in loops, blocks with values, early returns.
(module
  (global $steps (mut i64) (i64.const 0))

  ;; A machine of five states; the digits of the input in base 8 are its letters.
  (func (export "machine") (param $input i64) (result i32 i64)
    (local $state i32)
    (loop $next
      (global.set $steps (i64.add (global.get $steps) (i64.const 1)))
      (block $four (block $three (block $two (block $one (block $zero
        (br_table $zero $one $two $three $four
          (i32.add (local.get $state) (i32.and (i32.wrap_i64 (local.get $input)) (i32.const 7)))))
        (local.set $state (i32.const 2)) (br $four))
        (local.set $state (i32.const 0)) (br $four))
        (local.set $state (i32.const 3)) (br $four))
        (local.set $state (i32.const 1)))
      (local.set $input (i64.shr_u (local.get $input) (i64.const 3)))
      (br_if $next (i32.eqz (i64.eqz (local.get $input)))))
    (local.get $state) (global.get $steps))

  (func (export "nested") (param $a i32) (param $b i32) (result i32)
    (local $sum i32) (local $inner i32)
    (local.set $a (i32.and (local.get $a) (i32.const 15)))
    (local.set $b (i32.and (local.get $b) (i32.const 15)))
    (block $out
      (loop $outer
        (br_if $out (i32.eqz (local.get $a)))
        (local.set $inner (local.get $b))
        (block $skip
          (loop $again
            (br_if $skip (i32.le_s (local.get $inner) (i32.const 0)))
            (local.set $sum (i32.add (local.get $sum) (i32.mul (local.get $a) (local.get $inner))))
            (local.set $inner (i32.sub (local.get $inner) (i32.const 2)))
            (br_if $out (i32.gt_u (local.get $sum) (i32.const 500)))
            (br $again)))
        (local.set $a (i32.sub (local.get $a) (i32.const 1)))
        (br $outer)))
    (local.get $sum))

  ;; Branches that carry values, above others that are dropped.
  (func (export "values") (param $which i32) (param $x i64) (result i64)
    (block $big (result i64)
      (block $small (result i64)
        (i32.const 1) (i64.const 2)
        (block $both (result i32 i64)
          (i32.const 30) (local.get $x)
          (br_if $both (i32.and (local.get $which) (i32.const 4)))
          (br_table $small $big $small (local.get $which)))
        (drop)
        (i64.extend_i32_s)
        (br $big))
      (i64.add (i64.const 1000)))
    (if (param i64) (result i64) (i64.gt_s (local.get $x) (i64.const 5))
      (then (i64.const 3) (i64.mul))
      (else (i64.const 4) (i64.sub)))
    (br_if 0 (local.get $which))
    (i64.const 7)
    (i64.xor))

  (func (export "select") (param $a i64) (param $b i64) (param $which i32) (result i64 i32)
    (select (local.get $a) (local.get $b) (i32.lt_s (local.get $which) (i32.const 3)))
    (select (local.get $which) (i32.wrap_i64 (local.get $a)) (i64.eq (local.get $a) (local.get $b))))

  (func (export "early") (param $n i32) (result i32)
    (loop $again
      (if (i32.gt_s (local.get $n) (i32.const 100))
        (then (return (i32.sub (local.get $n) (i32.const 100)))))
      (local.set $n (i32.add (i32.mul (local.get $n) (i32.const 3)) (i32.const 1)))
      (br_if $again (i32.ne (local.get $n) (i32.const 13))))
    (unreachable)))
