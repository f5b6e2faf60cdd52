;; Calls through a table, recursion, calls with many arguments.
(module
  (type $binary (func (param i32 i32) (result i32)))
  (type $wide (func (param i64) (result i64)))
  (table 10 funcref)
  (elem (i32.const 0) $add $subtract $divide $ackermann)
  (elem (i32.const 5) $twice $factorial)
  (global $calls (mut i32) (i32.const 0))

  (func $enter (global.set $calls (i32.add (global.get $calls) (i32.const 1))))
  (func $add (type $binary) (call $enter) (i32.add (local.get 0) (local.get 1)))
  (func $subtract (type $binary) (call $enter) (i32.sub (local.get 0) (local.get 1)))
  (func $divide (type $binary) (call $enter) (i32.div_s (local.get 0) (local.get 1)))
  (func $twice (type $wide) (call $enter) (i64.shl (local.get 0) (i64.const 1)))

  (func $factorial (type $wide)
    (call $enter)
    (if (result i64) (i64.le_s (local.get 0) (i64.const 1))
      (then (i64.const 1))
      (else (i64.mul (local.get 0) (call $factorial (i64.sub (local.get 0) (i64.const 1)))))))

  (func $ackermann (type $binary)
    (call $enter)
    (if (result i32) (local.get 0)
      (then
        (call $ackermann
          (i32.sub (local.get 0) (i32.const 1))
          (if (result i32) (local.get 1)
            (then (call $ackermann (local.get 0) (i32.sub (local.get 1) (i32.const 1))))
            (else (i32.const 1)))))
      (else (i32.add (local.get 1) (i32.const 1)))))

  (func (export "narrow") (param $which i32) (param $a i32) (param $b i32) (result i32)
    (call_indirect (type $binary)
      (i32.and (local.get $a) (i32.const 3)) (i32.and (local.get $b) (i32.const 3))
      (i32.and (local.get $which) (i32.const 15))))

  (func (export "wide") (param $which i32) (param $a i64) (result i64)
    (call_indirect (type $wide)
      (i64.and (local.get $a) (i64.const 31))
      (i32.and (local.get $which) (i32.const 6))))

  (func $many (param i32 i64 i32 i64 i32) (result i64 i32)
    (local i64 i32)
    (local.set 5 (i64.add (local.get 1) (local.get 3)))
    (local.set 6 (i32.mul (local.get 0) (i32.add (local.get 2) (local.get 4))))
    (local.get 5) (local.get 6))

  (func (export "many") (param i32 i64) (result i64)
    (call $many (i32.const 3) (local.get 1) (local.get 0) (i64.const -5) (local.get 0))
    (i64.extend_i32_u)
    (i64.sub))

  (func $even (export "even") (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 1))
      (else (call $odd (i32.sub (local.get 0) (i32.const 1))))))
  (func $odd (param i32) (result i32)
    (if (result i32) (i32.eqz (local.get 0))
      (then (i32.const 0))
      (else (call $even (i32.sub (local.get 0) (i32.const 1)))))))
